import canonicalize from 'canonicalize';
import { firstIn } from './file-name.ts';
import { hashOf, linesIn } from './link.ts';
import { EvidenceRecord } from './record.ts';

/** One line of a file of evidence, as it was found. */
export interface Entry {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly hash: string;
  /** Undefined for a line that is no record. */
  readonly record: EvidenceRecord | undefined;
  /** Why it cannot be what was written, completing "record N …"; undefined if the line alone does not tell. */
  readonly problem: string | undefined;
}

/** @param text undefined for a file that was listed, and is gone. */
export function entriesIn(file: string, text: string | undefined, deployment: string): Entry[] {
  const lines = linesIn(text ?? '');
  if (lines.length === 0) {
    const problem = `is gone with the rest of its file, which ${text === undefined ? 'vanished' : 'is empty'}`;
    return [{ file, line: 1, hash: '', record: undefined, problem }];
  }
  return lines.map((line, index): Entry => {
    const place = { file, line: index + 1, hash: hashOf(line) };
    const isLast = index === lines.length - 1;
    if (isLast && text?.endsWith('\n') === false)
      return { ...place, record: undefined, problem: 'was cut: its line has no end' };
    const { record, problem } = read(line, deployment);
    if (record === undefined || problem !== undefined || index > 0) return { ...place, record, problem };
    const first = firstIn(file);
    return { ...place, record, problem: first === record.number ? undefined : misnamed(record.number, first) };
  });
}

function misnamed(number: number, first: number | undefined): string {
  return `has the number ${number}, but the name of its file says ${first}: the file was renamed, or the record changed`;
}

function read(line: string, deployment: string): Pick<Entry, 'record' | 'problem'> {
  const unread = (problem: string) => ({ record: undefined, problem });
  let value: unknown;
  try {
    value = JSON.parse(line);
    if (canonicalize(value) !== line) return unread('was changed: its line is not as this program writes JSON');
  } catch {
    return unread('was changed: its line is no JSON');
  }
  const { data: record, error } = EvidenceRecord.safeParse(value);
  if (record === undefined) {
    const { version } = (value ?? {}) as { readonly version?: unknown };
    if (typeof version === 'number' && version > 1)
      return unread(`is of version ${version}, which this program does not know: take a newer one`);
    return unread(
      `was changed: it has not the form of a record (at ${error?.issues[0]?.path.join('.') || 'its kind'})`,
    );
  }
  const problem =
    record.deployment === deployment ? undefined : `is of another deployment (${JSON.stringify(record.deployment)})`;
  return { record, problem };
}
