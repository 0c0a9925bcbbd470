import { afterEach, describe, expect, it } from 'vitest';
import type { World } from '../../../simulation/world.ts';
import { aWorld, failureOf, put } from '../../builders/a-world.ts';

// Of a failed invocation Lambda passes on one sentence. A plan that was asked not to fail answers with all it found.

let world: World;
afterEach(() => world.close());

const PLAN = { action: 'plan', fail: false };

describe('a plan that was asked not to fail', () => {
  it('answers where a consumer fails, and says which servers it asked', async () => {
    world = await aWorld();
    await world.admin.send('DELETE', `/api/v2/buckets/${world.bucketIds.get('telemetry')}`);
    await failureOf(world.run('plan'));
    const report = await world.run(PLAN);
    expect(report.consumers).toMatchObject([{ state: 'failed' }]);
    expect(report.servers).toEqual({
      influxdb: { url: world.influxdb.url, org: 'acme', version: 'v2.9.1' },
      secretsManager: { region: 'us-east-1', account: '123456789012', endpoint: world.secretsManager.url },
    });
  });

  it('answers where the run as a whole fails, with what would mend it', async () => {
    world = await aWorld();
    await put(world, 'influxdb/rotator', '{"Token":"not-a-real-token"}');
    await failureOf(world.run('plan'));
    const { errors } = await world.run(PLAN);
    expect(errors).toMatchObject([
      { code: 'ROTATOR_TOKEN', mends: [{ kind: 'rotator-secret', wrong: 'text', near: 'Token' }] },
    ]);
  });
});

it('a name that does not exist comes with the one that it may be, as far as the rotator sees names', async () => {
  world = await aWorld();
  const [consumer] = world.configuration.consumers;
  if (consumer === undefined) throw new Error('there is one');
  const access = { kind: 'buckets', read: [], write: ['telemetri'] } as const;
  world.configuration = { ...world.configuration, consumers: [{ ...consumer, owner: 'svc-telegarf', access }] };
  const [report] = (await world.run(PLAN)).consumers;
  expect(report?.obstacle).toMatchObject({
    code: 'NAME_UNRESOLVED',
    mends: [
      { kind: 'name', of: 'owner', name: 'svc-telegarf', near: 'svc-telegraf' },
      { kind: 'name', of: 'bucket', name: 'telemetri', near: 'telemetry' },
    ],
  });
  expect(report?.reason).toContain('(did you mean "telemetry"?)');
});
