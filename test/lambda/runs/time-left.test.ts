import { afterEach, describe, expect, it } from 'vitest';
import { createHandler } from '../../../lambda/handler.ts';
import type { World } from '../../../simulation/world.ts';
import { LIMITS, MINUTE } from '../../builders/a-configuration.ts';
import { aWorld } from '../../builders/a-world.ts';

let world: World;
afterEach(() => world.close());

describe('the time that is left', () => {
  it('is refused when it is longer than the configured time-out, from which the lease follows', async () => {
    world = await aWorld();
    const longer = { configuration: { ...world.configuration, limits: { ...LIMITS, functionTimeoutMs: 14 * MINUTE } } };
    const run = world.run('run', {
      ...longer,
      clock: { ...world.clock, now: world.clock.now, sleep: world.clock.sleep, timeout: world.clock.timeout },
    });
    await expect(run).resolves.toBeDefined();
    const handler = createHandler({
      configuration: longer.configuration,
      secretsManager: world.secretsManagerConfig,
      clock: world.clock,
    });
    await expect(handler({ action: 'run' }, { getRemainingTimeInMillis: () => 15 * MINUTE })).rejects.toThrow(
      'the function may run for 15 minutes, longer than limits.functionTimeout (14 minutes), from which the lease follows',
    );
  });

  it('lets no write begin when it is less than two call time-outs', async () => {
    world = await aWorld();
    const log = () => {};
    const handler = createHandler({
      configuration: world.configuration,
      secretsManager: world.secretsManagerConfig,
      clock: world.clock,
      log,
      publishMetrics: () => {},
    });
    const { counts, consumers } = await handler(
      { action: 'run' },
      { getRemainingTimeInMillis: () => LIMITS.callTimeoutMs * 2 - 1 },
    );
    expect(counts).toMatchObject({ failed: 0, notAttempted: 1 });
    expect(consumers).toMatchObject([
      { state: 'not-attempted', errorCode: 'OUT_OF_TIME', actions: [{ kind: 'rotate', outcome: 'not-attempted' }] },
    ]);
    expect(consumers[0]?.reason).toBe('first token: this run has too little time left for that');
    expect(world.influxdb.calls.every(({ method }) => method === 'GET')).toBe(true);
  });
});
