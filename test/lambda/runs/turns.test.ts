import { afterEach, expect, it } from 'vitest';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import type { Call } from '../../../local/http/faults.ts';
import { aConfiguration, aConsumer, HOUR, LIMITS, SECOND } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { OverlappingClock, slowDown } from '../../builders/overlapping-clock.ts';

/** Of so many, each run has time for fewer than those that fail. */
const COUNT = 90;
const FAILING = 60;
const TIME = { functionTimeoutMs: 20 * SECOND, callTimeoutMs: 3 * SECOND };

let scene: Scene;
afterEach(() => scene.close());

it('whoever fails in every run does not keep the others from their turns', async () => {
  const consumers = Array.from({ length: COUNT }, (_, index) => aConsumer({ name: `c${index}` }));
  const configuration = aConfiguration(consumers, { limits: { ...LIMITS, ...TIME } });
  scene = await Scene.open({ configuration, clock: new OverlappingClock(Date.UTC(2026, 0, 1)) });
  const { world } = scene;
  const { influxdb, clock } = world;
  slowDown(world, clock, { influxdb: 200, secretsManager: 400 });
  const isOfFailing = ({ method, path }: Call) => {
    const row = influxdb.store.authorizations().find(({ id }) => path.endsWith(id));
    const index = Number(/\/c(\d+)\//.exec(row?.description ?? '')?.[1]);
    return method === 'PATCH' && index < FAILING;
  };
  influxdb.faults.clear();
  influxdb.faults.add({
    on: isOfFailing,
    times: Number.POSITIVE_INFINITY,
    status: 500,
    before: () => clock.sleep(200),
  });
  influxdb.faults.add({ on: () => true, times: Number.POSITIVE_INFINITY, before: () => clock.sleep(200) });
  const served = new Set<string>();
  for (let runs = 0; runs < 3; runs += 1) {
    clock.advance(HOUR);
    const { consumers: reports, counts }: RunReport = await scene.run();
    for (const { consumer, actions } of reports)
      if (actions.some(({ kind, outcome }) => kind === 'rotate' && outcome === 'done')) served.add(consumer);
    expect(counts.notAttempted).toBeGreaterThan(0);
  }
  expect(served.size).toBeGreaterThan(5);
});
