import { expect, it } from 'vitest';
import { periodOf } from '../../../cli/report/period.ts';

const NOW = Date.parse('2026-05-20T14:30:00.000Z');

it.each([
  [{}, '2026-02-19T00:00:00.000Z', '2026-05-20T14:30:00.000Z', true],
  [{ from: '2026-01-01', to: '2026-03-31' }, '2026-01-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z', false],
  [{ from: '2026-01-01T08:00:00+02:00' }, '2026-01-01T06:00:00.000Z', '2026-05-20T14:30:00.000Z', true],
  [{ to: '2026-05-20' }, '2026-02-19T00:00:00.000Z', '2026-05-20T14:30:00.000Z', true],
  [{ to: '2027-01-01' }, '2026-02-19T00:00:00.000Z', '2026-05-20T14:30:00.000Z', true],
])('%j is the period from %s to %s', (given, from, to, isPresent) => {
  expect(periodOf(given, NOW)).toEqual({ from: Date.parse(from), to: Date.parse(to), isPresent });
});

it.each([
  [{ from: 'yesterday' }, '--from yesterday is no time'],
  [{ to: '2026-02-30' }, '--to 2026-02-30 is no time'],
  [{ from: '2026-04-01', to: '2026-03-31' }, '--from 2026-04-01T00:00:00.000Z is not before the end'],
  [{ from: '2026-06-01' }, '--from 2026-06-01T00:00:00.000Z is not before the end'],
])('%j is refused', (given, message) => {
  expect(() => periodOf(given, NOW)).toThrow(message);
});
