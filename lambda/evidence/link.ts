import { hash as digest } from 'node:crypto';
import canonicalize from 'canonicalize';
import { fileName } from './file-name.ts';
import type { EvidenceRecord, Unlinked } from './record.ts';

/** What the first record of a deployment has in place of the hash of the one before it. */
export const NOTHING_BEFORE = `sha256:${'0'.repeat(64)}`;

/** The last record of a chain. */
export interface Head {
  readonly number: number;
  readonly hash: string;
}

/** What the new records of one file have in common. */
export interface Origin {
  readonly deployment: string;
  readonly runId: string;
  /** ISO 8601. */
  readonly at: string;
}

/** A file that was not written yet, and what the log says of it once it is. */
export interface LinkedFile {
  readonly text: string;
  readonly written: Written;
}

/** The records of one file, and the hash of the last one. */
export interface Written {
  readonly file: string;
  readonly first: number;
  readonly last: number;
  readonly hash: string;
}

/** @param line without its line end, or any other text. */
export function hashOf(line: string): string {
  return `sha256:${digest('sha256', line, 'hex')}`;
}

/** Gives new records their places after the head. @param records at least one. */
export function linked(records: readonly Unlinked[], { number, hash }: Head, origin: Origin): LinkedFile {
  const lines: string[] = [];
  let previous = hash;
  for (const record of records) {
    const link = { version: 1 as const, ...origin, number: number + lines.length + 1, previous };
    const line = canonicalize({ ...record, ...link } satisfies EvidenceRecord) ?? '';
    lines.push(line);
    previous = hashOf(line);
  }
  const first = number + 1;
  return {
    text: `${lines.join('\n')}\n`,
    written: { file: fileName(first), first, last: number + lines.length, hash: previous },
  };
}

/** The lines of a file, without their ends. */
export function linesIn(text: string): string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
