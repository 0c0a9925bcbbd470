import { cut } from '../../calls/cut.ts';
import { NONE_OMITTED } from '../plan/needed-rights.ts';
import type { ConsumerReport, RunReport } from './report.ts';

/** Lambda answers with at most 6 MB (6,291,556 bytes); a larger answer would make a good run a failed one. */
export const MOST_BYTES = 5_500_000;

/** More than any consumer needs; an entry beyond it is cut to its verdict. */
const MOST_BYTES_OF_ONE = 100_000;

/** The states that somebody must see come first, and what has nothing to say goes first. */
const URGENCY: readonly ConsumerReport['state'][] = [
  'failed',
  'blocked',
  'not-attempted',
  'changed',
  'waiting',
  'acting',
  'idle',
];

/** The report as it is answered: what does not fit is left out, and counted. The figures are of all consumers. */
export function answerable(whole: RunReport, mostBytes = MOST_BYTES): RunReport {
  const report = withoutLongRights(whole, mostBytes / 10);
  const consumers = report.consumers.map(sizedConsumer);
  const notices = report.notices.map(sized);
  let left = mostBytes - sizeOf({ ...report, consumers: [], notices: [] });
  if ([...consumers, ...notices].reduce((sum, { size }) => sum + size, 0) <= left)
    return { ...report, consumers: consumers.map(entryOf) };
  const omitted = report.omitted ?? NONE_OMITTED;
  left -= sizeOf({ omitted: { ...omitted, consumers: consumers.length, notices: notices.length } });
  const take = ({ size }: Sized<unknown>): boolean => {
    left -= size;
    return left >= 0;
  };
  const first = startOf(notices, mostBytes / 10);
  for (const notice of first) take(notice);
  const ranked = consumers.toSorted((one, other) => rankOf(one.entry) - rankOf(other.entry));
  const taken = new Set(ranked.filter(take));
  const told = [...first, ...notices.slice(first.length).filter(take)];
  return {
    ...report,
    consumers: consumers.filter((each) => taken.has(each)).map(entryOf),
    notices: told.map(entryOf),
    omitted: {
      ...omitted,
      consumers: consumers.length - taken.size,
      notices: notices.length - told.length,
    },
  };
}

/** An entry, and the bytes that it takes with the comma behind it: each is written once to be measured. */
interface Sized<Entry> {
  readonly entry: Entry;
  readonly size: number;
}

function sized<Entry>(entry: Entry): Sized<Entry> {
  return { entry, size: sizeOf(entry) + 1 };
}

function sizedConsumer(report: ConsumerReport): Sized<ConsumerReport> {
  const whole = sized(report);
  return whole.size > MOST_BYTES_OF_ONE ? sized(verdictOf(report)) : whole;
}

function entryOf<Entry>({ entry }: Sized<Entry>): Entry {
  return entry;
}

function withoutLongRights(whole: RunReport, mostBytes: number): RunReport {
  let report = whole;
  for (const part of ['rightsNeeded', 'rightsUnknownFor'] as const) {
    const { [part]: entries, ...rest } = report;
    if (entries === undefined || sizeOf(entries) <= mostBytes) continue;
    report = { ...rest, omitted: { ...NONE_OMITTED, ...rest.omitted, [part]: entries.length } };
  }
  return report;
}

/** What concerns all is not left out for what concerns one of thousands; but whoever copies markers can make many. */
function startOf<Entry>(notices: readonly Sized<Entry>[], mostBytes: number): readonly Sized<Entry>[] {
  let taken = 0;
  const end = notices.findIndex(({ size }) => {
    taken += size;
    return taken > mostBytes;
  });
  return end === -1 ? notices : notices.slice(0, end);
}

/** An exception that is over fails the gate, which only sees what is answered. */
function rankOf({ state, actions, notes, exception }: ConsumerReport): number {
  if (exception?.inForce === false) return 0;
  const rank = 2 * URGENCY.indexOf(state);
  return actions.length + notes.length > 0 ? rank : rank + 1;
}

function verdictOf(report: ConsumerReport): ConsumerReport {
  const { code, until } = report.why;
  return {
    ...report,
    reason: cut(report.reason),
    why: until === undefined ? { code } : { code, until },
    obstacle: report.obstacle && { code: report.obstacle.code },
    actions: report.actions.slice(0, 20).map((action) => ({ ...action, error: action.error && cut(action.error) })),
    notes: [],
    tokens: report.tokens.filter(({ role }) => role === 'current'),
    shortenedFrom: { notes: report.notes.length, tokens: report.tokens.length },
  };
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}
