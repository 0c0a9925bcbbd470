import type { Entry } from './entry.ts';
import { type Fault, faultAt, named } from './fault.ts';
import { NOTHING_BEFORE } from './link.ts';

/** What is known of a record from elsewhere than the files: from the log, or from somebody who noted it. */
export interface Anchor {
  /** Of the first record that was written together with it; itself where that is not known. */
  readonly first: number;
  readonly last: number;
  /** Of the record `last`. */
  readonly hash: string;
}

export interface Anchors {
  /** Of what was written for certain. */
  readonly all: readonly Anchor[];
  /** What the log knows of, be it only begun, where all of it was read: what it does not know was written by nobody. */
  readonly log: readonly Anchor[] | undefined;
  /** When the files were read, in milliseconds since the epoch. */
  readonly readAt: number;
}

export interface Verdict {
  readonly records: number;
  readonly first: Place | undefined;
  readonly head: (Place & { readonly hash: string }) | undefined;
  /** The first one; undefined if all is as it was written, as far as the anchors show. */
  readonly fault: Fault | undefined;
  /** Records that are so new that the log may not show them yet; undefined if there are none. */
  readonly newer: Span | undefined;
  /** Anchors that were compared with a record. */
  readonly anchored: number;
}

interface Place {
  readonly number: number;
  readonly at: string;
}

/**
 * Recomputes the whole chain.
 * @param entries of all files, the oldest first.
 * @param keptSince records before then may be gone from the beginning, by the retention of the bucket.
 */
export function verify(
  entries: readonly Entry[],
  anchors: Anchors,
  keptSince: number = Number.NEGATIVE_INFINITY,
): Verdict {
  const known = anchors.all.toSorted((one, other) => one.last - other.last);
  const first = entries[0]?.record;
  const begins = first !== undefined && Date.parse(first.at) <= keptSince ? first : undefined;
  const head = entries.at(-1);
  const numbers = new Set(entries.map(({ record }) => record?.number));
  const { fault, newer } = unlogged(entries, anchors);
  return {
    records: entries.length,
    first: first && { number: first.number, at: first.at },
    head: head?.record && { number: head.record.number, at: head.record.at, hash: head.hash },
    fault: inChain(entries, known, begins) ?? atAnchor(entries, known) ?? fault,
    newer,
    anchored: known.filter(({ last }) => numbers.has(last)).length,
  };
}

/** @param begins the first record, if those before it may be gone. */
function inChain(entries: readonly Entry[], anchors: readonly Anchor[], begins: Entry['record']): Fault | undefined {
  const vouched = new Set([...entries.map(({ record }) => record?.previous ?? ''), ...anchors.map(({ hash }) => hash)]);
  const anchored = new Set(anchors.map(({ last }) => last));
  let number = begins?.number ?? 1;
  let previous = begins?.previous ?? NOTHING_BEFORE;
  for (const [index, entry] of entries.entries()) {
    const fault = faultAt({ entries, index, number, previous, vouched, anchored });
    if (fault !== undefined) return fault;
    number += 1;
    previous = entry.hash;
  }
  return undefined;
}

/** A chain that fits together, and is not the one that was written. */
function atAnchor(entries: readonly Entry[], anchors: readonly Anchor[]): Fault | undefined {
  const [first] = entries;
  const head = entries.at(-1);
  const beginning = first?.record?.number ?? 1;
  let sound = beginning - 1;
  for (const { last, hash } of anchors) {
    const entry = entries[last - beginning];
    const found = last === beginning - 1 ? first?.record?.previous : entry?.hash;
    if (found === hash) sound = Math.max(sound, last);
    if (found === hash || last < beginning - 1) continue;
    if (entry === undefined && head !== undefined && last >= beginning) {
      const number = (head.record?.number ?? 0) + 1;
      const message = `${named(number, last)} cut off: record ${last} was written, and the evidence ends with record ${number - 1}`;
      return { kind: 'cut-off', number, file: head.file, line: head.line + 1, message };
    }
    const from = Math.min(sound + 1, last);
    const changed = entries[Math.max(0, from - beginning)] ?? first;
    if (changed === undefined) return everythingGone(last);
    const which = from === last ? `record ${last}` : `one of the records ${from} to ${last}`;
    const message = `${which} was changed, and what follows was written again to fit: record ${last} is not the one that was written`;
    return { kind: 'changed', number: from, file: changed.file, line: changed.line, message };
  }
  return undefined;
}

function everythingGone(last: number): Fault {
  const message = `${named(1, last)} cut off: there is no evidence, though record ${last} was written`;
  return { kind: 'cut-off', number: 1, file: '', line: 0, message };
}

/** From `first` to `last`. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** Files that the log does not know, as far back as it goes. It knows each before it is written. */
function unlogged(entries: readonly Entry[], { log, readAt }: Anchors): { fault?: Fault; newer?: Span } {
  const begins = Math.min(...(log ?? []).map(({ first }) => first));
  const known = new Set(log?.map(({ hash }) => hash));
  const unknown = filesOf(entries).filter(
    ({ first, hash }) => first.record !== undefined && first.record.number >= begins && !known.has(hash),
  );
  const isNew = ({ at }: { readonly at: string }) => Math.abs(readAt - Date.parse(at)) < LATEST_LINE_MS;
  const old = unknown.find(({ first }) => first.record && !isNew(first.record));
  const numbers = (old === undefined ? unknown : [old]).flatMap(({ first, last }) =>
    first.record && last.record ? [first.record.number, last.record.number] : [],
  );
  if (numbers.length === 0) return {};
  const span = { first: Math.min(...numbers), last: Math.max(...numbers) };
  if (old === undefined) return { newer: span };
  const { file, line } = old.first;
  const message = `${named(span.first, span.last)} added by somebody else: the function logs each file before it writes it, and its log does not know this one`;
  return { fault: { kind: 'inserted', number: span.first, file, line, message } };
}

/** A line of the log is found some time after it was written. */
const LATEST_LINE_MS = 5 * 60 * 1000;

function filesOf(entries: readonly Entry[]): { first: Entry; last: Entry; hash: string }[] {
  return entries.flatMap((last, index) =>
    entries[index + 1]?.file === last.file
      ? []
      : [{ first: entries[index - last.line + 1] ?? last, last, hash: last.hash }],
  );
}
