import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../../local/http/server.ts';
import type { World } from '../../../simulation/world.ts';
import { aWorld } from '../../builders/a-world.ts';

let world: World;
afterEach(() => world.close());

/** A server that closes what has rested for this long, at the moment at which the next call comes. In milliseconds. */
const KEPT_MS = 1_100;
const slowly = () => sleep(1_300);

describe('a server that closes connections at the moment of the next call', () => {
  it('does not cost the promotion its answer', async () => {
    world = await aWorld();
    const { influxdb, secretsManager } = world;
    // Meanwhile, the connections to Secrets Manager rest.
    influxdb.faults.add({ on: 'PATCH /api/v2/authorizations/{id}', after: slowly });
    secretsManager.faults.add({ on: 'UpdateSecretVersionStage', refuseRested: KEPT_MS });
    const { counts } = await world.run();
    expect(counts).toMatchObject({ rotated: 1, failed: 0, retriedCalls: 0 });
  });

  it('does not cost the mint its answer', async () => {
    world = await aWorld();
    const { influxdb, secretsManager } = world;
    secretsManager.faults.add({ on: 'DescribeSecret', after: slowly });
    influxdb.faults.add({ on: 'POST /api/v2/authorizations', refuseRested: KEPT_MS });
    const { counts } = await world.run();
    expect(counts).toMatchObject({ rotated: 1, failed: 0, retriedCalls: 0 });
    const called = (server: RunningServer, name: string) => server.calls.filter(({ operation }) => operation === name);
    expect(called(secretsManager, 'DescribeSecret')).toHaveLength(1);
    // One that gets no answer is followed by another.
    expect(called(influxdb, 'POST /api/v2/authorizations')).toHaveLength(1);
  });
});
