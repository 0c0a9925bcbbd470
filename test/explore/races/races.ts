import type { Auditor } from '../../../simulation/auditor.ts';
import { EvidenceMemory } from '../../../simulation/evidence-memory.ts';
import { aConfiguration, DAY, LIMITS, MINUTE } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { EvidenceJudge } from '../evidence/judge.ts';
import { type Outcome, outcomeOf, PAUSE_MS, tidyUp } from './ending.ts';
import { Interleaving } from './interleaving.ts';

/** Calls of a rotation, from `DescribeSecret` to the promotion. */
const CALLS = 7;
/** Calls before: the secrets, the bucket's name, the owner's name, the list. */
const CALLS_BEFORE = 4;

type Doors = Awaited<ReturnType<typeof Interleaving.doors>>;

/** One consumer whose rotation is due, and doors for three runs. */
export class Track {
  readonly #scene: Scene;
  readonly #doors: Doors;
  readonly #restore: () => void;
  readonly #auditor: Auditor;

  private constructor(scene: Scene, doors: Doors) {
    this.#scene = scene;
    this.#doors = doors;
    this.#restore = scene.world.save();
    this.#auditor = scene.auditor;
  }

  static async open(): Promise<Track> {
    const scene = await Scene.open({ configuration: aConfiguration(), evidence: new EvidenceMemory() });
    await scene.run();
    scene.auditor.inspect();
    scene.world.clock.advance(30 * DAY);
    return new Track(scene, await Interleaving.doors(scene, 3));
  }

  close(): Promise<void> {
    return this.#scene.close();
  }

  /** Two rotations, interleaved like this from `DescribeSecret` to the promotion: 0 and 1, seven times each. */
  async race(schedule: readonly number[]): Promise<Outcome> {
    this.#restore();
    const scene = this.#scene;
    const auditor = this.#auditor.copy({ healthy: false, maxLive: 3 });
    scene.auditor = auditor;
    const judge = EvidenceJudge.of(scene.world);
    const runs = Interleaving.begin(scene, this.#doors.slice(0, 2), () => {
      auditor.inspect();
      judge.look();
    });
    for (const run of [0, 1]) await runs.steps(run, CALLS_BEFORE);
    for (const run of schedule) await runs.step(run);
    await runs.finish();
    await tidyUp(scene, auditor, judge, 3);
    return outcomeOf(scene, auditor, runs.trace);
  }

  /**
   * Several ticks of one to three runs each, interleaved at random at every call and inside every `PATCH`, with an
   * administrator among them who deletes and reactivates tokens.
   */
  async wander(random: () => number): Promise<Outcome> {
    this.#restore();
    const scene = this.#scene;
    const { world } = scene;
    const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
    // Two overlap the first, and a token that the administrator deletes is replaced whatever else is live.
    const auditor = this.#auditor.copy({ healthy: false, maxLive: 5 });
    scene.auditor = auditor;
    const judge = EvidenceJudge.of(scene.world);
    const trace: string[] = [];
    const look = () => {
      auditor.inspect();
      judge.look();
    };
    for (let tick = 0; tick < 4; tick += 1) {
      const count = 1 + Math.floor(random() * 3);
      const runs = Interleaving.begin(scene, this.#doors.slice(0, count), look, { splitsPatches: true });
      while (!runs.isOver) {
        if (random() < 0.03) {
          trace.push(await this.#administer(pick));
          judge.accept();
        }
        const run = Math.floor(random() * count);
        if (runs.isAlive(run)) await runs.step(run);
      }
      await runs.finish();
      trace.push(...runs.trace);
      world.clock.advance(pick([MINUTE, LIMITS.leaseMs + MINUTE, PAUSE_MS, PAUSE_MS]) ?? MINUTE);
      trace.push(new Date(world.clock.now()).toISOString());
      look();
    }
    await tidyUp(scene, auditor, judge, 4);
    return outcomeOf(scene, auditor, trace);
  }

  /** Deletes or reactivates a token that the secret's document names, as a person might. */
  async #administer(pick: <T>(from: readonly T[]) => T | undefined): Promise<string> {
    const scene = this.#scene;
    const { rotation } = await scene.value();
    const id = pick([rotation.authorizationId, ...rotation.superseded.map(({ authorizationId }) => authorizationId)]);
    const row = scene.rows.find((each) => each.id === id);
    if (id === undefined || row === undefined) return 'the administrator finds nothing to do';
    const deletes = pick([true, false]) === true;
    if (deletes) await scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
    else await scene.setStatus(id, 'active');
    scene.auditor.accept();
    return `the administrator ${deletes ? 'deletes' : 'reactivates'} ${id}`;
  }
}

/** C(14, 7) */
export const ORDERS = 3_432;

/** Every order in which two runs can make their seven calls each. */
export function* orders(first = CALLS, second = CALLS): Generator<number[]> {
  if (first === 0 && second === 0) yield [];
  if (first > 0) for (const rest of orders(first - 1, second)) yield [0, ...rest];
  if (second > 0) for (const rest of orders(first, second - 1)) yield [1, ...rest];
}
