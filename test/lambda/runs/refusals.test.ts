import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import type { World } from '../../../simulation/world.ts';
import { DAY } from '../../builders/a-configuration.ts';
import { aWorld, failureOf, madeIn, put, setRotator } from '../../builders/a-world.ts';

let world: World;
afterEach(() => world.close());

const NO_SUCH = '00000000000000aa';

/** The rotator without the permissions that `lacks` picks. */
function take(lacks: (action: string, type: string) => boolean): void {
  const { permissions } = world.influxdb.store.tables.authorizations.get(world.rotatorId) ?? { permissions: [] };
  setRotator(world, { permissions: permissions.filter(({ action, resource }) => !lacks(action, resource.type)) });
}

const asOperator = () => put(world, 'influxdb/rotator', JSON.stringify({ token: world.admin.operatorToken }));

async function said(): Promise<string> {
  const { message } = await failureOf(world.run());
  expect(madeIn(world)).toEqual([]);
  return message;
}

describe("a right that the rotator's token lacks is named as it must be given", () => {
  it.each<[string, (action: string, type: string) => boolean, RegExp]>([
    [
      'to make tokens in the org',
      (action, type) => action === 'write' && type === 'authorizations',
      /write:orgs\/\w{16}\/authorizations is unauthorized: the rotator's token lacks \{"action":"write","resource":\{"type":"authorizations","orgID":"\w{16}"\}\}; if these ids are what you mean, replace it with a token that also has this permission, as docs\/rotator-token\.md says/,
    ],
    [
      'to make tokens of the owner',
      (action, type) => action === 'write' && type === 'users',
      /write:users\/\w{16} is unauthorized: the rotator's token lacks \{"action":"write","resource":\{"type":"users","id":"\w{16}"\}\}; if these ids are what you mean, replace it/,
    ],
    [
      'to grant what it does not have',
      (action, type) => action === 'write' && type === 'buckets',
      /the rotator's token lacks \{"action":"write","resource":\{"type":"buckets","id":"\w{16}","orgID":"\w{16}"\}\}, and can grant only what it has itself; if these ids are what you mean, replace it/,
    ],
  ])('%s', async (_name, lacks, text) => {
    world = await aWorld();
    take(lacks);
    expect(await said()).toMatch(text);
  });
});

describe('the page of something else before InfluxDB is told as that, with the URL, and nothing is made', () => {
  const PAGES: [number, string][] = [
    ...[401, 403, 407, 502, 503, 200].map((status): [number, string] => [status, '<html>please sign in</html>']),
    [403, '{"message":"Forbidden"}'],
  ];
  const times = Number.POSITIVE_INFINITY;

  it.each([...PAGES, [401, ''] as const])('to every call: %s %s', async (status, body) => {
    world = await aWorld();
    world.influxdb.faults.add({ on: () => true, times, rewrite: () => ({ status, body, headers: {} }) });
    const { report } = await failureOf(world.run());
    const [error] = report.errors;
    expect(error?.code).toBe('INFLUXDB_NOT_ITSELF');
    expect(error?.message).toContain(`Check that influxdb.url, ${world.influxdb.url}, leads to InfluxDB itself`);
    expect(JSON.stringify(report)).not.toContain('sign in<');
    expect(madeIn(world)).toEqual([]);
  });

  it.each(PAGES)('to the mint, which the next run makes: %s %s', async (status, body) => {
    world = await aWorld();
    world.influxdb.faults.add({ on: 'POST /api/v2/authorizations', times, status, body });
    const { report } = await failureOf(world.run());
    expect(report.consumers[0]?.actions[0]?.errorCode).toBe('INFLUXDB_NOT_ITSELF');
    expect(madeIn(world)).toEqual([]);
    world.influxdb.faults.clear();
    expect((await world.run()).counts).toMatchObject({ rotated: 1, failed: 0 });
    expect(madeIn(world)).toHaveLength(1);
  });
});

describe('what does not exist is told as that, and nothing is made', () => {
  const create = (): number => world.influxdb.calls.filter(({ method }) => method === 'POST').length;

  it('an owner given by an id', async () => {
    world = await aWorld({ owner: NO_SUCH });
    await asOperator();
    expect(await said()).toContain(`the owner ${NO_SUCH} does not exist: correct "owner", or create the user`);
    expect(create()).toBe(0);
  });

  it.each([
    ['as an operator sees it', 'operator'],
    ['as a rotator with the least rights sees it', 'least'],
  ])('an org given by an id: %s', async (_name, rights) => {
    world = await aWorld();
    if (rights === 'operator') await asOperator();
    else
      setRotator(world, {
        permissions: ['authorizations', 'users', 'buckets'].flatMap((type) =>
          ['read', 'write'].map((action) => ({ action, resource: { type } })),
        ),
      });
    const bucket = world.bucketIds.get('telemetry') ?? '';
    const access = { kind: 'buckets', read: [bucket], write: [] } as const;
    const [consumer] = world.configuration.consumers as [ConsumerSettings];
    const influxdb = { ...world.configuration.influxdb, org: undefined, orgId: NO_SUCH };
    world.configuration = { ...world.configuration, influxdb, consumers: [{ ...consumer, access }] };
    expect(await said()).toMatch(
      new RegExp(`the org ${NO_SUCH} does not exist|the tokens to ${NO_SUCH}: correct the id, or the org`),
    );
  });
});

