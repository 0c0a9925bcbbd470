import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONCURRENCY } from '../../../lambda/calls/side-by-side.ts';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import type { EventCode } from '../../../lambda/log/events.ts';
import type { Log } from '../../../lambda/log/log.ts';
import { aConfiguration, aConsumer, DAY, HOUR, LIMITS, SECOND } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { madeIn } from '../../builders/a-world.ts';
import { OverlappingClock, slowDown } from '../../builders/overlapping-clock.ts';

/** One run has time for some of them. */
const COUNT = 20 * CONCURRENCY;
const TIME = { functionTimeoutMs: 30 * SECOND, callTimeoutMs: 3 * SECOND };
const LATENCY = { influxdb: 200, secretsManager: 400 };

let scene: Scene;
let lines: [EventCode, object][];
beforeEach(async () => {
  const consumers = Array.from({ length: COUNT }, (_, index) => aConsumer({ name: `c${index}` }));
  const configuration = aConfiguration(consumers, { limits: { ...LIMITS, ...TIME } });
  scene = await Scene.open({ configuration, clock: new OverlappingClock(Date.UTC(2026, 0, 1)) });
  slowDown(scene.world, scene.world.clock, LATENCY);
});
afterEach(() => scene.close());

/** One run, an hour after the one before it: it ends in its time, and leaves nothing half done. */
async function run(): Promise<RunReport> {
  const { clock } = scene.world;
  clock.advance(HOUR);
  lines = [];
  const log: Log = (code, fields) => lines.push([code, fields]);
  const from = clock.now();
  const report = await scene.run('run', { log });
  expect(clock.now() - from).toBeLessThan(TIME.functionTimeoutMs);
  expect(report.consumers).toHaveLength(COUNT);
  expect(
    madeIn(scene.world).filter(({ status, description }) => status === 'inactive' && !/sha256/.test(description)),
  ).toEqual([]);
  scene.auditor.inspect();
  expect(scene.auditor.violations).toEqual([]);
  return report;
}

async function runsUntilAllAreServed(): Promise<RunReport[]> {
  const reports = [await run()];
  while ((reports.at(-1)?.counts.notAttempted ?? 0) > 0 && reports.length < 10) reports.push(await run());
  return reports;
}

const said = (code: EventCode) => lines.filter((line) => line[0] === code).map(([, fields]) => fields);

const servedIn = ({ consumers }: RunReport) =>
  consumers.filter(({ actions }) => actions.some(({ outcome }) => outcome === 'done')).map(({ consumer }) => consumer);

describe('a run that has no time for all', () => {
  it('says so in one line, fails nothing, begins nothing that it cannot finish, and the next runs go on', async () => {
    const first = await run();
    const { rotated, failed, notAttempted } = first.counts;
    expect({ failed, errors: first.errors, all: rotated + notAttempted }).toEqual({
      failed: 0,
      errors: [],
      all: COUNT,
    });
    expect(rotated).toBeGreaterThan(20);
    expect(notAttempted).toBeGreaterThan(20);
    expect(said('RUN_OUT_OF_TIME')).toEqual([{ notAttempted, waitsSince: undefined }]);
    expect([said('NOT_ATTEMPTED'), said('ACTION_FAILED'), said('CONSUMER_FAILED')]).toEqual([[], [], []]);
    const later = await runsUntilAllAreServed();
    expect(1 + later.length).toBeLessThan(6);
    expect(new Set([first, ...later].flatMap(servedIn)).size).toBe(COUNT);
  });

  it('serves those first that wait longest', async () => {
    const rounds = (await runsUntilAllAreServed()).map(servedIn);
    // Those of the last run are first in the file from now on.
    const { world } = scene;
    world.configuration = { ...world.configuration, consumers: world.configuration.consumers.toReversed() };
    world.clock.advance(30 * DAY);
    const again = (await runsUntilAllAreServed()).map(servedIn);
    const turnOf = new Map(rounds.flatMap((names, round) => names.map((name) => [name, round] as const)));
    const turns = again.flatMap((names) => {
      const rotated = names.map((name) => turnOf.get(name) ?? 0);
      return [{ first: Math.min(...rotated), last: Math.max(...rotated) }];
    });
    expect(turns.map(({ first }) => first)).toEqual(turns.map(({ first }) => first).toSorted());
    for (const [index, { last }] of turns.entries())
      expect(turns[index + 1]?.first ?? last).toBeGreaterThanOrEqual(last);
  });

  it('is an error, and one only, once somebody has waited for a day', async () => {
    await run();
    scene.world.clock.advance(32 * DAY);
    const { errors, counts, consumers } = await run();
    expect(counts.failed).toBe(0);
    expect(errors).toMatchObject([{ code: 'OUT_OF_TIME' }]);
    expect(errors[0]?.message).toMatch(
      new RegExp(`^the runs have too little time: this one did not come to \\d+ of ${COUNT} consumers, `),
    );
    expect(consumers.some(({ state }) => state === 'not-attempted')).toBe(true);
  });
});

it('a server so slow that not even the secrets can be read leaves a run with its report, and one error', async () => {
  const { world } = scene;
  const limits = { ...world.configuration.limits, functionTimeoutMs: 10 * SECOND };
  world.configuration = { ...world.configuration, limits };
  slowDown(world, world.clock, { ...LATENCY, secretsManager: 2_900 });
  const { errors, consumers, durationMs } = await run();
  expect(durationMs).toBeLessThan(limits.functionTimeoutMs);
  expect(errors).toMatchObject([{ code: 'OUT_OF_TIME' }]);
  expect(new Set(consumers.map(({ state }) => state))).toEqual(new Set(['not-attempted']));
  expect(said('RUN_FINISHED')).toHaveLength(1);
});
