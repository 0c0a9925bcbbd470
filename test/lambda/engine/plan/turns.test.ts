import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../../lambda/engine/plan/decision.ts';
import { longestWaitFirst, mostUrgentFirst, waitsSince } from '../../../../lambda/engine/plan/turns.ts';
import { DAY, HOUR, LIMITS } from '../../../builders/a-configuration.ts';
import {
  anEntry,
  aRow,
  decide,
  factsOf,
  ledger,
  NOW,
  noDocument,
  type Scenario,
} from '../../../builders/a-scenario.ts';

const dueFor = (ms: number, rest: Scenario = {}): Scenario => ({
  document: { mintedAt: NOW - 30 * DAY - ms },
  rows: [aRow('cur', { age: 30 * DAY + ms })],
  ...rest,
});

describe('what a consumer waits for is due', () => {
  it.each<[string, Scenario, number | undefined]>([
    ['since its rotation was', dueFor(HOUR), NOW - HOUR],
    ['later, if nothing is', {}, NOW + 10 * DAY],
    ['earlier, if it rotates early', { settings: { rotateEarlyMs: 11 * DAY } }, NOW - DAY],
    [
      'since the grace period of an older token is over',
      { document: ledger(3 * DAY), rows: [aRow('cur'), aRow('old')] },
      NOW - 2 * DAY + LIMITS.leaseMs,
    ],
    [
      'since its hold period is over',
      { document: ledger(9 * DAY), rows: [aRow('cur'), aRow('old', { status: 'inactive', touched: 3 * DAY })] },
      NOW - 2 * DAY,
    ],
    ['not since then, if it is gone', { document: ledger(9 * DAY) }, NOW + 10 * DAY],
    [
      'since its last token could end, if it is retired',
      { settings: { retired: true } },
      NOW - 19 * DAY + LIMITS.leaseMs,
    ],
    ['nobody knows since when, without a document', { reading: noDocument }, undefined],
    ['nobody knows since when, without a value', { reading: { kind: 'not-found' } as never }, undefined],
  ])('%s', (_name, scenario, expected) => {
    expect(waitsSince(factsOf(scenario))).toBe(expected);
  });
});

const orderOf = <T>(turns: Iterable<readonly [number, T]>) => [...turns].map(([index]) => index);

it('whoever has waited longest is looked at first, and before them who has no document', () => {
  const all: Scenario[] = [{}, dueFor(HOUR), { reading: noDocument }, dueFor(DAY)];
  expect(orderOf(longestWaitFirst(all.map(factsOf)))).toEqual([2, 3, 1, 0]);
});

it('those who wait equally long keep their order', () => {
  expect(orderOf(longestWaitFirst([{}, {}, {}].map(factsOf)))).toEqual([0, 1, 2]);
});

it('what leaked goes first, then who has no access, then the longest wait, and last of what nothing is decided', () => {
  const leaked = { superseded: [anEntry('old', HOUR, { compromised: true })] };
  const all: [Scenario, 'undecided' | undefined][] = [
    [dueFor(9 * DAY), 'undecided'],
    [dueFor(HOUR), undefined],
    [dueFor(2 * DAY), undefined],
    [{ lookups: { cur: { kind: 'gone' } }, rows: [] }, undefined],
    [{ document: leaked, rows: [aRow('cur'), aRow('old')] }, undefined],
  ];
  const planned = all.map(([scenario, undecided]) => {
    const outcome: Decision | { kind: 'undecided' } = undecided ? { kind: 'undecided' } : decide(scenario);
    return { facts: factsOf(scenario), outcome };
  });
  expect(orderOf(mostUrgentFirst(planned))).toEqual([4, 3, 2, 1, 0]);
});
