import { expect, it } from 'vitest';
import { monthOf } from '../../bench/cost.ts';

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
