import { expect, it } from 'vitest';
import { RandomFaults } from '../../bench/soak/faults.ts';
import type { Hour } from '../../bench/soak/soak.ts';
import { growthMb, problemsOf } from '../../bench/soak/verdict.ts';

const CONSUMERS = 10;

function anHour(rest: Partial<Hour> = {}): Hour {
  const counts = { rotated: 1, failedConsumers: 0, calls: 20, failedCalls: 0, liveTokens: 12 };
  return { ...counts, keptMb: 30, leaked: [], problems: [], ...rest };
}

const hours = (...all: Partial<Hour>[]) => [...Array.from({ length: 6 }, () => anHour()), ...all.map(anHour)];

it('a soak without anything to tell has no problems', () => {
  expect(problemsOf(hours(), CONSUMERS)).toEqual([]);
});

it.each<[what: string, last: Partial<Hour>, problem: string]>([
  ['a violated invariant', { problems: ['I2: a token'] }, 'hour 6: I2: a token'],
  ['a socket that is left', { leaked: ['TCPSocketWrap'] }, 'hour 6: TCPSocketWrap left'],
  ['a consumer that fails without a fault', { failedConsumers: 1 }, '1 consumers fail without a fault'],
  ['a token that is missing', { liveTokens: 9 }, 'only 9 tokens live'],
  ['tokens that are left behind', { liveTokens: 21 }, '21 tokens live'],
])('a soak tells of %s', (_what, last, problem) => {
  expect(problemsOf(hours(last), CONSUMERS)).toEqual([problem]);
});

it('a heap that grows with every hour is told, and one that grew at first is not', () => {
  const growing = Array.from({ length: 24 }, (_, hour) => anHour({ keptMb: 30 + hour / 4 }));
  expect(problemsOf(growing, CONSUMERS)).toEqual(['the heap grew by 4.0 MB']);
  expect(growthMb([anHour({ keptMb: 20 }), ...growing.map(() => anHour())])).toBe(0);
});

it('the same seed hits the same calls, about as many as were asked for', () => {
  const hits = (seed: number) => {
    const faults = new RandomFaults(seed, 0.01);
    return Array.from({ length: 10_000 }, () => faults.next()).flatMap((fault, call) =>
      fault === undefined ? [] : call,
    );
  };
  expect(hits(1)).toEqual(hits(1));
  expect(hits(1)).not.toEqual(hits(2));
  expect(hits(1).length).toBeGreaterThan(50);
  expect(hits(1).length).toBeLessThan(150);
});
