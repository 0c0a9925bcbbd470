import type { TokenMode } from '../../../local/influxdb/store.ts';
import type { Auditor } from '../../../simulation/auditor.ts';
import { aConfiguration, aConsumer, HOUR } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import type { Act } from './acts.ts';
import { ATTACKER, NAMES } from './look.ts';
import { UNHEALTHY } from './oracle.ts';
import { type Door, openDoor } from './overlap.ts';
import { Play } from './play.ts';
import { SCHEDULE_MS } from './refusals.ts';
import { addSecondOrg, allowAll } from './servers.ts';

interface Start {
  readonly owners: readonly string[];
  readonly tokens: TokenMode;
  readonly fresh: boolean;
  readonly probe: 'daily' | 'never';
}

/** Where sequences begin. */
export const STAGES = {
  'two owners, hashed tokens': {
    owners: ['svc-telegraf', 'svc-grafana'],
    tokens: 'hashed',
    fresh: false,
    probe: 'daily',
  },
  'one owner, hashed tokens': { owners: ['svc-both', 'svc-both'], tokens: 'hashed', fresh: false, probe: 'daily' },
  'one owner, tokens in plain text, before the first run': {
    owners: ['svc-both', 'svc-both'],
    tokens: 'plain',
    fresh: true,
    probe: 'never',
  },
} as const satisfies Record<string, Start>;

export type StageName = keyof typeof STAGES;

/** Both servers, seeded, and a way back to their state for the next sequence. */
export class Stage {
  readonly #scene: Scene;
  readonly #auditor: Auditor;
  readonly #restore: () => void;

  readonly #door: Door;

  private constructor(scene: Scene, door: Door) {
    this.#scene = scene;
    this.#door = door;
    this.#auditor = scene.auditor;
    this.#restore = scene.world.save();
  }

  static async open(name: StageName): Promise<Stage> {
    const { owners, tokens, fresh, probe } = STAGES[name];
    const consumers = NAMES.map((consumer, index) => aConsumer({ name: consumer, owner: owners[index], probe }));
    const spares = ['spare', 'third'].map((name) => aConsumer({ name }));
    const scene = await Scene.open({
      configuration: aConfiguration([...consumers, ...spares], { scheduleMs: SCHEDULE_MS }),
      tokens,
    });
    // Only their owners are of use: consumers may be given to them.
    scene.world.configuration = { ...scene.world.configuration, consumers };
    await scene.world.admin.createUser(ATTACKER);
    addSecondOrg(scene.world);
    // Only with these rights does it see what belongs to anybody else.
    if (owners[0] === owners[1]) await allowAll(scene.world);
    scene.auditor.accept();
    if (!fresh) await scene.run();
    scene.auditor.inspect();
    scene.world.clock.advance(HOUR);
    return new Stage(scene, await openDoor(scene));
  }

  perform(acts: readonly Act[]): ReturnType<Play['perform']> {
    this.#restore();
    this.#scene.auditor = this.#auditor.copy(UNHEALTHY);
    return new Play(this.#scene, this.#door).perform(acts);
  }

  close(): Promise<void> {
    return this.#scene.close();
  }
}
