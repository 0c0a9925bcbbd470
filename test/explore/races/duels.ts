import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { Auditor } from '../../../simulation/auditor.ts';
import { EvidenceMemory } from '../../../simulation/evidence-memory.ts';
import { aConfiguration, aConsumer, DAY, HOUR, MINUTE } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { EvidenceJudge } from '../evidence/judge.ts';
import type { Request } from '../model/commands.ts';
import { Promises } from '../model/promises.ts';
import { type Outcome, outcomeOf, tidyUp } from './ending.ts';
import { Interleaving } from './interleaving.ts';

const asked = { consumers: ['telegraf'], reason: 'a race' };
const given = { consumer: 'telegraf', reason: 'a race' };
const rotate = { action: 'rotate', ...asked } as const;
const leaked = { action: 'rotate', compromised: true, ...asked } as const;
const reactivate = { action: 'reactivate', for: '6h', ...given } as const;
const rollback = { action: 'rollback', ...given } as const;
const check = { action: 'check' } as const;

/** What is asked for; a function, where only the scene tells whose token is meant. */
type Asked = Request | ((scene: Scene) => Request);

/** Two that come at once; undefined for an ordinary run. */
interface Duel {
  readonly requests: readonly [Asked, Asked | undefined];
  /** From a state of one token that is an hour old. */
  readonly prepare: (scene: Scene) => Promise<void>;
  /** Live tokens that there may be (I3). */
  readonly maxLive: number;
}

/** The token is old enough to be replaced. */
async function due(scene: Scene): Promise<void> {
  scene.world.clock.advance(30 * DAY);
}

/** The older token works. */
async function young(scene: Scene): Promise<void> {
  await scene.run(rotate);
  scene.auditor.inspect();
  scene.world.clock.advance(HOUR);
}

/** A run that comes now switches the older token off. */
async function settled(scene: Scene): Promise<void> {
  await young(scene);
  scene.world.clock.advance(25 * HOUR);
}

/** A run that comes now deletes the older token, which is off. */
async function held(scene: Scene): Promise<void> {
  await settled(scene);
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(25 * HOUR);
}

const OF_NOBODY = aConsumer({ name: 'grafana' });

/** The token of a consumer that was served, and is configured no more. */
function idOfForgotten({ rows }: Scene): string {
  return rows.find(({ description }) => description.includes(`/${OF_NOBODY.name}/`))?.id ?? '0'.repeat(15).concat('1');
}

const retire = (scene: Scene): Request => ({
  ...{ action: 'retire', reason: 'a race' },
  authorizationId: idOfForgotten(scene),
});

/** One consumer is configured no more, and the other has an older token that works. */
async function forgotten(scene: Scene): Promise<void> {
  const { world, auditor } = scene;
  world.configuration = { ...world.configuration, consumers: [...world.configuration.consumers, OF_NOBODY] };
  await world.admin.createUser('svc-grafana');
  await world.secrets.send(new CreateSecretCommand({ Name: OF_NOBODY.secret, SecretString: '{}' }));
  await young(scene);
  const consumers = world.configuration.consumers.filter(({ name }) => name !== OF_NOBODY.name);
  world.configuration = { ...world.configuration, consumers };
  auditor.mayEnd(idOfForgotten(scene));
  auditor.accept();
}

/** The older token is off by now, and so is the forgotten one: a run that comes now deletes both. */
async function retired(scene: Scene): Promise<void> {
  await forgotten(scene);
  await scene.run(retire(scene));
  scene.auditor.inspect();
  scene.world.clock.advance(25 * HOUR);
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(25 * HOUR);
}

export const DUELS: Readonly<Record<string, Duel>> = {
  'rotate and rotate': { requests: [rotate, rotate], prepare: async () => {}, maxLive: 3 },
  'rotate and a run that rotates': { requests: [rotate, undefined], prepare: due, maxLive: 3 },
  'a leak and a run that rotates': { requests: [leaked, undefined], prepare: due, maxLive: 3 },
  'a leak and a run that switches off': { requests: [leaked, undefined], prepare: settled, maxLive: 3 },
  'a leak and rotate': { requests: [leaked, rotate], prepare: young, maxLive: 4 },
  'a leak, said twice': { requests: [leaked, leaked], prepare: young, maxLive: 4 },
  'rollback and a run that switches off': { requests: [rollback, undefined], prepare: settled, maxLive: 2 },
  'rollback and a run that deletes': { requests: [rollback, undefined], prepare: held, maxLive: 2 },
  'rollback and rotate': { requests: [rollback, rotate], prepare: young, maxLive: 3 },
  'rollback and a leak': { requests: [rollback, leaked], prepare: young, maxLive: 3 },
  'rollback of what is off, and a leak': { requests: [rollback, leaked], prepare: held, maxLive: 3 },
  'rollback and reactivate': { requests: [rollback, reactivate], prepare: settled, maxLive: 2 },
  'reactivate and a run that switches off': { requests: [reactivate, undefined], prepare: settled, maxLive: 2 },
  'reactivate and a run that deletes': { requests: [reactivate, undefined], prepare: held, maxLive: 2 },
  'retire and a run that ends another': {
    requests: [retire, undefined],
    prepare: async (scene) => {
      await forgotten(scene);
      scene.world.clock.advance(25 * HOUR);
    },
    maxLive: 2,
  },
  'retire and a run that deletes': { requests: [retire, undefined], prepare: retired, maxLive: 2 },
  'retire, asked for twice': { requests: [retire, retire], prepare: forgotten, maxLive: 2 },
  'retire and rotate': { requests: [retire, rotate], prepare: forgotten, maxLive: 3 },
  'retire and a leak': { requests: [retire, leaked], prepare: retired, maxLive: 3 },
  'retire and rollback': { requests: [retire, rollback], prepare: forgotten, maxLive: 2 },
  'check and a run that rotates': { requests: [check, undefined], prepare: due, maxLive: 2 },
  'check and a run that switches off': { requests: [check, undefined], prepare: settled, maxLive: 2 },
  'check, asked for twice': { requests: [check, check], prepare: due, maxLive: 2 },
  'check and rotate': { requests: [check, rotate], prepare: young, maxLive: 3 },
  'check and a leak': { requests: [check, leaked], prepare: young, maxLive: 3 },
  'check and rollback': { requests: [check, rollback], prepare: settled, maxLive: 2 },
  'reactivate and a leak': { requests: [reactivate, leaked], prepare: settled, maxLive: 3 },
};

