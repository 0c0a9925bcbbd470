import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumerReport } from '../../../lambda/engine/report/report.ts';
import { createMetrics } from '../../../lambda/telemetry/lines.ts';
import { aConfiguration, aConsumer, HOUR, LIMITS, MINUTE, SECOND } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { printed } from '../../builders/printed.ts';

const USERS = 'GET /api/v2/users';

let scene: Scene;
afterEach(() => scene.close());

async function open(count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => aConsumer({ name: `c${index}` }));
  // Simulated time passes for all calls at once, so that a call seems to last as long as all those beside it.
  const limits = { ...LIMITS, callTimeoutMs: 100 * SECOND };
  scene = await Scene.open({ configuration: aConfiguration(names, { limits }) });
}

function answerUsersAfter(ms: number): void {
  scene.world.influxdb.faults.add({
    ...{ on: USERS, times: Number.POSITIVE_INFINITY },
    before: () => scene.world.clock.advance(ms),
  });
}

describe('a run against a slow InfluxDB', () => {
  it('serves those whose names it could look up in half of the time for reading, and the others in later runs', async () => {
    await open(100);
    // Without a list, each name takes a call.
    scene.world.influxdb.faults.add({ on: USERS, status: 403 });
    // All that are asked side by side add to the simulated time.
    answerUsersAfter(4 * SECOND);
    const from = scene.world.clock.now();
    const { consumers, counts, errors } = await scene.run();
    expect(errors).toEqual([]);
    expect(counts.rotated).toBeGreaterThan(25);
    const left = consumers.filter(({ obstacle, why }) => (obstacle ?? why).code === 'NAME_UNRESOLVED');
    expect(left.length).toBe(100 - counts.rotated);
    // The others are those that InfluxDB did not answer in time.
    const late = left.filter(({ reason }) =>
      /was not looked up: InfluxDB answers so slowly that half of the time for reading is over/.test(reason),
    );
    expect(late.length).toBeGreaterThan(10);
    expect(new Set(late.map(({ state }) => state))).toEqual(new Set(['not-attempted']));
    expect(counts.notAttempted).toBe(late.length);
    expect(scene.world.clock.now() - from).toBeLessThan(15 * MINUTE);
    let rotated = counts.rotated;
    for (let runs = 0; runs < 3; runs += 1) {
      scene.world.clock.advance(HOUR);
      scene.world.influxdb.faults.clear();
      scene.world.influxdb.faults.add({ on: USERS, status: 403 });
      answerUsersAfter(4 * SECOND);
      rotated += (await scene.run()).counts.rotated;
    }
    expect(rotated).toBe(100);
  });

  it('says so as a failure where it only looks, since nobody says more later', async () => {
    await open(100);
    scene.world.influxdb.faults.add({ on: USERS, status: 403 });
    answerUsersAfter(20 * SECOND);
    const { counts } = await scene.run('plan');
    expect(counts.failed).toBeGreaterThan(0);
  });

  it('ends no alarm about somebody for whom it could decide nothing', async () => {
    await open(100);
    const { admin, clock, influxdb, userIds } = scene.world;
    await scene.run();
    const { consumers } = await scene.run('status');
    const mintedAt = ({ tokens }: ConsumerReport) => tokens[0]?.mintedAt ?? '';
    const last = consumers.reduce((one, other) => (mintedAt(other) >= mintedAt(one) ? other : one));
    await admin.send('PATCH', `/api/v2/users/${userIds.get(`svc-${last.consumer}`)}`, { status: 'inactive' });
    const figures = async () => {
      clock.advance(HOUR);
      const lines = await printed(() => scene.run('run', { publishMetrics: createMetrics('prod') }));
      return lines.find((line) => '_aws' in line);
    };
    expect(await figures()).toMatchObject({ ConsumersWithoutAccess: 1, ConsumersBlocked: 0 });
    influxdb.faults.add({ on: USERS, status: 403 });
    answerUsersAfter(4 * SECOND);
    const late = await figures();
    expect(late).toMatchObject({ RunsSucceeded: expect.any(Number) });
    expect(late).not.toHaveProperty('ConsumersWithoutAccess');
    expect(late).not.toHaveProperty('ConsumersBlocked');
  });

  it('serves all of them in the same time where a list has them', async () => {
    await open(100);
    answerUsersAfter(9 * SECOND);
    const { counts } = await scene.run();
    expect(counts.rotated).toBe(100);
  });

  it('ends with its report before its time is over, whatever is slow', async () => {
    await open(3);
    const { clock, influxdb } = scene.world;
    influxdb.faults.add({
      ...{ on: () => true, times: Number.POSITIVE_INFINITY },
      before: () => clock.advance(99 * SECOND),
    });
    const from = clock.now();
    const { consumers } = await scene.run();
    expect(consumers).toHaveLength(3);
    expect(clock.now() - from).toBeLessThan(15 * MINUTE);
  });
});

it('names are looked up side by side, each of them once', async () => {
  await open(16);
  let atOnce = 0;
  let most = 0;
  scene.world.influxdb.faults.add({
    ...{ on: USERS, times: Number.POSITIVE_INFINITY },
    before: async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise((resolve) => setTimeout(resolve, 20));
      atOnce -= 1;
    },
  });
  await scene.run();
  expect(most).toBeGreaterThan(4);
  expect(scene.world.influxdb.calls.filter(({ operation }) => operation === USERS)).toHaveLength(16);
});

it('a rotator whose token is refused stops the look-ups of names', async () => {
  await open(64);
  scene.world.influxdb.faults.add({
    ...{ on: USERS, times: Number.POSITIVE_INFINITY },
    ...{ status: 401, body: '{"code":"unauthorized","message":"unauthorized access"}' },
  });
  const { errors } = await scene.run();
  expect(errors).toMatchObject([{ code: 'ROTATOR_REJECTED' }]);
  expect(scene.world.influxdb.calls.length).toBeLessThan(20);
});
