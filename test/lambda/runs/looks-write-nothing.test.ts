import { describe, expect, it } from 'vitest';
import type { Call } from '../../../local/http/faults.ts';
import { openScenario, SCENARIOS } from '../../explore/faults/scenarios.ts';

// Whatever there is to do, a plan and a status only look: the servers count, in every scenario of the fault matrix.

const READS = /^(GET |DescribeSecret|GetSecretValue|BatchGetSecretValue)/;

/** To see which rights are missing, a plan asks for what InfluxDB can grant nobody. It refuses, and makes nothing. */
const isRefusedAsking = ({ operation, status }: Call) =>
  operation === 'POST /api/v2/authorizations' && (status === 400 || status === 403);

describe.each(Object.entries(SCENARIOS))('%s', (_name, scenario) => {
  const { only: [tokens = 'hashed'] = [] } = scenario;

  it('a plan, that of its command, and a status write nothing', async () => {
    const scene = await openScenario(scenario, tokens);
    const { influxdb, secretsManager, eventBridge } = scene.world;
    const servers = [influxdb, secretsManager, eventBridge];
    const held = () =>
      JSON.stringify([
        influxdb.store.storedAuthorizations(),
        [...secretsManager.store.secrets()].map(({ name, versions }) => [
          name,
          [...versions.values()].map(({ id, stages, value }) => [id, [...stages], value]),
        ]),
      ]);
    const before = held();
    for (const server of servers) server.calls.length = 0;
    const { request } = scenario;
    const asked = typeof request === 'function' ? request(scene) : request;
    // Nothing else can be planned.
    const command = asked !== undefined && 'reason' in asked ? asked : undefined;
    for (const look of [
      { action: 'plan' },
      { action: 'status' },
      ...(command === undefined ? [] : [{ action: 'plan', command }]),
    ])
      await scene.run(look);
    const calls = servers.flatMap((server) => server.calls);
    expect(calls.length).toBeGreaterThan(3);
    expect(calls.filter((call) => !READS.test(call.operation) && !isRefusedAsking(call))).toEqual([]);
    expect(held()).toBe(before);
    await scene.close();
  });
});
