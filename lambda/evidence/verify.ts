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
  readonly all: readonly Anchor[];
  /** Whether they tell of every file that was written lately: then what comes after them was written by nobody. */
  readonly areComplete: boolean;
}

export interface Verdict {
  readonly records: number;
  readonly first: Place | undefined;
  readonly head: (Place & { readonly hash: string }) | undefined;
  /** The first one; undefined if all is as it was written, as far as the anchors show. */
  readonly fault: Fault | undefined;
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
  return {
    records: entries.length,
    first: first && { number: first.number, at: first.at },
    head: head?.record && { number: head.record.number, at: head.record.at, hash: head.hash },
    fault: inChain(entries, known, begins) ?? atAnchor(entries, known) ?? afterAnchors(entries, known, anchors),
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
  for (const { first: from, last, hash } of anchors) {
    const entry = entries[last - beginning];
    const found = last === beginning - 1 ? first?.record?.previous : entry?.hash;
    if (found === hash || last < beginning - 1) continue;
    if (entry === undefined && head !== undefined && last >= beginning) {
      const number = (head.record?.number ?? 0) + 1;
      const message = `${named(number, last)} cut off: record ${last} was written, and the evidence ends with record ${number - 1}`;
      return { kind: 'cut-off', number, file: head.file, line: head.line + 1, message };
    }
    const changed = entries[Math.max(0, from - beginning)] ?? first;
    if (changed === undefined) return everythingGone(last);
    const message = `${named(from, last)} changed, and what follows was written again to fit: record ${last} is not the one that was written`;
    return { kind: 'changed', number: from, file: changed.file, line: changed.line, message };
  }
  return undefined;
}

function everythingGone(last: number): Fault {
  const message = `${named(1, last)} cut off: there is no evidence, though record ${last} was written`;
  return { kind: 'cut-off', number: 1, file: '', line: 0, message };
}

/** What was added at the end by somebody else. The hashes of the records before it are no secret. */
function afterAnchors(
  entries: readonly Entry[],
  known: readonly Anchor[],
  { areComplete }: Anchors,
): Fault | undefined {
  const last = known.at(-1)?.last;
  const next = areComplete
    ? entries.find(({ record }) => record !== undefined && record.number > (last ?? 0))
    : undefined;
  if (next?.record === undefined) return undefined;
  const { number } = next.record;
  const until = entries.at(-1)?.record?.number ?? number;
  const message = `${named(number, until)} added by somebody else, by a run that ended just now, or by one that died before it could log so: the log does not know ${number === until ? 'it' : 'them'}. The next run that writes would show that it was a run`;
  return { kind: 'inserted', number, file: next.file, line: next.line, message };
}
