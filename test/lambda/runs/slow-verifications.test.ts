import { afterEach, describe, expect, it } from 'vitest';
import { CONCURRENCY } from '../../../lambda/calls/side-by-side.ts';
import { aConfiguration, aConsumer, SECOND } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { OverlappingClock, slowDown } from '../../builders/overlapping-clock.ts';

const COUNT = 200;
const LATENCY = { influxdb: 4, secretsManager: 8 };

let scene: Scene;
afterEach(() => scene.close());

/** The first run of so many consumers: how long it takes in simulated seconds, and how many calls were at once. */
async function run(slowness: { readonly influxdb?: number; readonly spread?: number; readonly knee?: number }) {
  const consumers = Array.from({ length: COUNT }, (_, index) => {
    const access = { kind: 'buckets', read: [`b${index}`], write: [] } as const;
    return aConsumer({ name: `c${index}`, access });
  });
  const configuration = aConfiguration(consumers);
  scene = await Scene.open({ configuration, clock: new OverlappingClock(Date.UTC(2026, 0, 1)) });
  const { world } = scene;
  slowDown(world, world.clock, { ...LATENCY, ...slowness });
  let mostAtOnce = 0;
  world.influxdb.faults.intercept(() => {
    mostAtOnce = Math.max(mostAtOnce, world.influxdb.underWay());
    return undefined;
  });
  const from = world.clock.now();
  const { counts, errors } = await scene.run();
  expect([counts.rotated, errors]).toEqual([COUNT, []]);
  scene.auditor.inspect();
  expect(scene.auditor.violations).toEqual([]);
  return { seconds: (world.clock.now() - from) / SECOND, mostAtOnce };
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
});
