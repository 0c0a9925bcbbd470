import { afterEach, describe, expect, it } from 'vitest';
import type { World } from '../../../simulation/world.ts';
import { aWorld } from '../../builders/a-world.ts';

let world: World;
afterEach(() => world.close());

describe('calls that were one too many', () => {
  it('are repeated, and counted in the report and at the end of the log', async () => {
    world = await aWorld();
    world.secretsManager.faults.add({ on: 'PutSecretValue', status: 429, times: 2 });
    world.influxdb.faults.add({ on: 'PATCH /api/v2/authorizations/{id}', status: 503 });
    const finished: object[] = [];
    const report = await world.run('run', {
      log: (code, fields) => {
        if (code === 'RUN_FINISHED') finished.push(fields);
      },
    });
    expect(report.counts).toMatchObject({ rotated: 1, failed: 0, retriedCalls: 3, throttledCalls: 3 });
    expect(finished).toMatchObject([{ retriedCalls: 3, throttledCalls: 3 }]);
  });

  it('are counted where a call failed by them, too', async () => {
    world = await aWorld();
    world.secretsManager.faults.add({ on: 'PutSecretValue', status: 429, times: Number.POSITIVE_INFINITY });
    const failed = await world.run('run').catch((error: { report?: { counts: object } }) => error.report);
    expect(failed?.counts ?? {}).toMatchObject({ failed: 1, retriedCalls: 3, throttledCalls: 4 });
  });
});