/** What is rolled back is due the sooner; and what was reactivated, or came from a lost race, ends in its time. */
const MOST_RUNS = 6;

/** The state in which two meet, and doors for them. */
export class Arena {
  readonly #duel: Duel;
  readonly #scene: Scene;
  readonly #doors: Awaited<ReturnType<typeof Interleaving.doors>>;
  readonly #restore: () => void;
  readonly #auditor: Auditor;

  private constructor(duel: Duel, scene: Scene, doors: Awaited<ReturnType<typeof Interleaving.doors>>) {
    this.#duel = duel;
    this.#scene = scene;
    this.#doors = doors;
    this.#restore = scene.world.save();
    this.#auditor = scene.auditor;
  }

  static async open(name: string): Promise<Arena> {
    const duel = DUELS[name];
    if (duel === undefined) throw new Error(`no duel ${name}`);
    const scene = await Scene.open({ configuration: aConfiguration(), evidence: new EvidenceMemory() });
    await scene.run();
    scene.auditor.inspect();
    scene.world.clock.advance(HOUR);
    await duel.prepare(scene);
    return new Arena(duel, scene, await Interleaving.doors(scene, 2));
  }

  close(): Promise<void> {
    return this.#scene.close();
  }

  /** Every order in which each is interrupted at most once: the one takes some steps, then the other some, then the rest. */
  async orders(): Promise<number[][]> {
    const counts = [await this.#count(0), await this.#count(1)];
    const all: number[][] = [];
    for (const [one, other] of [
      [0, 1],
      [1, 0],
    ] as const)
      for (let before = 0; before < (counts[one] ?? 0); before += 1)
        for (let between = 1; between <= (counts[other] ?? 0); between += 1)
          all.push([...steps(one, before), ...steps(other, between), ...steps(one, (counts[one] ?? 0) - before)]);
    return all;
  }

  /** How many steps one takes that is alone. */
  async #count(run: number): Promise<number> {
    this.#restore();
    let count = 0;
    const runs = this.#begin(this.#auditor.copy({ healthy: false, maxLive: 9 }));
    while (runs.isAlive(run)) {
      await runs.step(run);
      count += 1;
    }
    await runs.finish();
    return count;
  }

  /** In this order, as long as they have something to do; what is left comes one after the other. */
  race(order: readonly number[]): Promise<Outcome> {
    return this.#meet(async (runs) => {
      for (const run of order) if (runs.isAlive(run)) await runs.step(run);
    });
  }

  /** At random at every call, and inside every `PATCH`. */
  wander(random: () => number): Promise<Outcome> {
    return this.#meet(async (runs) => {
      while (!runs.isOver) {
        const run = Math.floor(random() * 2);
        if (runs.isAlive(run)) await runs.step(run);
      }
    }, true);
  }

  async #meet(play: (runs: Interleaving) => Promise<void>, splitsPatches = false): Promise<Outcome> {
    this.#restore();
    const scene = this.#scene;
    const auditor = this.#auditor.copy({ healthy: false, maxLive: this.#duel.maxLive, commandsKeep: false });
    scene.auditor = auditor;
    const promises = new Promises(scene.world, auditor.violations);
    promises.look();
    const judge = EvidenceJudge.of(scene.world);
    const runs = this.#begin(auditor, { promises, judge, splitsPatches });
    await play(runs);
    await runs.finish();
    // What leaked is gone after the next clean run, and what was said is still so.
    scene.world.clock.advance(MINUTE);
    scene.watch(() => judge.look());
    promises.judge(await scene.run(), undefined, true);
    promises.look();
    await tidyUp(scene, auditor, judge, MOST_RUNS);
    return outcomeOf(scene, auditor, runs.trace);
  }

  #begin(
    auditor: Auditor,
    {
      promises,
      judge,
      splitsPatches = false,
    }: { promises?: Promises; judge?: EvidenceJudge; splitsPatches?: boolean } = {},
  ): Interleaving {
    const requests = this.#duel.requests.map((each) => (typeof each === 'function' ? each(this.#scene) : each));
    const afterEachCall = () => {
      auditor.inspect();
      promises?.look();
      judge?.look();
    };
    const onAnswer: NonNullable<Parameters<typeof Interleaving.begin>[3]>['onAnswer'] = (report, run) =>
      promises?.judge(report, requests[run], false);
    return Interleaving.begin(this.#scene, this.#doors, afterEachCall, { requests, onAnswer, splitsPatches });
  }
}

function steps(run: number, count: number): number[] {
  return Array.from({ length: count }, () => run);
}
