import type { Entry } from './entry.ts';

/** The first record that is not as it was written. */
export interface Fault {
  readonly kind: 'changed' | 'removed' | 'duplicated' | 'reordered' | 'inserted' | 'cut-off' | 'forked';
  readonly number: number;
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

/** Where the walk is: all before it is as it was written, or a later record would tell. */
export interface Step {
  readonly entries: readonly Entry[];
  readonly index: number;
  /** What this record's number should be, and its hash of the record before it. */
  readonly number: number;
  readonly previous: string;
  /** Hashes that another record or an anchor has. */
  readonly vouched: ReadonlySet<string>;
  /** Numbers of records of which an anchor has the hash. */
  readonly anchored: ReadonlySet<number>;
}

/** Names one record or several, with the verb. */
export function named(from: number, to: number): string {
  return from === to ? `record ${from} was` : `records ${from} to ${to} were`;
}

export function faultAt(step: Step): Fault | undefined {
  const { entries, index, number, previous } = step;
  const entry = entries[index];
  if (entry === undefined) return undefined;
  const { record, problem } = entry;
  if (record === undefined) return fault('changed', number, entry, `record ${number} ${problem}`);
  const isNext = record.number === number;
  if (record.previous === previous) {
    if (!isNext)
      return fault(
        'changed',
        number,
        entry,
        `record ${number} was changed: it says that its number is ${record.number}`,
      );
    return problem === undefined ? undefined : fault('changed', number, entry, `record ${number} ${problem}`);
  }
  if (isNext) return brokenLink(step, entry);
  return record.number > number ? gap(step, entry, record.number) : again(step, entry, record);
}

function fault(kind: Fault['kind'], number: number, { file, line }: Entry, message: string): Fault {
  return { kind, number, file, line, message };
}

/** The hash of the record before is not the one that this record has. Who else vouches for which of them tells. */
function brokenLink({ entries, index, number, vouched, anchored }: Step, entry: Entry): Fault {
  const before = entries[index - 1];
  if (before === undefined)
    return fault(
      'changed',
      number,
      entry,
      `record ${number} was changed: nothing is before it, but its hash of that is another`,
    );
  const isOpen = index === entries.length - 1 && !anchored.has(number);
  if (vouched.has(before.hash) || (!vouched.has(entry.hash) && !isOpen))
    return fault(
      'changed',
      number,
      entry,
      `record ${number} was changed: it has another hash than that of record ${number - 1}`,
    );
  const who = vouched.has(entry.hash) ? '' : `, or record ${number}, after which nothing comes`;
  const message = `record ${number - 1} was changed${who}: record ${number} has another hash of it`;
  return fault('changed', number - 1, before, message);
}

function gap({ entries, index, number }: Step, entry: Entry, found: number): Fault {
  const later = entries.slice(index).some(({ record }) => record?.number === number);
  if (later) return fault('reordered', found, entry, `record ${found} was moved: it stands before record ${number}`);
  const hint = number === 1 ? '; if the bucket keeps them for a limited time, say so with --retention' : '';
  return fault('removed', number, entry, `${named(number, found - 1)} removed${hint}`);
}

/** There is another record of its number before it. */
function again({ entries, index, vouched }: Step, entry: Entry, record: NonNullable<Entry['record']>): Fault {
  const { number, previous } = record;
  const earlier = entries.slice(0, index).find((each) => each.record?.number === number);
  if (earlier?.hash === entry.hash) return fault('duplicated', number, entry, `record ${number} is there twice`);
  if (earlier?.record?.previous !== previous)
    return fault(
      'inserted',
      number,
      entry,
      `a record was inserted: it says that its number is ${number}, and fits nowhere`,
    );
  const [isEarlier, isLater] = [vouched.has(earlier.hash), vouched.has(entry.hash)];
  if (isEarlier === isLater)
    return fault('forked', number, entry, `the evidence is forked: two records ${number} follow record ${number - 1}`);
  const inserted = isLater ? earlier : entry;
  return fault(
    'inserted',
    number,
    inserted,
    `a record ${number} was inserted: no other record follows it, but one follows the other record ${number}`,
  );
}
