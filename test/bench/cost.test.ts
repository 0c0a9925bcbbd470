import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { monthOf, PRICES } from '../../bench/cost.ts';
import { lastMeasured } from '../../bench/measured.ts';

const NOTHING = { secretsManagerCalls: 0, logBytes: 0, metrics: 0, durationMs: 0 };

it.each([
  ['calls', { secretsManagerCalls: 10_000 }, 720 * 0.05],
  ['log', { logBytes: 1e9 }, 720 * 0.53],
  ['metrics', { metrics: 10 }, 3],
] as const)('a month costs what its %s cost', (part, counted, dollars) => {
  const month = monthOf({ ...NOTHING, ...counted });
  expect(month[part]).toBeCloseTo(dollars);
  expect(month.total).toBeCloseTo(dollars + month.compute);
});

it('a month of runs that take a second each costs a fraction of a cent at 256 MB', () => {
  expect(monthOf({ ...NOTHING, durationMs: 1000 }).compute).toBeCloseTo(720 * (0.25 * 0.0000133334 + 0.2e-6), 6);
});

describe('the sum of docs/deployment.md', () => {
  const [, section = ''] = readFileSync('docs/deployment.md', 'utf8').split('\n## What it costs\n');
  const rows = [...section.matchAll(/^\| .+ \| \**(\d[\d.]*)\** \| \**(\d[\d.]*)\** \|$/gm)];
  const figures = lastMeasured().cost?.figures ?? [];

  it.each([
    [10, 1],
    [1000, 2],
  ])('is right for %i consumers, and has the month that was counted', (consumers, column) => {
    const [metrics, alarms, calls, rotations, lambda = 0, program, secrets] = rows.map((row) => Number(row[column]));
    const counted = (part: string) =>
      figures.find(({ at, name }) => at === consumers && name === `an idle month: ${part}`)?.median ?? Number.NaN;
    expect(metrics).toBeCloseTo(counted('metrics'), 2);
    expect(calls).toBeCloseTo(counted('calls'), 2);
    expect(lambda).toBeGreaterThan(counted('compute') + counted('log'));
    // Each is made, switched off and deleted, each in an hour of its own if there are enough.
    const hours = 3 * Math.min(720, consumers);
    expect(rotations).toBeCloseTo(6 * consumers * PRICES.secretsManagerCall + hours * PRICES.metricHour, 2);
    const parts = [metrics, alarms, calls, rotations, lambda];
    expect(program).toBeCloseTo(
      parts.reduce<number>((sum, part = Number.NaN) => sum + part, 0),
      2,
    );
    expect(secrets).toBeCloseTo(0.4 * (consumers + 1), 2);
  });
});
