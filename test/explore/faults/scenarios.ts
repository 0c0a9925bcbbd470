import type { Configuration, ConsumerSettings } from '../../../lambda/config/configuration.ts';
import type { SelfFile } from '../../../lambda/config/self-file.ts';
import { windowOf } from '../../../lambda/config/when.ts';
import type { HandlerOptions } from '../../../lambda/handler.ts';
import type { TokenMode } from '../../../local/influxdb/store.ts';
import type { EvidenceMemory } from '../../../simulation/evidence-memory.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { pendingVersion, rotateSecret, STEPS, serve, stepOf } from '../../builders/a-serviced-secret.ts';
import { withSelf } from '../../builders/an-own-token.ts';
import { copyMarker, forgeLedger } from './adversary.ts';
import { OWN_SCENARIOS } from './own-scenarios.ts';

/** A state of the two services in which a run has something to do. */
export interface Scenario {
  readonly consumers?: readonly Partial<ConsumerSettings>[];
  /** How the rotator's own token is rotated, if it is. */
  readonly self?: SelfFile;
  readonly canaries?: Configuration['canaries'];
  readonly initialValue?: (settings: ConsumerSettings) => string | undefined;
  /** Undisturbed runs that are enough afterwards, each after lease, grace and hold; 3 by default (I6). */
  readonly cleanRuns?: number;
  /** The kinds of server on which it shows something; all by default. */
  readonly only?: readonly TokenMode[];
  /** What else the configuration has. */
  readonly configuration?: Partial<Configuration>;
  /** What the run is asked for that goes wrong; an ordinary run by default. */
  readonly request?: object | ((scene: Scene) => object);
  /** Live tokens that a consumer may have; 2 by default (I3). */
  readonly maxLive?: number;
  /** Brings the scene to the moment before the run that is to go wrong. */
  readonly prepare: (scene: Scene) => Promise<void>;
  /** What goes wrong, instead of a run. */
  readonly act?: (scene: Scene, options: Partial<HandlerOptions>) => Promise<undefined>;
  /** What others do again before each undisturbed run. */
  readonly again?: (scene: Scene) => Promise<void>;
}

/** On Cloud there is one user, who owns everything. */
const NOT_CLOUD: readonly TokenMode[] = ['hashed', 'plain'];

/** The second of them has nothing to do. */
const TWO: readonly Partial<ConsumerSettings>[] = [
  {},
  { name: 'grafana', rotateEveryMs: 90 * DAY, maxTokenAgeMs: 95 * DAY },
];

/** With so rare runs, those after the disturbed one repeat what it should have told. */
const TOLD: Partial<Configuration> = { events: { bus: 'tokens' }, scheduleMs: 2 * DAY };

const NEWS: Configuration['news'] = {
  ...{ topic: 'arn:aws:sns:us-east-1:123456789012:people', format: 'text', digest: 'daily' },
  warnBeforeMs: 3 * DAY,
};

const PATCH = 'PATCH /api/v2/authorizations/{id}';

async function rotated(scene: Scene): Promise<void> {
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(30 * DAY);
}

async function superseded(scene: Scene): Promise<void> {
  await rotated(scene);
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(25 * HOUR);
}

/** The version of every rotation by Secrets Manager here. */
const PENDING = '5f0c0000-0000-4000-8000-000000000000';

/** Secrets Manager's rotation goes wrong in this step. It begins again by itself, and a run follows much later. */
function step(which: (typeof STEPS)[number], tokens?: readonly TokenMode[]): Scenario {
  const index = STEPS.indexOf(which);
  const takeAll = async (
    scene: Scene,
    steps: readonly (typeof STEPS)[number][],
    options: Partial<HandlerOptions> = {},
  ) => {
    for (const each of steps) await scene.world.step(stepOf(scene, each, PENDING), options);
  };
  return {
    consumers: [{ rotation: 'secrets-manager' }],
    ...(tokens === undefined ? {} : { only: tokens }),
    prepare: async (scene) => {
      serve(scene);
      await rotateSecret(scene);
      scene.auditor.inspect();
      scene.world.clock.advance(30 * DAY);
      await pendingVersion(scene, PENDING);
      await takeAll(scene, STEPS.slice(0, index));
      scene.auditor.inspect();
    },
    act: (scene, options) => takeAll(scene, [which], options).then(nothing, nothing),
    again: (scene) => takeAll(scene, STEPS).then(nothing, nothing),
  };
}

const nothing = () => undefined;

/** A token that is an hour old, and nothing else. */
async function served(scene: Scene): Promise<void> {
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(HOUR);
}

/** An hour after a rotation: the older token works. */
async function young(scene: Scene): Promise<void> {
  await rotated(scene);
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(HOUR);
}

/** The older token was switched off, and is not deleted yet. */
async function switchedOff(scene: Scene): Promise<void> {
  await superseded(scene);
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(HOUR);
}

