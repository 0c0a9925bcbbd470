import type { Configuration } from '../../../lambda/config/configuration.ts';
import type { SelfFile } from '../../../lambda/config/file/self.ts';
import type { TokenMode } from '../../../local/influxdb/store.ts';
import type { Auditor } from '../../../simulation/auditor.ts';
import { EvidenceMemory } from '../../../simulation/evidence-memory.ts';
import { aConfiguration, aConsumer, HOUR } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { withSelf } from '../../builders/an-own-token.ts';
import type { Act } from './acts.ts';
import { ATTACKER, NAMES, type Name } from './look.ts';
import { UNHEALTHY } from './oracle.ts';
import { type Door, openDoor } from './overlap.ts';
import { Play } from './play.ts';
import { SCHEDULE_MS } from './refusals.ts';
import { addSecondOrg, allowAll } from './servers.ts';
import { Service } from './service.ts';

interface Start {
  readonly owners: readonly string[];
  readonly tokens: TokenMode;
  readonly fresh: boolean;
  readonly probe: 'daily' | 'never';
  /** Whom Secrets Manager rotates. */
  readonly served?: Name;
  /** The rotator's own token is rotated, too; `adopt`: and the one that was made by hand is ended. */
  readonly self?: SelfFile & { readonly adopts: boolean };
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
  'two owners, one consumer rotated by Secrets Manager': {
    owners: ['svc-telegraf', 'svc-grafana'],
    tokens: 'hashed',
    fresh: false,
    probe: 'daily',
    served: 'telegraf',
  },
  "two owners, the rotator's own token": {
    owners: ['svc-telegraf', 'svc-grafana'],
    tokens: 'hashed',
    fresh: false,
    probe: 'daily',
    // H1: as short as it may be.
    self: { gracePeriod: '30m', adopts: true },
  },
  "one owner, tokens in plain text, the rotator's own, and one consumer rotated by Secrets Manager": {
    owners: ['svc-both', 'svc-both'],
    tokens: 'plain',
    fresh: false,
    probe: 'never',
    served: 'grafana',
    self: { adopts: false },
  },
} as const satisfies Record<string, Start>;

export type StageName = keyof typeof STAGES;

/** Which acts there are beyond those that there are everywhere. */
export function traitsOf(name: StageName): { readonly served: Name | undefined; readonly isOwn: boolean } {
  const { served, self }: Start = STAGES[name];
  return { served, isOwn: self !== undefined };
}

function withOwn(configuration: Configuration, { adopts, ...self }: NonNullable<Start['self']>, rotatorId?: string) {
  return withSelf(configuration, adopts && rotatorId !== undefined ? { ...self, adopt: rotatorId } : self);
}

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
    const { owners, tokens, fresh, probe, served, self }: Start = STAGES[name];
    const consumers = NAMES.map((consumer, index) =>
      aConsumer({
        ...{ name: consumer, owner: owners[index], probe },
        rotation: consumer === served ? 'secrets-manager' : 'schedule',
      }),
    );
    const spares = ['spare', 'third'].map((name) => aConsumer({ name }));
    const all = aConfiguration([...consumers, ...spares], { scheduleMs: SCHEDULE_MS });
    const scene = await Scene.open({
      configuration: self === undefined ? all : withOwn(all, self),
      tokens,
      evidence: new EvidenceMemory(),
    });
    if (self?.adopts) scene.world.configuration = withOwn(scene.world.configuration, self, scene.world.rotatorId);
    // Only their owners are of use: consumers may be given to them.
    scene.world.configuration = { ...scene.world.configuration, consumers };
    await scene.world.admin.createUser(ATTACKER);
    if (self === undefined) addSecondOrg(scene.world);
    // Only with these rights does it see what belongs to anybody else.
    if (owners[0] === owners[1]) await allowAll(scene.world);
    scene.auditor.accept();
    if (served !== undefined) {
      const { go } = await new Service(scene.world).ask(served);
      await go();
      scene.auditor.inspect();
    }
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
