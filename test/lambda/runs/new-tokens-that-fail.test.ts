import { afterEach, describe, expect, it } from 'vitest';
import { Auditor } from '../../../simulation/auditor.ts';
import type { World } from '../../../simulation/world.ts';
import { DAY } from '../../builders/a-configuration.ts';
import { aWorld, currentValue, failureOf, madeIn } from '../../builders/a-world.ts';

let world: World;
afterEach(() => world.close());

describe('a new token that does not do what it was granted', () => {
  const REFUSED = '{"code":"forbidden","message":"insufficient permissions for write"}';
  it.each([
    ['may not write its bucket', 'POST /api/v2/write', 403, REFUSED],
    ['may not read its bucket', 'GET /api/v2/buckets/{id}', 401, '{"code":"unauthorized","message":"unauthorized"}'],
    ['meets a server that is too busy to tell', 'POST /api/v2/write', 503, '{"code":"unavailable","message":"busy"}'],
  ])('and %s is never promoted: the old one stays current, the new one is deleted', async (_name, on, status, body) => {
    world = await aWorld();
    await world.run();
    const before = await currentValue(world);
    world.clock.advance(30 * DAY);
    const auditor = new Auditor(world, { healthy: false });
    for (const server of [world.influxdb, world.secretsManager])
      server.faults.intercept(({ operation }) => {
        auditor.inspect();
        return operation === on ? { status, body } : undefined;
      });
    const { message } = await failureOf(world.run());
    expect(message).toContain('the new token does not work');
    expect(await currentValue(world)).toEqual(before);
    expect(madeIn(world).map(({ id, status: left }) => [id, left])).toEqual([
      [before.rotation.authorizationId, 'active'],
    ]);
    expect(auditor.violations).toEqual([]);
  });
});
