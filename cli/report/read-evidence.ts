import { DAY_MS } from '../../lambda/config/duration.ts';
import type { Entry } from '../../lambda/evidence/entry.ts';
import type { EvidenceRecord } from '../../lambda/evidence/record.ts';
import type { EvidenceStore } from '../../lambda/evidence/store.ts';
import { verify } from '../../lambda/evidence/verify.ts';
import { readEntries } from '../evidence/read-entries.ts';
import type { ReadRecord } from './material.ts';
import type { ReportSources } from './model.ts';

export interface ReadEvidence {
  readonly records: readonly ReadRecord[];
  readonly source: NonNullable<ReportSources['evidence']>;
  /** What is not there, as sentences. */
  readonly missing: readonly string[];
}

export interface Wanted {
  readonly deployment: string;
  readonly from: number;
  readonly to: number;
}

/** The log is compared by `verify-evidence`; here each link is looked at, so that what is reported is what was written. */
const NO_ANCHORS = { all: [], log: undefined, readAt: 0 };

/** There is a list a day: a period without one in its first days needs the one before it. */
const KEPT_MS = 7 * DAY_MS;

/** Reads the whole chain, and keeps what the period needs. */
export async function readEvidence(store: EvidenceStore, wanted: Wanted): Promise<ReadEvidence> {
  const kept = (entry: Entry) => withoutOldList(entry, wanted.from - KEPT_MS);
  const { files, entries } = await readEntries(store, wanted.deployment, kept);
  // How long the bucket keeps records is not known here: what is gone from the beginning is told, and is no fault.
  const { head, first, fault } = verify(entries, NO_ANCHORS, Number.POSITIVE_INFINITY);
  const records: ReadRecord[] = entries.flatMap(({ record, hash, file }) =>
    record === undefined ? [] : { record, hash, file },
  );
  const inPeriod = records.filter(({ record: { at } }) => isBetween(at, wanted.from, wanted.to));
  const lastList = lastListBefore(wanted.from, records);
  const needed = records.filter(({ record }) => isNeeded(record, wanted, lastList));
  return {
    records: needed,
    source: {
      ...{ place: store.place, files, records: inPeriod.length },
      ...(head !== undefined && { head }),
      isVerified: fault === undefined,
      problems: fault === undefined ? [] : [fault.message],
    },
    missing: first === undefined ? [] : [...missingBefore(first, wanted), ...withoutList(needed)],
  };
}

function missingBefore({ number, at }: { readonly number: number; readonly at: string }, { from }: Wanted): string[] {
  if (number !== 1) return [goneBefore(number, at)];
  if (Date.parse(at) < from + DAY_MS) return [];
  return [`the evidence begins at ${at}, after the period did: what was before is not in the report`];
}

function goneBefore(number: number, at: string): string {
  return `the evidence begins with record ${number} of ${at}: the bucket did not keep the ones before it, so what they said is not in the report`;
}

/** A deployment writes its first list within a day. */
function withoutList(records: readonly ReadRecord[]): string[] {
  if (records.some(({ record }) => record.kind === 'census')) return [];
  return [
    'there is no list of all consumers yet, which is written once a day: owners, reach, limits and proofs of life are not in the report',
  ];
}

/** The daily lists of all consumers are most of the evidence. */
function withoutOldList(entry: Entry, before: number): Entry {
  const { record } = entry;
  if (record?.kind !== 'census' || Date.parse(record.at) >= before) return entry;
  return { ...entry, record: { ...record, entries: [] } };
}

/** The run that wrote the last list before the period. */
function lastListBefore(from: number, records: readonly ReadRecord[]): string | undefined {
  return records.findLast(({ record: { kind, at } }) => kind === 'census' && Date.parse(at) < from)?.record.runId;
}

function isNeeded({ kind, at, runId }: EvidenceRecord, { from, to }: Wanted, lastList: string | undefined): boolean {
  if (Date.parse(at) >= to) return false;
  return kind !== 'census' || Date.parse(at) >= from || runId === lastList;
}

function isBetween(at: string, from: number, to: number): boolean {
  return Date.parse(at) >= from && Date.parse(at) < to;
}
