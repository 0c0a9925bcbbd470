import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumerSettings, InfluxdbSettings } from '../../../lambda/config/configuration.ts';
import type { ConsumerReport } from '../../../lambda/engine/report/report.ts';
import type { World } from '../../../simulation/world.ts';
import { aConsumer } from '../../builders/a-configuration.ts';
import { aWorld, failureOf, madeIn, put, SECRET, setRotator } from '../../builders/a-world.ts';

let world: World;
afterEach(() => world.close());

const WRONG = 'deadbeefdeadbeef';
const buckets = (read: readonly string[], write: readonly string[]) => ({ kind: 'buckets', read, write }) as const;

function configure(influxdb: Partial<InfluxdbSettings>, ...consumers: readonly Partial<ConsumerSettings>[]): void {
  const { configuration } = world;
  world.configuration = {
    ...configuration,
    influxdb: { ...configuration.influxdb, ...influxdb },
    consumers: consumers.length === 0 ? configuration.consumers : consumers.map((each) => aConsumer(each)),
  };
}

/** The rotator keeps only what this allows. */
function rotatorKeeps(keeps: (action: string, type: string) => boolean): void {
  const { permissions } = world.influxdb.store.tables.authorizations.get(world.rotatorId) ?? { permissions: [] };
  setRotator(world, { permissions: permissions.filter(({ action, resource }) => keeps(action, resource.type)) });
}

const problemOf = ({ why, obstacle, notes }: ConsumerReport) =>
  [why, obstacle, ...notes].find((each) => each?.code === 'NAME_UNRESOLVED')?.problem;

describe('the setting that is wrong is named', () => {
  it('an org id beside the right name of the org', async () => {
    world = await aWorld();
    await put(world, 'influxdb/rotator', world.admin.operatorToken);
    configure({ orgId: WRONG });
    const { report } = await failureOf(world.run('plan'));
    expect(report.consumers.map(problemOf)).toEqual([
      `bucket "telemetry" not found (org id ${WRONG}): create it, or correct the name; influxdb.orgId goes before influxdb.org: make sure that ${WRONG} is the id of "acme" (influx org list)`,
    ]);
  });

  it.each([
    ['of an org, given as orgId', { org: undefined, orgId: WRONG }, ', or correct influxdb.orgId'],
    ['of an org, given as org', { org: WRONG, orgId: WRONG }, ', or correct influxdb.org'],
  ])('an id %s', async (_name, influxdb, remedy) => {
    world = await aWorld();
    await put(world, 'influxdb/rotator', world.admin.operatorToken);
    configure(influxdb);
    const { report } = await failureOf(world.run('plan'));
    expect(report.consumers.map(problemOf)).toEqual([
      `bucket "telemetry" not found (org id ${WRONG}): create it, or correct the name${remedy}`,
    ]);
  });

  it('a name of an org that does not exist, whatever was asked for in it', async () => {
    world = await aWorld();
    configure({ org: 'acmee' });
    const { report } = await failureOf(world.run('plan'));
    expect(report.errors).toMatchObject([
      {
        code: 'INFLUXDB_REFUSED',
        message:
          'influxdb.org names the org "acmee", which does not exist: correct the name (influx org list), or give its id as influxdb.orgId',
      },
    ]);
  });

  it('an id of a bucket that does not exist', async () => {
    world = await aWorld();
    await put(world, 'influxdb/rotator', world.admin.operatorToken);
    configure({}, { access: buckets([WRONG], []) });
    const { report } = await failureOf(world.run());
    expect(report.consumers.map(problemOf)).toEqual([
      `the bucket ${WRONG} does not exist, so that no token can be made for it: was it deleted? Give the id or the name of another (influx bucket list), or take it out of the consumer`,
    ]);
    expect(madeIn(world)).toEqual([]);
  });

  it('a name of the org, where everything else is given by id and nothing tells its id', async () => {
    world = await aWorld();
    rotatorKeeps((action, type) => action !== 'read' || type !== 'buckets');
    const [bucket] = [...world.influxdb.store.tables.buckets.values()].filter(({ name }) => name === 'telemetry');
    configure({}, { owner: world.userIds.get('svc-telegraf'), access: buckets([], [bucket?.id ?? '']) });
    const { report } = await failureOf(world.run('plan'));
    expect(report.consumers.map(problemOf)).toEqual([
      'the rotator\'s token may not look up org "acme", and may read no bucket that tells its id: give the id as influxdb.orgId (influx org list), or replace the token with one that also has {"action":"read","resource":{"type":"orgs","id":"<org id>"}}, as docs/rotator-token.md says',
    ]);
  });
});

