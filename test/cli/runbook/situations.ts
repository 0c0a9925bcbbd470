import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { openServiced, pendingVersion } from '../../builders/a-serviced-secret.ts';
import { setRotator } from '../../builders/a-world.ts';
import { openOwn } from '../../builders/an-own-token.ts';

/** What a person meets at one block of the page. */
interface Met {
  /** @default 0 */
  readonly code?: number;
  readonly shows: RegExp;
  /** What happens after it, by another hand or in time. */
  readonly meanwhile?: (scene: Scene, folder: string) => unknown;
}

export interface Situation {
  readonly when: string;
  readonly open: () => Promise<Scene>;
  /** What stands for `<…>` in the blocks: a text, what is found on the screens before, or what the person knows. */
  readonly names?: Readonly<Record<string, string | RegExp | ((scene: Scene) => string | Promise<string>)>>;
  /** What `read` waits for where a block begins with it. */
  readonly pasted?: (scene: Scene) => Promise<string>;
  /** What lies in the person's folder before the first block. */
  readonly prepare?: (scene: Scene, folder: string) => unknown;
  /** In the order of the page. */
  readonly blocks: readonly Met[];
  /** That it is over, beside that applications have access, and nobody needs a person. */
  readonly isOver?: (scene: Scene) => unknown;
}

type Settings = Parameters<typeof aConsumer>[0];

/** A deployment that has run for nine days. */
async function served(names: readonly string[] = ['telegraf', 'grafana'], settings: Settings = {}): Promise<Scene> {
  const scene = await Scene.open({
    configuration: aConfiguration(names.map((name) => aConsumer({ name, ...settings }))),
  });
  await scene.run();
  scene.world.clock.advance(9 * DAY);
  return scene;
}

/** A deployment whose first run was a moment ago, by the clock of this machine. */
async function servedNow(): Promise<Scene> {
  const scene = await Scene.open({ configuration: aConfiguration([aConsumer()]) });
  scene.world.clock.set(Date.now());
  await scene.run();
  return scene;
}

/** A deployment that has run for nine days, in which something has happened. */
async function after(happens: (scene: Scene) => unknown, ...of: Parameters<typeof served>): Promise<Scene> {
  const scene = await served(...of);
  await happens(scene);
  return scene;
}

const rotated = (scene: Scene) => scene.run({ action: 'rotate', consumers: ['telegraf'], reason: 'a test' });
const deleted = async (scene: Scene) => {
  await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
};
const serviced = async () => {
  const scene = await openServiced();
  scene.world.clock.advance(30 * DAY);
  return scene;
};
const hanging = async () => {
  const scene = await serviced();
  await pendingVersion(scene);
  scene.world.clock.advance(2 * DAY);
  return scene;
};
/** Deploys a freeze of all consumers that begins now. */
function freeze({ world }: Scene, ms: number): void {
  const now = world.clock.now();
  const freezes = [{ from: now, to: now + ms, reason: 'release 41', everything: false }];
  const consumers = world.configuration.consumers.map((each) => ({ ...each, freezes }));
  world.configuration = { ...world.configuration, consumers };
}

/** Deploys the consumers with this exception, or without one. */
function except({ world }: Scene, exception: ConsumerSettings['exception']): void {
  const consumers = world.configuration.consumers.map((each) => ({ ...each, exception }));
  world.configuration = { ...world.configuration, consumers };
}

/** Deploys telegraf with this owner. */
function ownedBy({ world }: Scene, owner: string): void {
  const consumers = world.configuration.consumers.map((each) => (each.name === 'telegraf' ? { ...each, owner } : each));
  world.configuration = { ...world.configuration, consumers };
}

/** The file that was deployed. */
function writeConfiguration({ world: { configuration, influxdb } }: Scene, folder: string): void {
  const consumers = configuration.consumers.map(({ name, secret, owner }) => ({
    ...{ name, secret, owner, read: ['telemetry'], write: ['telemetry'] },
  }));
  const { org, tokenSecret } = configuration.influxdb;
  const file = { deployment: configuration.deployment, influxdb: { url: influxdb.url, org, tokenSecret }, consumers };
  writeFileSync(join(folder, 'rotation.json'), JSON.stringify(file));
}

