import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Configuration, ConsumerSettings } from '../../../lambda/config/configuration.ts';
import { Auditor } from '../../../simulation/auditor.ts';
import { World } from '../../../simulation/world.ts';
import { aConfiguration, aConsumer, DAY, HOUR, LIMITS } from '../../builders/a-configuration.ts';
import { madeIn } from '../../builders/a-world.ts';

let world: World;
afterEach(() => world.close());

async function callsOf(act: () => Promise<unknown>): Promise<number> {
  const before = world.calls;
  await act();
  return world.calls - before;
}

function currentValue(secret: string): Record<string, unknown> {
  const versions = [...(world.secretsManager.store.secret(secret)?.versions.values() ?? [])];
  const current = versions.find(({ stages }) => stages.has('AWSCURRENT'));
  return JSON.parse(current?.value ?? '{}') as Record<string, unknown>;
}

describe.each(['hashed', 'plain', 'cloud'] as const)(
  'the whole life of a token on a server with %s tokens',
  (tokens) => {
    it('passes from the first token to the end of the second, with no invariant violated after any run', async () => {
      const consumer = aConsumer(tokens === 'cloud' ? { owner: undefined } : {});
      const initialValue = () => '{"url":"https://influxdb.example.com","port":8086.0}';
      world = await World.create({ configuration: aConfiguration([consumer]), tokens, initialValue });
      const auditor = new Auditor(world);
      const values: unknown[] = [];
      for (let hours = 0; hours <= 63 * 24; hours += 6) {
        await world.run();
        const { token } = currentValue(consumer.secret);
        if (!values.includes(token)) values.push(token);
        auditor.inspect();
        world.clock.advance(6 * HOUR);
      }
      expect(auditor.violations).toEqual([]);
      expect(values.map((token) => world.influxdb.store.statusOf(String(token)))).toEqual([
        'unknown',
        'unknown',
        'active',
      ]);
      expect(madeIn(world).map(({ status }) => status)).toEqual(['active']);
      expect(currentValue(consumer.secret)).toMatchObject({ url: 'https://influxdb.example.com', port: 8086 });
    });
  },
);

/** The same configuration with ids instead of names. */
function byId({ configuration, bucketIds, userIds, admin }: World): Configuration {
  const id = (ids: ReadonlyMap<string, string>, name: string | undefined) => ids.get(name ?? '') ?? '';
  const bucket = id(bucketIds, 'telemetry');
  const consumers = configuration.consumers.map((each) => ({
    ...each,
    owner: id(userIds, each.owner),
    access: { kind: 'buckets' as const, read: [bucket], write: [bucket] },
  }));
  const influxdb = { ...configuration.influxdb, org: undefined, orgId: admin.orgId };
  return { ...configuration, influxdb, consumers };
}

/** A rotation, then the end of the token before, switched off and deleted. */
async function livesInThreeRuns(): Promise<void> {
  for (const later of [30 * DAY, 25 * HOUR, 25 * HOUR]) {
    world.clock.advance(later);
    await world.run();
  }
}

describe('the calls of one consumer that reads and writes one bucket', () => {
  async function calls(settings: Partial<ConsumerSettings>): Promise<Record<string, number>> {
    world = await World.create({ configuration: aConfiguration([aConsumer(settings)]) });
    const first = await callsOf(() => world.run());
    const idle = await callsOf(() => world.run());
    world.clock.advance(30 * DAY);
    const later = await callsOf(() => world.run());
    world.clock.advance(25 * HOUR);
    const deactivation = await callsOf(() => world.run());
    world.clock.advance(25 * HOUR);
    const deletion = await callsOf(() => world.run());
    const idleAfter = await callsOf(() => world.run());
    return {
      idle,
      first: first - idle,
      later: later - idle,
      deactivation: deactivation - idle,
      deletion: deletion - idle,
      idleAfter,
    };
  }

  it('are 7 for the first and for every later rotation, and 12 for a whole life', async () => {
    expect(await calls({})).toEqual({ idle: 4, first: 7, later: 7, deactivation: 3, deletion: 2, idleAfter: 4 });
  });

  it('are 14 with the proof that the old token is refused', async () => {
    expect(await calls({ proof: true })).toEqual({
      idle: 4,
      first: 7,
      later: 7,
      deactivation: 3,
      deletion: 4,
      idleAfter: 4,
    });
  });

  it.each(['names', 'ids'] as const)('are with the looks of every run, by %s, what the README says', async (by) => {
    world = await World.create({ configuration: aConfiguration() });
    if (by === 'ids') world.configuration = byId(world);
    await world.run();
    const look = await callsOf(() => world.run());
    const life = await callsOf(livesInThreeRuns);
    const month = await callsOf(async () => {
      for (let hours = 0; hours < 30 * 24; hours += 1) {
        world.clock.advance(HOUR);
        await world.run();
      }
    });
    expect(madeIn(world)).toHaveLength(1);
    expect(month).toBe(30 * 24 * look + life - 3 * look);
    const readme = readFileSync('README.md', 'utf8');
    const figure = (calls: number) => calls.toLocaleString('en-US');
    const [, said] = new RegExp(`^\\| by ${by} \\| (.+) \\|$`, 'm').exec(readme) ?? [];
    expect(said).toBe([look, life, month].map(figure).join(' | '));
  });

  it('hold two writes to Secrets Manager', async () => {
    world = await World.create({ configuration: aConfiguration() });
    await world.run();
    const operations = world.secretsManager.calls.map(({ operation }) => operation);
    expect(operations).toEqual(['BatchGetSecretValue', 'DescribeSecret', 'PutSecretValue', 'UpdateSecretVersionStage']);
  });
});

