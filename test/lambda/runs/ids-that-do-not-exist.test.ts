import { afterEach, describe, expect, it } from 'vitest';
import { type Access, type ConsumerSettings, parseConfiguration } from '../../../lambda/config/configuration.ts';
import type { Permission } from '../../../lambda/config/permission.ts';
import { closingLines } from '../../../lambda/engine/report/closing-lines.ts';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { consumerIn, Scene } from '../../builders/a-scene.ts';
import { callsOf, MINT } from '../../builders/a-trace.ts';
import { setRotator } from '../../builders/a-world.ts';

// What the configuration names by id, and InfluxDB does not have: a plan says so, and no run mints for it.

let scene: Scene;
afterEach(() => scene.close());

const NOBODY = 'eeeeeeeeeeeeeeee';
const bucket = () => scene.world.bucketIds.get('telemetry') ?? '';
const onBucket = (id: string): Access => ({ kind: 'buckets', read: [id], write: [id] });
const onPermissions = (id: string): Access => ({
  kind: 'permissions',
  permissions: (['read', 'write'] as const).map((action) => ({ action, resource: { type: 'buckets', id } })),
});

const OPERATOR = ['authorizations', 'buckets', 'users', 'orgs', 'tasks'].flatMap((type) =>
  (['read', 'write'] as const).map((action): Permission => ({ action, resource: { type } })),
);

/** All is configured by ids, and the rotator's token is an operator's, which may read whatever there is. */
async function open(rest: Partial<ConsumerSettings> = {}, access = onBucket): Promise<void> {
  scene = await Scene.open({ configuration: aConfiguration([aConsumer(rest)]) });
  const { configuration, admin, userIds } = scene.world;
  const influxdb = { ...configuration.influxdb, org: undefined, orgId: admin.orgId };
  scene.world.configuration = { ...configuration, influxdb };
  configure({ owner: userIds.get('svc-telegraf'), access: access(bucket()) });
  setRotator(scene.world, { permissions: OPERATOR });
}

function configure(change: Partial<ConsumerSettings>): void {
  const { configuration } = scene.world;
  const consumers = configuration.consumers.map((each) => ({ ...each, ...change }));
  scene.world.configuration = { ...configuration, consumers };
}

const dropBucket = () => scene.world.admin.send('DELETE', `/api/v2/buckets/${bucket()}`);

function expectTold(report: RunReport, problem: string): void {
  const consumer = consumerIn(report);
  const codes = [consumer.why.code, consumer.obstacle?.code];
  expect([consumer.state, codes.includes('NAME_UNRESOLVED'), consumer.mayRotate]).not.toContain('may');
  expect(consumer.state).toBe('failed');
  expect(codes).toContain('NAME_UNRESOLVED');
  expect(consumer.reason).toContain(problem);
  expect(closingLines(report).join()).not.toContain('a run would');
}

const MISTAKES: Readonly<Record<string, readonly [() => void, string]>> = {
  'an owner': [() => configure({ owner: NOBODY }), `the owner ${NOBODY} does not exist: correct "owner"`],
  'a bucket': [() => configure({ access: onBucket(NOBODY) }), `the bucket ${NOBODY} does not exist`],
  'a bucket of "permissions"': [
    () => configure({ access: onPermissions(NOBODY) }),
    `the bucket ${NOBODY} does not exist`,
  ],
  'an org': [
    () => {
      const { configuration } = scene.world;
      const influxdb = { ...configuration.influxdb, orgId: NOBODY };
      scene.world.configuration = { ...configuration, influxdb };
      configure({ access: { kind: 'permissions', permissions: [{ action: 'read', resource: { type: 'tasks' } }] } });
    },
    `the org ${NOBODY} does not exist: correct influxdb.orgId`,
  ],
};

describe.each(Object.entries(MISTAKES))('%s that does not exist', (_what, [mistake, problem]) => {
  it('is told by a plan before the first token, which makes nothing', async () => {
    await open();
    mistake();
    expectTold(await scene.run('plan'), problem);
    expect(scene.rows).toEqual([]);
  });

  it('and leaves nothing in a run', async () => {
    await open();
    mistake();
    const report = await scene.run();
    expect([consumerIn(report).state, consumerIn(report).reason]).toEqual([
      'failed',
      expect.stringContaining(problem.split(':')[0] ?? ''),
    ]);
    expect(scene.rows).toEqual([]);
  });
});