describe('a resource type that the server does not have', () => {
  const OLD = ['authorizations', 'buckets', 'dashboards', 'orgs', 'tasks', 'users', 'dbrp'];
  const access = (...types: readonly string[]): ConsumerSettings['access'] => ({
    kind: 'permissions',
    permissions: types.map((type) => ({ action: 'read', resource: { type } })),
  });
  const asks = () => world.influxdb.calls.filter(({ path }) => path === '/api/v2/resources').length;

  /** Answers as 2.0.9 does. */
  function grow(): void {
    world.influxdb.faults.add({
      ...{ on: 'GET /api/v2/resources', times: Number.POSITIVE_INFINITY },
      rewrite: (answer) => ({
        ...answer,
        body: JSON.stringify(OLD),
        headers: { ...answer.headers, 'X-Influxdb-Version': 'v2.0.9' },
      }),
    });
  }

  it.each(['plan', 'run'] as const)('is told by its name, with the version of the server: %s', async (action) => {
    world = await aWorld({ access: access('tasks', 'remotes', 'notebooks') });
    await asOperator();
    grow();
    const { message } = await failureOf(world.run(action));
    expect(message).toContain(
      'this server, InfluxDB v2.0.9, does not have the resource types "remotes", "notebooks" of "permissions": take them out, or upgrade the server',
    );
    expect(madeIn(world)).toEqual([]);
    expect(asks()).toBe(1);
  });

  it('is not asked for where each server has all that is configured', async () => {
    world = await aWorld({ access: access('tasks', 'dbrp') });
    await asOperator();
    grow();
    expect((await world.run()).counts).toMatchObject({ rotated: 1, failed: 0 });
    expect(asks()).toBe(0);
  });

  it('is no matter where this server has it', async () => {
    world = await aWorld({ access: access('remotes') });
    await asOperator();
    expect((await world.run()).counts).toMatchObject({ rotated: 1, failed: 0 });
    expect(asks()).toBe(1);
  });

  it('is asked for after a refusal, where even an old type is unknown', async () => {
    world = await aWorld({ access: access('dbrp') });
    await asOperator();
    const reason = 'invalid resource type for permission: unknown resource type for permission';
    world.influxdb.faults.add({
      ...{ on: 'POST /api/v2/authorizations', status: 400 },
      body: JSON.stringify({ code: 'invalid', message: reason }),
    });
    world.influxdb.faults.add({
      on: 'GET /api/v2/resources',
      rewrite: (answer) => ({ ...answer, body: '["buckets"]' }),
    });
    expect(await said()).toMatch(
      /InfluxDB made no token: this server, InfluxDB v[\d.]+, does not have the resource type "dbrp"/,
    );
  });
});

describe("what the rotator's own secret needs is told", () => {
  const refusal = (Message: string) => ({
    on: 'BatchGetSecretValue',
    rewrite: (answer: { readonly status: number; readonly body?: unknown }) => ({
      status: answer.status,
      headers: { 'Content-Type': 'application/x-amz-json-1.1', 'x-amzn-RequestId': 'r' },
      body: JSON.stringify({
        SecretValues: [],
        Errors: [{ SecretId: 'influxdb/rotator', ErrorCode: 'AccessDeniedException', Message }],
      }),
    }),
  });
  it.each([
    [
      'Access to KMS is not allowed',
      'allow kms:Decrypt on the key that encrypts influxdb/rotator (aws secretsmanager describe-secret --secret-id influxdb/rotator --query KmsKeyId) in the policy of the role',
    ],
    [
      'User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized to perform: secretsmanager:GetSecretValue on resource: influxdb/rotator because no identity-based policy allows the secretsmanager:GetSecretValue action',
      'allow secretsmanager:GetSecretValue on influxdb/rotator in the policy of the role',
    ],
  ])('%s', async (message, remedy) => {
    world = await aWorld();
    world.secretsManager.faults.add(refusal(message));
    expect(await said()).toContain(
      `secret influxdb/rotator, which holds the rotator's own token, cannot be read (AccessDeniedException: ${message}): ${remedy}`,
    );
  });
});

it("a cache's Date is no clock: nothing is ended because of it, and nothing is held back", async () => {
  world = await aWorld();
  await world.run();
  world.clock.advance(31 * DAY);
  // To anything but a read the age says nothing about the answer, but its date is that of another day all the same.
  world.influxdb.faults.add({
    on: (call) => call.method !== 'GET',
    ...{ times: Number.POSITIVE_INFINITY, skewMs: -DAY },
    rewrite: (answer) => ({ ...answer, headers: { ...answer.headers, Age: '86400' } }),
  });
  world.secretsManager.faults.add({
    ...{ on: 'DescribeSecret', times: Number.POSITIVE_INFINITY, skewMs: -DAY },
    rewrite: (answer) => ({ ...answer, headers: { ...answer.headers, Age: '86400' } }),
  });
  const report = await world.run();
  expect(report.errors).toEqual([]);
  expect(report.counts).toMatchObject({ rotated: 1, failed: 0 });
});