/** The second consumer was served, and is configured no more; an operator knows. */
async function forgotten(scene: Scene): Promise<void> {
  await served(scene);
  const { world, auditor } = scene;
  const consumers = world.configuration.consumers.filter(({ name }) => name !== 'grafana');
  world.configuration = { ...world.configuration, consumers };
  auditor.mayEnd(idOfForgotten(scene));
  auditor.accept();
}

function idOfForgotten({ rows }: Scene): string {
  return rows.find(({ description }) => description.includes('/grafana/'))?.id ?? '';
}

/** The end of what nothing reaches. */
const retireForgotten = (scene: Scene) => ({
  ...{ action: 'retire', reason: 'the job is gone' },
  authorizationId: idOfForgotten(scene),
});

/** Whoever asked for it asks again, until it is gone. */
async function retireAgain(scene: Scene): Promise<void> {
  if (idOfForgotten(scene) !== '') await scene.run(retireForgotten(scene));
}

/** A rotation that is due dies at this call, and everything that it left is old by now. */
async function orphaned(scene: Scene, operation: string, how: 'before' | 'after'): Promise<void> {
  await rotated(scene);
  await scene.runKilledAt((call) => call.operation === operation, how);
  scene.auditor.inspect();
  scene.world.clock.advance(25 * HOUR);
}

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  ...OWN_SCENARIOS,
  'first token': { prepare: async () => {} },
  'first token, secret without a value': { initialValue: () => undefined, prepare: async () => {} },
  'first token, secret to be created': { consumers: [{ createSecret: true }], prepare: async () => {} },
  'rotation due': { prepare: rotated },
  'permissions changed': {
    prepare: async (scene) => {
      await scene.run();
      scene.auditor.inspect();
      scene.world.clock.advance(HOUR);
      configure(scene, { access: { kind: 'buckets', read: ['telemetry'], write: [] } });
    },
  },
  missing: {
    prepare: async (scene) => {
      await scene.run();
      scene.world.clock.advance(HOUR);
      await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
      scene.auditor.accept();
    },
  },
  adoption: {
    prepare: async (scene) => {
      const adopt = await adoptable(scene);
      configure(scene, { adopt });
      scene.auditor.accept();
    },
  },
  'end of an adopted token': {
    prepare: async (scene) => {
      const adopt = await adoptable(scene);
      configure(scene, { adopt });
      await scene.run();
      scene.world.clock.advance(25 * HOUR);
      scene.auditor.accept();
    },
  },
  deactivate: { consumers: [{ proof: true }], prepare: superseded },
  delete: {
    consumers: [{ proof: true }],
    prepare: async (scene) => {
      await superseded(scene);
      await scene.run();
      scene.auditor.inspect();
      scene.world.clock.advance(25 * HOUR);
    },
  },
  'switch-off and rotate in one run': {
    prepare: async (scene) => {
      await superseded(scene);
      scene.world.clock.advance(30 * DAY);
    },
  },
  'orphan that was never stored': { prepare: (scene) => orphaned(scene, 'PutSecretValue', 'before') },
  'orphan that was stored': { prepare: (scene) => orphaned(scene, PATCH, 'before') },
  'orphan that is live': { prepare: (scene) => orphaned(scene, PATCH, 'after') },
  'label moved back by hand': {
    // The copy forward takes a run of its own, and the token that it brings back is due for the usual three.
    cleanRuns: 4,
    prepare: async (scene) => {
      await rotated(scene);
      const { rotation } = await scene.value();
      await scene.run();
      scene.world.clock.advance(2 * HOUR);
      await scene.moveLabel(rotation.id);
      scene.auditor.accept();
    },
  },
  'current token is tried': {
    consumers: [{ probe: 'daily' }],
    prepare: async (scene) => {
      await scene.run();
      scene.auditor.inspect();
      // With a run a day, each of them tries every token.
      scene.world.configuration = { ...scene.world.configuration, scheduleMs: DAY };
      scene.world.clock.advance(HOUR);
    },
  },
  'retired consumer': {
    prepare: async (scene) => {
      await rotated(scene);
      configure(scene, { retired: true });
    },
  },
  'check of the first token': { only: NOT_CLOUD, request: { action: 'check' }, prepare: async () => {} },
  'check of a token that works': { only: ['hashed'], request: { action: 'check' }, prepare: young },
  'check that died between its two calls': {
    only: ['hashed'],
    prepare: async (scene) => {
      await served(scene);
      await scene.runKilledAt(({ operation }) => operation.startsWith('DELETE'), 'before', { action: 'check' });
      scene.auditor.inspect();
      scene.world.clock.advance(30 * DAY);
    },
  },
  'rotate, on request': {
    request: { action: 'rotate', consumers: ['telegraf'], reason: 'a release' },
    prepare: served,
  },
  'rotate, compromised': {
    // The dead run's successor, and one more for what leaked.
    maxLive: 3,
    request: { action: 'rotate', consumers: ['telegraf'], reason: 'it was in a log', compromised: true },
    prepare: young,
  },
  'rotate, compromised, after an adoption': {
    maxLive: 3,
    request: { action: 'rotate', consumers: ['telegraf'], reason: 'it was in a log', compromised: true },
    prepare: async (scene) => {
      const adopt = await adoptable(scene);
      configure(scene, { adopt });
      scene.world.clock.advance(HOUR);
      await scene.run();
      scene.world.clock.advance(HOUR);
      scene.auditor.accept();
    },
  },
  'rotate, compromised, of what is adopted': {
    maxLive: 3,
    request: { action: 'rotate', consumers: ['telegraf'], reason: 'it was in a log', compromised: true },
    prepare: async (scene) => {
      const adopt = await adoptable(scene);
      configure(scene, { adopt });
      scene.world.clock.advance(HOUR);
      scene.auditor.accept();
    },
  },
  'a token that is noted as compromised': {
    maxLive: 3,
    prepare: async (scene) => {
      await young(scene);
      const id = await scene.currentId();
      const current = scene.rows.find((row) => row.id === id);
      const description = `${current?.description} compromised=2026-01-01T00:00:00.000Z`;
      await scene.world.admin.send('PATCH', `/api/v2/authorizations/${id}`, { description });
      scene.auditor.accept();
    },
  },
  'reactivate, while the token works': {
    cleanRuns: 4,
    request: { action: 'reactivate', consumer: 'telegraf', for: '6h', reason: 'a reader was missed' },
    prepare: young,
  },
  'reactivate, after it was switched off': {
    cleanRuns: 4,
    request: { action: 'reactivate', consumer: 'telegraf', for: '6h', reason: 'a reader was missed' },
    prepare: switchedOff,
  },
  'rollback, while the token works': {
    cleanRuns: 5,
    request: { action: 'rollback', consumer: 'telegraf', reason: 'the new one may not write' },
    prepare: young,
  },
  'rollback, after it was switched off': {
    cleanRuns: 5,
    request: { action: 'rollback', consumer: 'telegraf', reason: 'the new one may not write' },
    prepare: switchedOff,
  },
  'retire, on request': { consumers: TWO, request: retireForgotten, prepare: forgotten, again: retireAgain },
  'delete what was retired on request': {
    consumers: TWO,
    prepare: async (scene) => {
      await forgotten(scene);
      await scene.run(retireForgotten(scene));
      scene.auditor.inspect();
      scene.world.clock.advance(25 * HOUR);
    },
  },
  'rotation due, applications are told': { configuration: TOLD, prepare: rotated },
  'first token of two, applications are told': {
    configuration: TOLD,
    consumers: [{ createSecret: true }, { name: 'grafana' }],
    prepare: async () => {},
  },
  'rollback, applications are told': {
    configuration: TOLD,
    cleanRuns: 5,
    request: { action: 'rollback', consumer: 'telegraf', reason: 'the new one may not write' },
    prepare: young,
  },
  'two consumers, one of which fails': {
    consumers: [{}, { name: 'grafana' }],
    initialValue: ({ name }) => (name === 'grafana' ? 'no json' : '{}'),
    prepare: rotated,
  },
  'two consumers, one of which fails, and all are told': {
    only: ['hashed'],
    consumers: [{}, { name: 'grafana' }],
    initialValue: ({ name }) => (name === 'grafana' ? 'no json' : '{}'),
    configuration: { ...TOLD, news: NEWS, securityHub: true },
    // Nobody has looked yet, so that all is news.
    prepare: async (scene) => {
      scene.auditor.inspect();
    },
  },
  'org with 500 authorizations of others': {
    only: ['hashed'],
    prepare: async (scene) => {
      await rotated(scene);
      const { admin } = scene.world;
      const userID = await admin.createUser('somebody-else');
      const permissions = [{ action: 'read', resource: { type: 'tasks', orgID: admin.orgId } }];
      for (let row = 0; row < 500; row += 1)
        await admin.createAuthorization({ userID, description: `theirs ${row}`, permissions });
      scene.auditor.accept();
    },
  },
  'rotation due, in its window': {
    consumers: [{ window: windowOf({ hours: '00:00-12:00' }) }],
    prepare: rotated,
  },
  'deactivate, in a freeze': {
    prepare: async (scene) => {
      await superseded(scene);
      configure(scene, freezeOf(scene, 10 * DAY, false));
    },
  },
  'missing, in a freeze of everything': {
    prepare: async (scene) => {
      await superseded(scene);
      configure(scene, freezeOf(scene, 12 * HOUR, true));
      await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
      scene.auditor.accept();
    },
  },
  'rotation due, an exception has ended': {
    prepare: async (scene) => {
      await rotated(scene);
      scene.world.clock.advance(60 * DAY);
      configure(scene, exceptUntil(scene.world.clock.now()));
    },
  },
  'deactivate, with an exception': {
    prepare: async (scene) => {
      await superseded(scene);
      configure(scene, exceptUntil(scene.world.clock.now() + 90 * DAY));
    },
  },
  'missing, with an exception': {
    prepare: async (scene) => {
      await rotated(scene);
      configure(scene, exceptUntil(scene.world.clock.now() + 90 * DAY));
      await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
      scene.auditor.accept();
    },
  },
  'canary with an exception, another is due': {
    consumers: [{ name: 'grafana' }, {}],
    canaries: { consumers: ['grafana'], soakMs: 12 * HOUR },
    prepare: async (scene) => {
      await rotated(scene);
      const { exception } = exceptUntil(scene.world.clock.now() + 90 * DAY);
      const consumers = scene.world.configuration.consumers.map((each) =>
        each.name === 'grafana' ? { ...each, exception } : each,
      );
      scene.world.configuration = { ...scene.world.configuration, consumers };
    },
  },
  'canary due, another follows': {
    consumers: [{}, { name: 'grafana' }],
    canaries: { consumers: ['telegraf'], soakMs: 12 * HOUR },
    // The other follows a run later.
    cleanRuns: 4,
    prepare: rotated,
  },
  'another follows its canary': {
    consumers: [{ probe: 'daily' }, { name: 'grafana' }],
    canaries: { consumers: ['telegraf'], soakMs: 12 * HOUR },
    prepare: async (scene) => {
      await rotated(scene);
      await scene.run();
      scene.auditor.inspect();
      scene.world.clock.advance(13 * HOUR);
    },
  },
  'rotation due, forged ledger': {
    consumers: TWO,
    only: NOT_CLOUD,
    prepare: (scene) => rotated(scene).then(() => forgeLedger(scene)),
  },
  "another's value, forged ledger": {
    consumers: TWO,
    only: NOT_CLOUD,
    prepare: (scene) => rotated(scene).then(() => forgeLedger(scene, { token: 'put-by-the-attacker' })),
  },
  'missing, forged ledger': {
    consumers: TWO,
    only: NOT_CLOUD,
    prepare: async (scene) => {
      await scene.run();
      scene.world.clock.advance(HOUR);
      await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
      await forgeLedger(scene);
    },
  },
  'four steps: createSecret': step('createSecret'),
  'four steps: setSecret': step('setSecret'),
  'four steps: testSecret': step('testSecret'),
  'four steps: finishSecret': step('finishSecret'),
  'deactivate, copied markers': {
    only: NOT_CLOUD,
    prepare: (scene) => superseded(scene).then(() => copyMarker(scene)),
  },
};

