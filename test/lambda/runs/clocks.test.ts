import { afterEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../../local/simulated-clock.ts';
import { aConfiguration, aConsumer, DAY, HOUR, MINUTE } from '../../builders/a-configuration.ts';
import { consumerIn, Scene } from '../../builders/a-scene.ts';
import { configure, openServed } from '../../builders/a-served-consumer.ts';
import { failureOf } from '../../builders/a-world.ts';

const YEAR = 365 * DAY;
const MINT = 'POST /api/v2/authorizations';

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

async function open(startsAt = Date.UTC(2026, 0, 1)): Promise<void> {
  scene = await Scene.open({ configuration: aConfiguration([aConsumer()]), startsAt });
  await scene.run();
}

/** A run on a function whose clock is off; the servers keep theirs. */
async function runWithClockOff(byMs: number): Promise<void> {
  const { world } = scene;
  await world.run('run', { clock: new SimulatedClock(world.clock.now() + byMs) }).catch(() => undefined);
}

const minted = () => scene.world.influxdb.calls.filter(({ operation }) => operation === MINT).length;

describe("a function's clock that is off", () => {
  it.each([
    ['a year ahead', YEAR],
    ['a year behind', -YEAR],
    ['six minutes ahead', 6 * MINUTE],
    ['six minutes behind', -6 * MINUTE],
  ])('by %s ends nothing, and mints nothing in a loop', async (_name, off) => {
    await open();
    scene.world.clock.advance(30 * DAY);
    await scene.run();
    scene.world.clock.advance(2 * HOUR);
    const before = scene.rows.map(({ id, status }) => [id, status]);
    for (let hour = 0; hour < 30; hour += 1) {
      await runWithClockOff(off);
      scene.world.clock.advance(HOUR);
    }
    expect(scene.rows.map(({ id, status }) => [id, status])).toEqual(before);
    expect(minted()).toBe(2);
    expect(await scene.works()).toBe(true);
  });

  it('is right again later: all goes on where it stood', async () => {
    await open();
    scene.world.clock.advance(29 * DAY);
    await runWithClockOff(YEAR);
    expect(minted()).toBe(1);
    scene.world.clock.advance(DAY);
    await scene.runFor(3 * DAY);
    expect(minted()).toBe(2);
    expect(scene.rows).toHaveLength(1);
  });
});

describe('all clocks together', () => {
  it('that step a year forward make the token due, once, and nothing dies early', async () => {
    await open();
    scene.world.clock.advance(YEAR);
    await scene.runFor(2 * DAY);
    expect(minted()).toBe(2);
    scene.auditor.violations.length = 0;
    await scene.runFor(2 * DAY);
    expect(scene.rows).toHaveLength(1);
    expect(scene.auditor.violations).toEqual([]);
  });

  it('that step a year back mint nothing in a loop, and end nothing', async () => {
    await open();
    scene.world.clock.set(scene.world.clock.now() - YEAR);
    for (let hour = 0; hour < 48; hour += 1) {
      await scene.run();
      scene.world.clock.advance(HOUR);
    }
    expect(minted()).toBe(1);
    expect(await scene.works()).toBe(true);
  });
});

describe('the three clocks', () => {
  it.each([
    ['InfluxDB is 4 minutes ahead', 'influxdb', 4 * MINUTE, true],
    ['InfluxDB is 4 minutes behind', 'influxdb', -4 * MINUTE, true],
    ['Secrets Manager is 6 minutes ahead', 'secretsManager', 6 * MINUTE, false],
    ['Secrets Manager is 6 minutes behind', 'secretsManager', -6 * MINUTE, false],
  ] as const)('when %s', async (_name, server, skewMs, rotates) => {
    await open();
    scene.world.clock.advance(31 * DAY);
    scene.world[server].faults.add({ on: () => true, times: Number.POSITIVE_INFINITY, skewMs });
    await scene.run();
    expect(minted()).toBe(rotates ? 2 : 1);
    expect(await scene.works()).toBe(true);
  });

  it.each(['influxdb', 'secretsManager'] as const)('of which %s tells none: nothing destructive', async (server) => {
    await open();
    scene.world.clock.advance(30 * DAY);
    await scene.run();
    scene.world.clock.advance(2 * DAY);
    scene.world[server].faults.add({ on: () => true, times: Number.POSITIVE_INFINITY, date: 'omit' });
    const before = scene.rows.map(({ id, status }) => [id, status]);
    const { errors } = await scene.run();
    expect(errors.map(({ message }) => message).join()).toContain('had a readable Date header');
    expect(scene.rows.map(({ id, status }) => [id, status])).toEqual(before);
  });
});

describe('the clock', () => {
  it.each<[string, object, string]>([
    [
      "InfluxDB's differs",
      { skewMs: 6 * MINUTE },
      "this function's clock is 6 minutes behind InfluxDB's, more than the clockTolerance of 5 minutes",
    ],
    ['answers have no Date', { date: 'omit' }, 'no answer of InfluxDB had a readable Date header'],
  ])('stops retirement and rotation by age when %s, and raises an alarm', async (_name, fault, text) => {
    scene = await Scene.open({ configuration: aConfiguration([aConsumer()]) });
    const { world } = scene;
    await world.run();
    world.clock.advance(31 * DAY);
    world.influxdb.faults.add({ on: () => true, times: Number.POSITIVE_INFINITY, ...fault });
    const { message, report } = await failureOf(world.run());
    expect(message).toContain(`${text}: nothing is switched off or deleted, and no working token is replaced`);
    expect(consumerIn(report)).toMatchObject({ state: 'waiting', actions: [] });
    world.influxdb.faults.clear();
    expect((await world.run()).counts.rotated).toBe(1);
  });
});

it('a run whose clock is off replaces no working token: it would write down a wrong time of its end', async () => {
  scene = await openServed();
  configure(scene, { access: { kind: 'buckets', read: ['telemetry'], write: [] } });
  const clock = new SimulatedClock(scene.world.clock.now() - 6 * DAY);
  const report = await scene.run('run', { clock });
  expect(report.consumers[0]).toMatchObject({ state: 'waiting', actions: [] });
  expect(scene.rows).toHaveLength(1);
});

it.each([DAY, -DAY])(
  'a leak needs no clock: what leaked is replaced and deleted within the invocation (%d ms)',
  async (off) => {
    scene = await openServed();
    scene.world.clock.advance(HOUR);
    const leaked = { action: 'rotate', consumers: ['telegraf'], compromised: true, reason: 'a test' };
    const clock = new SimulatedClock(scene.world.clock.now() + off);
    const report = await scene.run(leaked, { clock });
    expect(report.errors).toMatchObject([{ code: 'CLOCKS_DISAGREE' }]);
    expect(consumerIn(report).actions.map(({ kind }) => kind)).toEqual(['note-compromised', 'rotate', 'delete']);
    expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
    expect(await scene.works()).toBe(true);
  },
);

it('a leap day is a day like any other', async () => {
  await open(Date.UTC(2028, 0, 30, 12));
  scene.world.clock.advance(30 * DAY - HOUR);
  expect(new Date(scene.world.clock.now()).toISOString()).toBe('2028-02-29T11:00:00.000Z');
  expect((await scene.turn()).reason).toBe('next rotation in 1 hour');
  scene.world.clock.advance(HOUR);
  expect((await scene.turn()).reason).toBe('due: older than 30 days');
});