it('an owner by id who is deactivated is told before a mint', async () => {
  await open();
  await scene.world.admin.send('PATCH', `/api/v2/users/${scene.world.userIds.get('svc-telegraf')}`, {
    status: 'inactive',
  });
  const problem = 'is deactivated, so that InfluxDB refuses all of its tokens: activate the user';
  expectTold(await scene.run('plan'), problem);
  expectTold(await scene.run(), problem);
  expect(callsOf(scene, MINT)).toBe(1);
});

it('a bucket by id of another org is told, with both orgs', async () => {
  await open();
  const org = (await scene.world.admin.send('POST', '/api/v2/orgs', { name: 'other' })) as { id: string };
  const other = (await scene.world.admin.send('POST', '/api/v2/buckets', {
    ...{ orgID: org.id, name: 'far', retentionRules: [] },
  })) as { id: string };
  configure({ access: onBucket(other.id) });
  expectTold(await scene.run('plan'), `the bucket ${other.id} belongs to the org ${org.id}`);
});

describe.each<[string, (id: string) => Access]>([
  ['read and write', onBucket],
  ['permissions', onPermissions],
])('a bucket that was deleted, named by its id in "%s"', (_key, access) => {
  it('fails the plan while the token is not due yet', async () => {
    await open({}, access);
    await scene.run();
    await dropBucket();
    expectTold(await scene.run('plan'), `next rotation in 30 days, but the bucket ${bucket()} does not exist`);
  });

  it('is told once a day before it is due, and then in every run, which mints nothing', async () => {
    await open({ probe: 'daily' }, access);
    await scene.run();
    scene.world.clock.advance(2 * DAY);
    await dropBucket();
    const states: string[] = [];
    for (let hour = 0; hour < 24; hour += 1) {
      scene.world.clock.advance(HOUR);
      states.push(consumerIn(await scene.run()).state);
    }
    expect(states.filter((state) => state === 'failed')).toHaveLength(1);

    scene.world.clock.advance(28 * DAY);
    const before = scene.rows;
    for (let hour = 0; hour < 48; hour += 1) {
      scene.world.influxdb.calls.length = 0;
      expectTold(await scene.run(), `due: older than 30 days, but the bucket ${bucket()} does not exist`);
      expect(callsOf(scene, 'GET /api/v2/buckets/{id}')).toBeLessThanOrEqual(3);
      scene.world.clock.advance(HOUR);
    }
    expect(scene.rows).toEqual(before);
  });
});

it('asks nothing of ids on the idle path', async () => {
  await open();
  await scene.run();
  scene.world.influxdb.calls.length = 0;
  await scene.runFor(DAY);
  expect(new Set(scene.world.influxdb.calls.map(({ operation }) => operation))).toEqual(
    new Set(['GET /api/v2/authorizations']),
  );
});

it('asks once about a bucket that many consumers name', async () => {
  await open();
  const { configuration } = scene.world;
  const [one = aConsumer()] = configuration.consumers;
  const consumers = ['a', 'b', 'c'].map((name) => ({
    ...one,
    name,
    secret: `influxdb/acme/${name}`,
    createSecret: true,
  }));
  scene.world.configuration = { ...configuration, consumers };
  scene.world.influxdb.calls.length = 0;
  await scene.run('plan');
  expect(callsOf(scene, 'GET /api/v2/buckets/{id}')).toBe(1);
});

it('a permission of another org is told by a plan where the org is configured by its name', async () => {
  scene = await Scene.open({ configuration: aConfiguration([aConsumer()]) });
  const resource = { type: 'tasks', orgID: NOBODY };
  configure({ access: { kind: 'permissions', permissions: [{ action: 'read', resource }] } });
  setRotator(scene.world, { permissions: OPERATOR });
  expectTold(await scene.run('plan'), `"permissions" have read:orgs/${NOBODY}/tasks, but the tokens are of the org`);
  await scene.run();
  expect(scene.rows).toEqual([]);
});

it('ids in upper case are the same ids, and a run mints for them', async () => {
  await open();
  const id = bucket().toUpperCase();
  const permissions = (['read', 'write'] as const).map((action) => ({ action, resource: { type: 'buckets', id } }));
  const { influxdb } = scene.world.configuration;
  const written = {
    deployment: 'prod',
    influxdb: { url: influxdb.url, orgId: influxdb.orgId, tokenSecret: influxdb.tokenSecret },
    consumers: [{ name: 'telegraf', secret: scene.secret, owner: 'svc-telegraf', permissions }],
  };
  scene.world.configuration = parseConfiguration(written);
  const report = await scene.run();
  expect(consumerIn(report).actions).toMatchObject([{ kind: 'rotate', outcome: 'done' }]);
  await scene.runFor(DAY);
  expect(scene.rows).toHaveLength(1);
});
