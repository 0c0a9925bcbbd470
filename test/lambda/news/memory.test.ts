import { describe, expect, it } from 'vitest';
import type { PastEvent } from '../../../lambda/log/history.ts';
import { type Memory, noteLines, recall } from '../../../lambda/news/memory.ts';
import { DAY, HOUR } from '../../builders/a-configuration.ts';

const NOW = Date.UTC(2026, 0, 31);
const time = (hoursAgo: number) => new Date(NOW - hoursAgo * HOUR).toISOString();

/** What a run noted that began so many hours ago, with so many consumers that fail. */
function aNote(hoursAgo: number, failing = 1): Memory {
  const at = time(hoursAgo);
  const names = Array.from({ length: failing }, (_, index) => `c${index}`);
  return {
    ...{ startedAt: at, channels: ['bus'], deeds: [], deedsSince: at, digestAt: at, findingsAt: at },
    states: new Map(names.map((subject) => [subject, { subject, state: 'failed', since: at }])),
  };
}

function linesOf(hoursAgo: number, failing?: number): PastEvent[] {
  const lines = noteLines(aNote(hoursAgo, failing), `run-${hoursAgo}`);
  return lines.map((fields) => ({ at: NOW - hoursAgo * HOUR, code: 'STATES_NOTED', fields: { ...fields } }));
}

const WHEN = { now: NOW, scheduleMs: HOUR, clockToleranceMs: HOUR / 12 };

const recalled = (lines: readonly PastEvent[]) =>
  recall({ since: async (since) => lines.filter(({ at }) => at >= since) }, WHEN);

it('is what the newest run noted', async () => {
  const memory = await recalled([...linesOf(2), ...linesOf(1, 3)]);
  expect([memory?.startedAt, memory?.states.size]).toEqual([time(1), 3]);
});

it('is that of the run that began last, not of the one that ended last', async () => {
  const memory = await recalled([...linesOf(1, 2), ...linesOf(2).map((line) => ({ ...line, at: NOW }))]);
  expect([memory?.startedAt, memory?.states.size]).toEqual([time(1), 2]);
});

it('of more than a line holds takes several lines, and none without all of them', async () => {
  const lines = linesOf(1, 1200);
  expect(lines.map(({ fields }) => [fields.page, fields.pages])).toEqual([
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
  // CloudWatch takes lines of 256 KB.
  expect(Math.max(...lines.map((line) => JSON.stringify(line).length))).toBeLessThan(200_000);
  expect((await recalled([...linesOf(2), ...lines]))?.states.size).toBe(1200);
  expect((await recalled([...linesOf(2), ...lines.slice(1)]))?.startedAt).toBe(time(2));
});

it('is the same if a line is there twice', async () => {
  expect((await recalled([...linesOf(1, 3), ...linesOf(1, 3)]))?.states.size).toBe(3);
});

it('goes back thirty days, and no further', async () => {
  expect((await recalled(linesOf((29 * DAY) / HOUR)))?.states.size).toBe(1);
  expect(await recalled(linesOf((31 * DAY) / HOUR))).toBeUndefined();
});

it('of a time to come counts for nothing: else nobody would be told until then', async () => {
  expect((await recalled([...linesOf(1), ...linesOf(-2)]))?.startedAt).toBe(time(1));
});

describe('of the sandbox', () => {
  const nothing = { since: async () => [] };

  it('counts where CloudWatch does not show the newest lines yet', async () => {
    const history = { since: async () => linesOf(2) };
    expect((await recall(history, { ...WHEN, own: aNote(1) }))?.startedAt).toBe(time(1));
  });

  it('does not count where another one has noted since', async () => {
    const history = { since: async () => linesOf(1) };
    expect((await recall(history, { ...WHEN, own: aNote(2) }))?.startedAt).toBe(time(1));
  });

  it('counts for no longer than a line', async () => {
    expect(await recall(nothing, { ...WHEN, own: aNote((31 * DAY) / HOUR) })).toBeUndefined();
  });
});

it.each([
  ['of a later form', { startedAt: 'yesterday' }],
  ['with a state that is none', { states: [{ subject: 'a', state: 'odd', since: time(1) }] }],
  ['without its states', { states: undefined }],
])('a line %s counts for nothing', async (_name, change) => {
  const odd = linesOf(1).map((line) => ({ ...line, fields: { ...line.fields, ...change } }));
  expect((await recalled([...linesOf(2), ...odd]))?.startedAt).toBe(time(2));
});
