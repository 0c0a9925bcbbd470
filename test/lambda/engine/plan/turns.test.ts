import { describe, expect, it } from 'vitest';
import type { Queue } from '../../../../lambda/calls/side-by-side.ts';
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

const orderOf = <T>([inTurn]: Queue<T>[]) => [...(inTurn ?? [])].map(([index]) => index);

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

describe('where the first has waited for a day, and may fail in every run', () => {
  const late = [dueFor(2 * DAY), ...Array.from({ length: 39 }, (): Scenario => dueFor(HOUR))];
  const drawnAt = (now: number) => {
    const queues = longestWaitFirst(late.map((scenario) => ({ ...factsOf(scenario), now })));
    return [...(queues.at(-1) ?? [])].map(([index]) => index);
  };

  it('a quarter of the workers serves by lot, and nobody is served twice', () => {
    const queues = longestWaitFirst(late.map(factsOf));
    expect(queues).toHaveLength(4);
    expect(new Set(queues).size).toBe(2);
    const served: number[] = [];
    for (let turn = 0; served.length < late.length; turn += 1) {
      const next = queues[turn % queues.length]?.next();
      if (!next?.done && next !== undefined) served.push(next.value[0]);
    }
    expect(served.toSorted((one, other) => one - other)).toEqual([...late.keys()]);
    expect(served.slice(0, 3)).toEqual([0, 1, 2]);
  });

  it('each run draws others, and the same run the same', () => {
    expect(drawnAt(NOW)).toEqual(drawnAt(NOW));
    const hours = Array.from({ length: 400 }, (_, hour) => drawnAt(NOW + hour * HOUR));
    const drawnFirst = new Set(hours.flatMap((order) => order.slice(0, 1)));
    expect(drawnFirst.size).toBe(late.length);
  });
});