const settled = ({ world }: Scene) => world.secretsManager.rotations.settled();
const userOf = ({ world }: Scene) => world.userIds.get('svc-telegraf') ?? '';

const WELL = /(?:all are|is) well/;
const NO_ACCESS = { shows: /✘ no access +telegraf[\s\S]*\/docs\/operations\.md#no-access/ };
const DEACTIVATED = { code: 1, shows: /telegraf: .* is deactivated/ };
const MADE = { shows: /✔ +telegraf +rotate/ };
const PENDING = /version ([0-9a-f-]{36}) is pending/;

const withoutAccess = (when: string, open: () => Promise<Scene>): Situation => ({
  when,
  open,
  blocks: [NO_ACCESS, MADE, { shows: WELL }],
});

/** What each section of the page is for, by its heading. */
export const SITUATIONS: Readonly<Record<string, readonly Situation[]>> = {
  'Find your symptom': [{ when: 'all is well', open: served, blocks: [{ shows: /all are well[\s\S]*ok +telegraf/ }] }],

  'Without the program influx': [
    {
      when: 'somebody made a token by hand',
      open: () => after((scene) => scene.tokenByHand('made by hand', 'svc-telegraf')),
      names: { 'authorization id': /^([0-9a-f]{16})\s+made by hand/m },
      blocks: [
        { shows: /^[0-9a-f]{16}\s+made by hand\s+active\s+svc-telegraf$/m },
        { shows: /^$/ },
        { shows: /^$/ },
        { shows: /"name": ?"svc-telegraf"/ },
      ],
      isOver: async (scene) => !(await scene.run('status')).notices.some(({ code }) => code === 'UNMANAGED_TOKEN'),
    },
  ],

  'The program does not answer': [
    {
      when: 'the function may not be asked, and the configuration is at hand',
      open: servedNow,
      names: { 'configuration file': 'rotation.json' },
      prepare: writeConfiguration,
      blocks: [{ shows: /ok +telegraf/ }],
    },
  ],

  'A consumer has no access': [
    withoutAccess('the token was switched off', () =>
      after(async (scene) => scene.setStatus(await scene.currentId(), 'inactive')),
    ),
    withoutAccess('the token was deleted', () => after(deleted)),
    withoutAccess('a missing token is only reported', () => after(deleted, ['telegraf'], { onMissing: 'report' })),
  ],

  'Evidence is not written': [
    {
      when: 'it is kept from now on',
      open: () =>
        after(({ world }) => {
          const folder = join(tmpdir(), 'no-evidence-is-here-yet');
          world.configuration = { ...world.configuration, evidence: { folder } };
        }),
      blocks: [{ shows: /0 records\s+The chain is whole/ }],
    },
  ],

  'An application uses an older token': [
    {
      when: 'its token was switched off a while ago',
      open: () =>
        after(async (scene) => {
          await rotated(scene);
          await scene.runFor(30 * HOUR);
        }),
      blocks: [{ shows: /superseded, inactive/ }, { shows: /✔ +telegraf +reactivate[\s\S]*works until/ }],
      isOver: ({ rows }) => rows.every(({ status }) => status === 'active'),
    },
  ],

  'You rotated the wrong one': [
    {
      when: 'grafana was meant',
      open: () => after(rotated),
      names: { 'other consumer': 'grafana' },
      blocks: [{ shows: /works until/ }, { shows: /✔ +telegraf +copy-forward/ }, { shows: /✔ +grafana +rotate/ }],
    },
  ],

  'A token leaked': [
    {
      when: 'and one before it still works',
      open: () => after(rotated),
      pasted: async (scene) => (await scene.value({ VersionStage: 'AWSPREVIOUS' })).token,
      blocks: [
        { shows: /(?:✔ +telegraf +delete[\s\S]*){2}/ },
        { shows: /current, active(?:[\s\S]*superseded, gone){2}/ },
        { shows: /unauthorized access[\s\S]*^401$/m },
      ],
    },
  ],

  'A token leaked that Secrets Manager rotates': [
    {
      when: 'in the middle of its life',
      open: serviced,
      blocks: [
        { code: 1, shows: /ROTATED_BY_SERVICE/ },
        { shows: /VersionId/, meanwhile: settled },
        { shows: /✔ +telegraf +delete[\s\S]*telegraf is well/ },
      ],
      isOver: ({ rows }) => rows.length === 1,
    },
  ],

  'Which token is this leaked value?': [
    {
      when: 'it is an older one of telegraf',
      open: () => after(rotated),
      pasted: async (scene) => (await scene.value({ VersionStage: 'AWSPREVIOUS' })).token,
      names: { secrets: 'influxdb/acme/grafana influxdb/acme/telegraf' },
      blocks: [
        { shows: /^/ },
        { shows: /influxdb-token-rotation\/prod\/telegraf\// },
        { shows: /^influxdb\/acme\/telegraf$/m },
      ],
    },
  ],

  "The rotator's own token leaked": [
    {
      when: 'the function rotates it',
      open: async () => {
        const scene = await openOwn();
        await scene.run();
        scene.world.clock.advance(2 * DAY);
        return scene;
      },
      blocks: [{ shows: /✔ +self +delete/ }, { shows: /ok +self/ }, { shows: /token rotator/ }],
    },
  ],

  'Without influxdb.self': [
    {
      when: 'init made it',
      open: () => served(),
      names: {
        "id of the rotator's authorization": ({ world }) => world.rotatorId,
        'configuration file': 'rotation.json',
      },
      blocks: [{ shows: /^/, meanwhile: writeConfiguration }, { shows: /✔ +make token in/ }],
    },
  ],

  "The rotator's own token does not work": [
    {
      when: 'somebody put an older value back',
      open: async () => {
        const scene = await openOwn();
        await scene.run();
        const { id } = (await scene.value()).rotation;
        scene.world.clock.advance(30 * DAY);
        await scene.runFor(60 * HOUR);
        await scene.moveLabel(id);
        return scene;
      },
      names: {
        'version id': /--move-to-version-id ([0-9a-f-]{36})/,
        'present version id': /--remove-from-version-id ([0-9a-f-]{36})/,
      },
      blocks: [{ code: 1, shows: /AWSPREVIOUS works/ }, { shows: /influxdb\/rotator/ }, { shows: WELL }],
    },
  ],

  "The rotator's own token lacks a right": [
    {
      when: 'to make tokens for the owners',
      open: () =>
        after(({ world }) => {
          const row = world.influxdb.store.tables.authorizations.get(world.rotatorId);
          const isOther = ({ action, resource }: { action: string; resource: { type: string } }) =>
            action !== 'write' || resource.type !== 'users';
          setRotator(world, { permissions: row?.permissions.filter(isOther) });
        }),
      names: { 'configuration file': 'rotation.json' },
      blocks: [
        { code: 1, shows: /RIGHT_MISSING/, meanwhile: writeConfiguration },
        { shows: /✔ +make token in/ },
        { shows: /./ },
      ],
    },
  ],

  'Many tokens are missing at once': [
    {
      when: 'more than a run replaces',
      open: () =>
        after(
          async (scene) => {
            for (const { id } of scene.rows) await scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
          },
          ['telegraf', 'b', 'c', 'd', 'e'],
        ),
      names: { consumers: 'telegraf b c d e' },
      blocks: [{ shows: /TOO_MANY_MISSING/ }, { shows: /(?:✔ +\w+ +rotate[\s\S]*){5}all are well/ }],
    },
  ],

  'Something else writes a secret': [
    {
      when: 'three of its tokens live, and it holds none of them',
      open: () =>
        after(async (scene) => {
          const forced = { action: 'rotate', consumers: ['telegraf'], force: true, reason: 'a test' };
          for (let times = 0; times < 3; times += 1) await scene.run(forced);
          await deleted(scene);
          scene.world.clock.advance(HOUR);
        }),
      names: { 'authorization id': /authorizations ([0-9a-f]{16})/ },
      blocks: [{ shows: /✘ no access +telegraf[\s\S]*OTHER_WRITER/ }, { shows: /^$/ }, MADE],
    },
  ],

  'A run died': [
    {
      when: 'before it stored the token that it had made',
      open: () =>
        after(async (scene) => {
          scene.world.clock.advance(21 * DAY + HOUR);
          await scene.runKilledAt(({ operation }) => operation.includes('PutSecretValue'), 'before');
        }),
      blocks: [{ shows: /TOO_YOUNG/, meanwhile: ({ world }) => world.clock.advance(HOUR) }, MADE],
    },
  ],

  "A token is in nobody's hands": [
    {
      when: 'a consumer is gone, and another shares its owner with a token made by hand',
      open: () =>
        after(async (scene) => {
          const { world } = scene;
          await scene.tokenByHand('made by hand', 'svc-grafana');
          scene.secret = 'influxdb/acme/grafana';
          world.configuration = { ...world.configuration, consumers: world.configuration.consumers.slice(1) };
        }),
      names: {
        'authorization id': /^stray +([0-9a-f]{16})/m,
        'unmanaged authorization id': /^unmanaged +([0-9a-f]{16}) +"made by hand"/m,
      },
      blocks: [
        { shows: /Of no consumer/ },
        { shows: /✔ +switch-off/, meanwhile: ({ world }) => world.clock.advance(25 * HOUR) },
        { shows: /^/, meanwhile: (scene) => scene.run() },
      ],
      isOver: async (scene) => (await scene.run('status')).notices.length === 0,
    },
  ],

  'Take the rotation to its end': [
    {
      when: 'nobody took its steps',
      open: hanging,
      names: { 'version id': PENDING },
      blocks: [{ shows: /ROTATION_HANGS[\s\S]*\/docs\/operations\.md#rotation_hangs/ }, { shows: WELL }],
    },
  ],

  'Give the rotation up': [
    {
      when: 'nobody took its steps',
      open: hanging,
      names: { 'version id': PENDING },
      blocks: [{ shows: /ROTATION_HANGS/ }, { shows: /VersionId/, meanwhile: settled }, { shows: WELL }],
    },
  ],

  'An exception has ended': [
    {
      when: 'a day ago, and its reason is gone',
      open: () =>
        after((scene) =>
          except(scene, { reason: 'a repair', approvedBy: 'ada', until: scene.world.clock.now() - DAY }),
        ),
      blocks: [
        {
          shows: /"exception-expired"[\s\S]*"approvedBy": "ada"[\s\S]*"EXCEPTION_EXPIRED"/,
          meanwhile: (scene) => except(scene, undefined),
        },
      ],
    },
  ],

  'A consumer is failed': [
    {
      when: 'its owner is written wrongly',
      open: () => after((scene) => ownedBy(scene, 'svc-telegrap')),
      blocks: [
        { code: 1, shows: /NAME_UNRESOLVED/, meanwhile: (scene) => ownedBy(scene, 'svc-telegraf') },
        { shows: /telegraf is well/ },
      ],
    },
  ],

  'A consumer waits': [
    {
      when: 'a freeze is on',
      open: () =>
        after(
          (scene) => {
            freeze(scene, 22 * DAY);
            scene.world.clock.advance(21 * DAY + HOUR);
          },
          ['telegraf'],
        ),
      blocks: [{ shows: /waiting +telegraf[\s\S]*FROZEN/ }, MADE],
    },
  ],

  'Messages in a queue': [
    { when: 'a later run went well', open: served, blocks: [{ shows: /all are well[\s\S]*ok +telegraf/ }] },
  ],

  'A run failed before it began': [
    { when: 'the one after it went well', open: served, blocks: [{ shows: /all are well/ }] },
  ],

  'A run has no time for everybody': [
    {
      when: 'two are due, and one run had no time for either',
      open: () => after(({ world }) => world.clock.advance(21 * DAY + HOUR)),
      blocks: [{ shows: /due +telegraf/ }, { shows: /✔ +telegraf +rotate[\s\S]*all are well/ }],
    },
  ],

  'A run in batches failed': [
    { when: 'the consumer is well by itself', open: served, blocks: [{ shows: /ok +telegraf/ }] },
  ],

  'A consumer changes in every run': [
    {
      when: 'somebody wrote the secret while a run made its token, and has stopped',
      open: () =>
        after(async (scene) => {
          scene.world.clock.advance(21 * DAY + HOUR);
          await scene.runKilledAt(({ operation }) => operation.includes('PutSecretValue'), 'before');
          scene.world.clock.advance(HOUR);
        }),
      blocks: [{ shows: /telegraf/ }, { shows: /telegraf is well/ }],
    },
  ],

  'Nobody is told': [
    {
      when: 'a token was replaced a moment ago',
      open: () => after(rotated),
      blocks: [{ shows: /works until/ }],
    },
  ],

  'A release is near': [
    {
      when: 'one token is old, and another falls due in the freeze',
      open: () =>
        after(async (scene) => {
          await scene.run({ action: 'rotate', consumers: ['grafana'], reason: 'a test' });
          scene.world.clock.advance(14 * DAY);
        }),
      names: { consumer: 'grafana' },
      blocks: [
        {
          shows: /✔ +telegraf +rotate/,
          meanwhile: async (scene) => {
            freeze(scene, 18 * DAY);
            await scene.runFor(16 * DAY + HOUR, 8 * HOUR);
          },
        },
        { shows: /waiting +grafana[\s\S]*FROZEN/ },
        { shows: /✔ +grafana +rotate/ },
      ],
    },
  ],

  'A run failed': [
    {
      when: 'somebody broke the JSON of its secret',
      open: () =>
        after(async (scene) => {
          await scene.put('{"token": ');
          scene.world.clock.advance(21 * DAY + HOUR);
        }),
      blocks: [
        {
          shows: /✘ no access +telegraf[\s\S]*SECRET_NOT_JSON/,
          meanwhile: async (scene) => scene.put(await scene.text({ VersionStage: 'AWSPREVIOUS' })),
        },
        MADE,
      ],
    },
    {
      when: 'InfluxDB does not answer',
      open: () => after(({ world }) => world.influxdb.faults.intercept(() => ({ refuse: true }))),
      blocks: [
        { code: 1, shows: /InfluxDB did not answer/, meanwhile: ({ world }) => world.influxdb.faults.clear() },
        { shows: WELL },
      ],
    },
  ],

  'No run succeeds': [
    {
      when: 'the schedule was off for three days',
      open: () => after(({ world }) => world.clock.advance(3 * DAY)),
      blocks: [{ shows: WELL }],
    },
  ],

  'A token is too old': [
    {
      when: 'no run took place for weeks',
      open: () => after(({ world }) => world.clock.advance(30 * DAY), ['telegraf']),
      blocks: [{ shows: /overdue +telegraf/ }, { ...MADE, meanwhile: (scene) => scene.runFor(30 * HOUR) }],
    },
  ],

  'A consumer is blocked': [
    {
      when: 'a freeze lasts longer than the token may',
      open: () =>
        after(
          (scene) => {
            const { world } = scene;
            const now = world.clock.now();
            const freeze = { from: now, to: now + 40 * DAY, reason: 'a long one', everything: false };
            const consumers = world.configuration.consumers.map((each) => ({ ...each, freezes: [freeze] }));
            world.configuration = { ...world.configuration, consumers };
            world.clock.advance(21 * DAY + HOUR);
          },
          ['telegraf'],
        ),
      blocks: [{ shows: /blocked +telegraf[\s\S]*FROZEN/ }, MADE],
    },
  ],

  'InfluxDB refuses a current token': [
    {
      when: 'its user was deactivated',
      open: () =>
        after((scene) => scene.world.admin.send('PATCH', `/api/v2/users/${userOf(scene)}`, { status: 'inactive' })),
      names: { 'user id': userOf },
      blocks: [DEACTIVATED, { shows: /"status": ?"active"/ }, MADE],
    },
    {
      when: 'its user was deactivated, and is configured by id',
      open: () =>
        after(async (scene) => {
          const { world } = scene;
          const consumers = world.configuration.consumers.map((each) =>
            each.name === 'telegraf' ? { ...each, owner: userOf(scene) } : each,
          );
          world.configuration = { ...world.configuration, consumers };
          await world.admin.send('PATCH', `/api/v2/users/${userOf(scene)}`, { status: 'inactive' });
        }),
      names: { 'user id': userOf },
      blocks: [DEACTIVATED, { shows: /"status": ?"active"/ }, MADE],
    },
  ],
};

/** Blocks that nobody types here, by how they begin, and why. */
export const NOT_TYPED: Readonly<Record<string, string>> = {
  'aws lambda put-function-concurrency': 'the embedded Lambda has no concurrency',
  'aws stepfunctions': 'there is no embedded Step Functions; the tests on the interpreter begin executions',
  'aws sqs': 'there is no embedded SQS; the deployment tests read and empty both queues',
  'fields @timestamp': 'a query for CloudWatch Logs Insights, which has no local double',
};