it('takes at most 12 calls for an idle run over 200 consumers of two owners by id, and one more for each name', async () => {
  const consumers = Array.from({ length: 200 }, (_, index) =>
    aConsumer({ name: `consumer-${index}`, owner: `svc-${index % 2}` }),
  );
  const limits = { ...LIMITS, maxRetirementsPerRun: consumers.length };
  world = await World.create({ configuration: aConfiguration(consumers, { limits }) });
  const byName = world.configuration;
  world.configuration = byId(world);
  await world.run();
  expect(await callsOf(() => world.run())).toBe(12);
  const ids = world.configuration;
  world.configuration = { ...byName, influxdb: ids.influxdb };
  expect(await callsOf(() => world.run())).toBe(12 + 3);
  world.configuration = ids;
  const beyondLooks = (await callsOf(livesInThreeRuns)) - 3 * 12;
  expect(madeIn(world)).toHaveLength(consumers.length);
  const readme = readFileSync('README.md', 'utf8');
  const [, hourly, daily] =
    /it is (\d+) calls each with a run an hour, and (\d+) each with a run a day/.exec(readme) ?? [];
  const each = (runs: number) => String(Math.round((runs * 12 + beyondLooks) / consumers.length));
  expect([hourly, daily]).toEqual([each(30 * 24), each(30)]);
});

it.each([1, 2, 9])('lists the org once, whatever the number of owners: %i', async (owners) => {
  const consumers = Array.from({ length: owners }, (_, index) => aConsumer({ name: `consumer-${index}` }));
  world = await World.create({ configuration: aConfiguration(consumers) });
  await world.run();
  world.influxdb.calls.length = 0;
  await world.run();
  expect(world.influxdb.calls.filter(({ operation }) => operation === 'GET /api/v2/authorizations')).toHaveLength(1);
});

describe('a server that makes another authorization than was asked for', () => {
  type Row = { permissions: { resource: { id?: string | undefined } }[] } & Record<string, unknown>;
  it.each<[string, (row: Row) => Row, string]>([
    [
      'drops the id of a bucket',
      (row) => ({
        ...row,
        permissions: row.permissions.map((each) => ({ ...each, resource: { ...each.resource, id: undefined } })),
      }),
      'permissions read:orgs/',
    ],
    [
      'grants more',
      (row) => ({ ...row, permissions: [...row.permissions, { action: 'write', resource: { type: 'users' } }] }) as Row,
      'write:users',
    ],
    ['makes it active', (row) => ({ ...row, status: 'active' }), 'status active instead of inactive'],
    [
      'gives it to another owner',
      (row) => ({ ...row, userID: '0123456789abcdef' }),
      'owner 0123456789abcdef instead of',
    ],
    ['makes it in another org', (row) => ({ ...row, orgID: '0123456789abcdef' }), 'org 0123456789abcdef instead of'],
    ['shows no token', (row) => ({ ...row, token: '' }), 'no token'],
  ])(
    'is caught when it %s, before the token is ever active, and nothing is left behind',
    async (_name, change, text) => {
      world = await World.create({ configuration: aConfiguration() });
      world.influxdb.faults.add({
        on: 'POST /api/v2/authorizations',
        rewrite: (answer) => ({ ...answer, body: JSON.stringify(change(JSON.parse(String(answer.body)) as Row)) }),
      });
      await expect(world.run()).rejects.toThrow(text);
      // Of one that was granted something else, the row stays for a day, so that it is not made again and again.
      const left = text.includes(':') ? ['inactive'] : [];
      expect(madeIn(world).map(({ status }) => status)).toEqual(left);
      expect(world.influxdb.calls.map(({ operation }) => operation)).not.toContain('POST /api/v2/write');
      expect(currentValue('influxdb/acme/telegraf')).toEqual({});
      world.clock.advance(25 * HOUR);
      await world.run();
      expect(madeIn(world).map(({ status }) => status)).toEqual(['active']);
    },
  );
});
