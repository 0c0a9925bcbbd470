import { afterEach, describe, expect, it } from 'vitest';
import { CONCURRENCY } from '../../../lambda/calls/side-by-side.ts';
import type { Limits } from '../../../lambda/config/configuration.ts';
import { aConfiguration, aConsumer, LIMITS, SECOND } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { OverlappingClock, slowDown } from '../../builders/overlapping-clock.ts';

const COUNT = 200;
const LATENCY = { influxdb: 4, secretsManager: 8 };

interface Slowness {
  readonly influxdb?: number;
  readonly spread?: number;
  readonly knee?: number;
}

let scene: Scene;
afterEach(() => scene.close());

/** The first run of so many consumers: how long it takes in simulated seconds, and how many calls were at once. */
async function run(slowness: Slowness) {
  const from = await open(COUNT, slowness);
  const { world } = scene;
  let mostAtOnce = 0;
  world.influxdb.faults.intercept(() => {
    mostAtOnce = Math.max(mostAtOnce, world.influxdb.underWay());
    return undefined;
  });
  const { counts, errors } = await scene.run();
  expect([counts.rotated, errors]).toEqual([COUNT, []]);
  scene.auditor.inspect();
  expect(scene.auditor.violations).toEqual([]);
  return { seconds: (world.clock.now() - from) / SECOND, mostAtOnce };
}

/** @returns the time at which it begins. */
async function open(count: number, slowness: Slowness, limits: Partial<Limits> = {}): Promise<number> {
  const consumers = Array.from({ length: count }, (_, index) => {
    const access = { kind: 'buckets', read: [`b${index}`], write: [] } as const;
    return aConsumer({ name: `c${index}`, access });
  });
  const configuration = aConfiguration(consumers, { limits: { ...LIMITS, ...limits } });
  scene = await Scene.open({ configuration, clock: new OverlappingClock(Date.UTC(2026, 0, 1)) });
  const { world } = scene;
  slowDown(world, world.clock, { ...LATENCY, ...slowness });
  return world.clock.now();
}

describe('a run whose rotations take long', () => {
  it('serves more consumers side by side where a new token works only after ten seconds', async () => {
    const { seconds } = await run({ spread: 10 * SECOND });
    expect(seconds).toBeLessThan((COUNT / CONCURRENCY) * 5);
  });

  it('does not drive a server further that answers later the more it is asked', async () => {
    const { mostAtOnce } = await run({ influxdb: 200, knee: 8 });
    expect(mostAtOnce).toBeLessThanOrEqual(CONCURRENCY);
  });

  it.each([5, 10, 15, 20])(
    'begins none that it cannot finish where one takes %i s, and the run 30',
    async (seconds) => {
      const time = { functionTimeoutMs: 30 * SECOND, callTimeoutMs: 3 * SECOND };
      await open(6 * CONCURRENCY, { influxdb: 100, spread: seconds * SECOND }, time);
      const { counts } = await scene.run();
      expect(counts).toMatchObject({ failed: 0 });
      expect(counts.rotated).toBeGreaterThanOrEqual(seconds < 10 ? 5 * CONCURRENCY : CONCURRENCY);
      expect(scene.rows).toHaveLength(counts.rotated);
    },
  );
});