/** Opens the scenario on a server that keeps tokens this way. On Cloud the rotator's own user owns everything. */
export async function openScenario(
  { consumers = [{}], canaries, self, initialValue, prepare, configuration: rest = {} }: Scenario,
  tokens: TokenMode,
  evidence?: EvidenceMemory,
): Promise<Scene> {
  const owner = tokens === 'cloud' ? { owner: undefined } : {};
  const configuration = aConfiguration(
    consumers.map((settings) => aConsumer({ ...settings, ...owner })),
    { canaries, ...rest },
  );
  const scene = await Scene.open({
    configuration: self === undefined ? configuration : withSelf(configuration, self),
    tokens,
    evidence,
    ...(initialValue === undefined ? {} : { initialValue }),
  });
  await prepare(scene);
  return scene;
}

function configure({ world }: Scene, change: Partial<ConsumerSettings>): void {
  const consumers = world.configuration.consumers.map((settings) => ({ ...settings, ...change }));
  world.configuration = { ...world.configuration, consumers };
}

function exceptUntil(until: number): Pick<ConsumerSettings, 'exception'> {
  return { exception: { reason: 'a repair', approvedBy: 'ada', until } };
}

function freezeOf({ world }: Scene, ms: number, everything: boolean): Partial<ConsumerSettings> {
  const from = world.clock.now();
  return { freezes: [{ from, to: from + ms, reason: 'release', everything }] };
}

/** A token made by hand, which the secret holds: the id of its authorization. */
async function adoptable(scene: Scene): Promise<string> {
  const { admin, userIds } = scene.world;
  const { id, token } = await admin.createAuthorization({
    userID: userIds.get('svc-telegraf') ?? userIds.get('') ?? '',
    description: 'made by hand',
    permissions: [{ action: 'read', resource: { type: 'buckets', orgID: admin.orgId } }],
  });
  await scene.put(JSON.stringify({ url: 'https://influxdb', token }));
  return id;
}