describe('all that is missing is told at once', () => {
  it('every name of every consumer that may not be read, and no list of rights that reads as "none needed"', async () => {
    world = await aWorld();
    for (const name of ['second', 'third'])
      await world.admin.send('POST', '/api/v2/buckets', { orgID: world.admin.orgId, name, retentionRules: [] });
    rotatorKeeps((_action, type) => type === 'authorizations');
    configure({}, { access: buckets(['telemetry', 'second'], ['third']) }, { name: 'other', owner: 'svc-telegraf' });
    const { report } = await failureOf(world.run('plan'));
    const named = report.consumers.map((each) => String(problemOf(each)).match(/(?:owner|bucket) "[^"]+"/g));
    expect(named).toEqual([
      ['owner "svc-telegraf"', 'bucket "telemetry"', 'bucket "second"', 'bucket "third"'],
      ['owner "svc-telegraf"', 'bucket "telemetry"'],
    ]);
    expect([report.rightsNeeded, report.rightsUnknownFor]).toEqual([undefined, ['telegraf', 'other']]);
  });

  it('names that do not exist, beside those that may not be read', async () => {
    world = await aWorld();
    configure({}, { owner: 'nobody', access: buckets(['nosuch'], ['telemetry', 'neither']) });
    const { report } = await failureOf(world.run('plan'));
    expect(report.consumers.map(problemOf)).toEqual([
      'owner "nobody" does not exist: create the user, or set "createOwner": true; and bucket "nosuch" not found (org acme): create it, or correct the name; and bucket "neither" not found (org acme): create it, or correct the name',
    ]);
  });

  it.each([
    ['a secret that does not exist', undefined, { secret: 'influxdb/nothing' }, 'SECRET_NOT_FOUND'],
    ['a secret that is no JSON', 'a plain token of somebody', {}, 'SECRET_NOT_JSON'],
    ['a plain token', 'plain-token-of-somebody', {}, 'SECRET_PLAIN_TOKEN'],
    ['another key', '{"password":"x"}', {}, 'TOKEN_KEY_UNKNOWN'],
  ])('a name that is wrong, beside %s', async (_name, value, settings, code) => {
    world = await aWorld();
    if (value !== undefined) await put(world, SECRET, value);
    configure({}, { owner: 'nobody', ...settings });
    const report = await world.run('status');
    const [consumer] = report.consumers;
    expect([consumer?.why.code, consumer?.notes.map((note) => note.code)]).toEqual([code, ['NAME_UNRESOLVED']]);
  });
});

describe('a token inside another key', () => {
  it.each([
    ['one level', '{"influxdb":{"token":"by-hand"}}', ['influxdb.token']],
    ['under another name', '{"db":{"influx":{"apiKey":"by-hand"}}}', ['db.influx.apiKey']],
    ['in a list', '{"tokens":[{"token":"by-hand"}]}', ['tokens.0.token']],
  ])('is told, and nothing is made beside it: %s', async (_name, value, nested) => {
    world = await aWorld();
    await put(world, SECRET, value);
    const { consumers } = await world.run();
    expect(consumers).toMatchObject([
      {
        state: 'blocked',
        reason: `secret influxdb/acme/telegraf has no key "token" at the top of its JSON, and keys inside other keys are not supported (${nested}): let applications read "token" at the top, and add "token": "" there`,
        why: { code: 'TOKEN_KEY_UNKNOWN', nested },
      },
    ]);
    expect(madeIn(world)).toEqual([]);
  });

  it.each([
    ['the key at the top is there', '{"token":"","other":{"token":"by-hand"}}'],
    [
      'it is an ARN',
      '{"other":{"tokenSecret":"arn:aws:secretsmanager:eu-west-1:123456789012:secret:influxdb/other-AbCdEf"}}',
    ],
  ])('is the application’s own, where %s', async (_name, value) => {
    world = await aWorld();
    await put(world, SECRET, value);
    expect((await world.run()).counts.rotated).toBe(1);
  });
});
