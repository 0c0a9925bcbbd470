import type { RunReport } from '../../lambda/engine/report/report.ts';
import type { Deed } from '../../lambda/evidence/deed.ts';
import type { CensusRecord, EvidenceRecord } from '../../lambda/evidence/record.ts';
import type { Other } from '../status/others.ts';
import type { ReportSources } from './model.ts';

/** A record as it was read, and where. */
export interface ReadRecord {
  readonly record: EvidenceRecord;
  readonly hash: string;
  readonly file: string;
}

/** What the function answered when it was asked how the consumers are. */
export interface Present {
  readonly report: RunReport;
  /** The command to type next, and the last proof of life, by consumer. */
  readonly next: ReadonlyMap<string, string>;
  readonly provenAt: ReadonlyMap<string, string>;
  readonly others: readonly Other[];
  /** The names of consumers whose secrets hold the same token. */
  readonly shared: readonly (readonly string[])[];
}

/** Something that was done, and the record that says so; none where only the log does. */
export interface SeenDeed {
  readonly consumer: string;
  readonly deed: Deed;
  /** When it was done; where nobody knows that, when it was done at the latest. */
  readonly at: number;
  readonly isExact: boolean;
  readonly number: number | undefined;
}

/** What a report is made from. Times are milliseconds since the epoch. */
export interface Material {
  readonly deployment: string;
  /** When it is made. */
  readonly at: number;
  readonly from: number;
  /** The first moment after the period. */
  readonly to: number;
  /** All of the chain until the end of the period, in order. */
  readonly records: readonly ReadRecord[];
  /** What the function's log says was done, where there are no records. */
  readonly logged: readonly SeenDeed[];
  /** Undefined where nobody could be asked, or where the period is over. */
  readonly present: Present | undefined;
  readonly sources: ReportSources;
}

/** All consumers at one moment: a census, which may have several records. */
export interface Census {
  readonly at: number;
  readonly numbers: readonly number[];
  readonly entries: readonly (CensusRecord['entries'][number] & { readonly number: number })[];
  readonly unmanaged: CensusRecord['unmanaged'];
}

/** In order; only those of which all pages are there. */
export function censusesIn(records: readonly ReadRecord[]): Census[] {
  const byRun = Map.groupBy(
    records.flatMap(({ record }) => (record.kind === 'census' ? [record] : [])),
    ({ runId }) => runId,
  );
  return [...byRun.values()].flatMap((pages) => {
    const [first] = pages;
    if (first === undefined || pages.length !== first.pages) return [];
    return {
      at: Date.parse(first.at),
      numbers: pages.map(({ number }) => number),
      entries: pages.flatMap(({ entries, number }) => entries.map((entry) => ({ ...entry, number }))),
      unmanaged: first.unmanaged,
    };
  });
}

/** Everything that the records say was done, in order. */
export function deedsIn(records: readonly ReadRecord[]): SeenDeed[] {
  return records.flatMap(({ record }) => {
    if (record.kind !== 'consumer' && record.kind !== 'intent') return [];
    const { consumer, number, at: writtenAt } = record;
    return (record.deeds ?? []).map((deed) => ({
      ...{ consumer, deed, number },
      at: Date.parse(deed.at ?? deed.between?.[1] ?? writtenAt),
      isExact: deed.at !== undefined,
    }));
  });
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}
