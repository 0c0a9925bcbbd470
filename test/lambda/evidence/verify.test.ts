import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { entriesIn } from '../../../lambda/evidence/entry.ts';
import { fileName } from '../../../lambda/evidence/file-name.ts';
import { FolderStore } from '../../../lambda/evidence/folder-store.ts';
import { hashOf, linesIn } from '../../../lambda/evidence/link.ts';
import type { EvidenceRecord } from '../../../lambda/evidence/record.ts';
import { type Anchor, type Verdict, verify } from '../../../lambda/evidence/verify.ts';
import { anEvidenceFolder, DEPLOYMENT, filled } from '../../builders/an-evidence-folder.ts';

/** The lines of each file, by its name. */
type Files = Map<string, string[]>;

let whole: ReadonlyMap<string, readonly string[]>;
let logged: readonly Anchor[];
/** Of files with the records 1 to 2, 3 to 5, 6, and 7 to 8. */
const [A, B, C, D] = [1, 3, 6, 7].map(fileName) as [string, string, string, string];

let folder: string;
beforeAll(async () => {
  folder = anEvidenceFolder();
  const store = new FolderStore(folder, DEPLOYMENT);
  logged = await filled(store, 2, 3, 1, 2);
  whole = new Map([A, B, C, D].map((name) => [name, linesIn(readFileSync(join(folder, DEPLOYMENT, name), 'utf8'))]));
});

const copy = (): Files => new Map([...whole].map(([name, lines]) => [name, [...lines]]));
const remove = (files: Files, names: readonly string[]) => {
  for (const name of names) files.delete(name);
};
const linesOf = (files: Files, name: string) => files.get(name) ?? [];

/** A day after the files were written. */
const LATER = Date.UTC(2026, 0, 2);

function verified(
  files: ReadonlyMap<string, readonly string[]>,
  anchors = logged,
  keptSince?: number,
  readAt = LATER,
): Verdict {
  const names = [...files.keys()].toSorted().toReversed();
  const entries = names.flatMap((name) =>
    entriesIn(name, (files.get(name) ?? []).map((line) => `${line}\n`).join(''), DEPLOYMENT),
  );
  return verify(entries, { all: anchors, log: anchors.length > 0 ? anchors : undefined, readAt }, keptSince);
}

/** What is wrong, after somebody did this to the files. */
function faultAfter(act: (files: Files) => void, anchors = logged) {
  const files = copy();
  act(files);
  return verified(files, anchors).fault;
}

const parsed = (line: string | undefined) => JSON.parse(line ?? '') as EvidenceRecord;
const changed = (line: string | undefined, change: object) => canonicalize({ ...parsed(line), ...change }) ?? '';

/** Writes the chain from the first line on that was given, so that each hash fits. */
function rewrite(lines: readonly string[], number: number, previous: string): string[] {
  return lines.map((line, index) => {
    const text = changed(line, { number: number + index, previous });
    previous = hashOf(text);
    return text;
  });
}

it('a chain that nobody touched is whole, with anchors and without', () => {
  expect(verified(whole)).toMatchObject({ records: 8, first: { number: 1 }, fault: undefined, anchored: 4 });
  expect(verified(whole, []).fault).toBeUndefined();
  expect(verified(whole).head).toMatchObject({ number: 8, hash: logged.at(-1)?.hash });
  expect(verified(new Map(), []).fault).toBeUndefined();
});

const EACH = [A, B, C, D]
  .flatMap((name, file) =>
    Array.from({ length: [2, 3, 1, 2][file] ?? 0 }, (_, line) => ({ name, line, number: [1, 3, 6, 7][file] ?? 0 })),
  )
  .map(({ name, line, number }) => ({ name, line, number: number + line }));

describe.each(EACH)('record $number', ({ name, line, number }) => {
  const at = { number, file: name, line: line + 1 };

  it('that was changed is named', () => {
    const fault = faultAfter((files) => {
      const lines = linesOf(files, name);
      lines[line] = changed(lines[line], { reason: 'another' });
    });
    expect(fault).toMatchObject({ kind: 'changed', file: name });
    // The last one of a file whose hashes all fit: the log knows the file as a whole.
    expect(number === 8 ? [7, 8] : [number]).toContain(fault?.number);
  });

  it.each([
    ['its number', { number: 77 }],
    ['its link', { previous: `sha256:${'1'.repeat(64)}` }],
    ['its kind', { kind: 'other' }],
    ['its deployment', { deployment: 'other' }],
    ['its version', { version: 2 }],
  ])('of which %s was changed is named', (_what, change) => {
    const fault = faultAfter((files) => {
      const lines = linesOf(files, name);
      lines[line] = changed(lines[line], change);
    });
    expect(fault).toMatchObject({ kind: 'changed', ...at });
  });

  it('that is written in another way is named', () => {
    const fault = faultAfter((files) => {
      const lines = linesOf(files, name);
      lines[line] = ` ${lines[line]}`;
    });
    expect(fault).toMatchObject({ kind: 'changed', ...at });
  });

  it('that was removed is named', () => {
    const fault = faultAfter((files) => {
      linesOf(files, name).splice(line, 1);
      if (linesOf(files, name).length === 0) files.delete(name);
    });
    expect(fault).toMatchObject({ kind: number === 8 ? 'cut-off' : 'removed', number });
  });

  it('that is there twice is named', () => {
    const fault = faultAfter((files) => {
      const lines = linesOf(files, name);
      lines.splice(line, 0, lines[line] ?? '');
    });
    expect(fault).toMatchObject({ kind: 'duplicated', number, file: name, line: line + 2 });
  });

  it('before which another was inserted is named', () => {
    const fault = faultAfter((files) => {
      const lines = linesOf(files, name);
      lines.splice(line, 0, changed(lines[line], { consumer: 'forged' }));
    });
    expect(fault).toMatchObject({ kind: 'inserted', ...at });
  });

  it('after which all was cut off is named', () => {
    const fault = faultAfter((files) => {
      linesOf(files, name).splice(line);
      if (line === 0) files.delete(name);
      for (const other of files.keys()) if (other < name) files.delete(other);
    });
    expect(fault).toMatchObject({ kind: 'cut-off', number });
  });

  it('that was changed, with all hashes after it made to fit, is named by its file', () => {
    const fault = faultAfter((files) => {
      const all = EACH.filter((each) => each.number >= number);
      const lines = all.map((each) => linesOf(files, each.name)[each.line] ?? '');
      lines[0] = changed(lines[0], { reason: 'another' });
      const fitting = rewrite(lines, number, parsed(lines[0]).previous);
      for (const [index, each] of all.entries()) linesOf(files, each.name)[each.line] = fitting[index] ?? '';
    });
    expect(fault).toMatchObject({
      kind: 'changed',
      file: name,
      number: EACH.find((each) => each.name === name)?.number,
    });
    expect(fault?.message).toContain('what follows was written again to fit');
  });
});

describe('what was done to files', () => {
  it.each([
    ['was removed', () => [B], { kind: 'removed', number: 3, file: C, message: 'records 3 to 5 were removed' }],
    ['and the next were removed', () => [B, C], { kind: 'removed', number: 3, file: D }],
    ['at the end was removed', () => [D], { kind: 'cut-off', number: 7, file: C }],
    ['at the beginning was removed', () => [A], { kind: 'removed', number: 1, file: B, line: 1 }],
    ['of all was removed', () => [A, B, C, D], { kind: 'cut-off', number: 1 }],
  ])('one that %s', (_what, names, fault) => {
    expect(faultAfter((files) => remove(files, names()))).toMatchObject(fault);
  });

  it('two that changed their places', () => {
    const fault = faultAfter((files) => {
      const [b, d] = [linesOf(files, B), linesOf(files, D)];
      files.set(B, d);
      files.set(D, b);
    });
    expect(fault).toMatchObject({ kind: 'reordered', number: 7, file: B, line: 1 });
  });

  it('two lines that changed their places', () => {
    const fault = faultAfter((files) => linesOf(files, B).reverse());
    expect(fault).toMatchObject({ kind: 'reordered', number: 5, file: B, line: 1 });
  });

  it('one that was renamed, though its records are in their places', () => {
    const fault = faultAfter((files) => {
      files.set(fileName(4), linesOf(files, B));
      files.delete(B);
    });
    expect(fault).toMatchObject({ kind: 'changed', number: 3, file: fileName(4) });
    expect(fault?.message).toContain('the name of its file says 4');
  });

  it('one that is empty', () => {
    expect(faultAfter((files) => files.set(C, []))).toMatchObject({ kind: 'changed', number: 6, file: C });
  });

  it('a fork: another file that goes on from a record before the head', () => {
    const forged = rewrite([whole.get(D)?.[0] ?? ''], 7, parsed(whole.get(D)?.[0]).previous).map((line) =>
      changed(line, { runId: 'other' }),
    );
    const second = fileName(8);
    const fault = faultAfter((files) => {
      const [seven = '', eight = ''] = linesOf(files, D);
      files.set(D, [seven]);
      files.set(second, [forged[0] ?? '', eight]);
    });
    expect(fault).toMatchObject({ kind: 'inserted', number: 7, file: second, line: 1 });
  });

  it('a fork of which both ends go on', () => {
    const fault = faultAfter((files) => {
      const [seven = ''] = linesOf(files, D);
      const other = changed(seven, { runId: 'other' });
      const next = rewrite([seven], 8, hashOf(other));
      files.set(fileName(9), [other, ...next]);
    });
    expect(fault).toMatchObject({ kind: 'forked', number: 7, file: fileName(9), line: 1 });
  });

  it('one that somebody added at the end, with hashes that fit', () => {
    const fault = faultAfter((files) => {
      const [, eight = ''] = linesOf(files, D);
      files.set(fileName(9), rewrite([eight], 9, hashOf(eight)));
    });
    expect(fault).toMatchObject({ kind: 'inserted', number: 9, file: fileName(9), line: 1 });
  });
});

describe('what an anchor shows', () => {
  const note = (last: number, hash: string): Anchor[] => [{ first: last, last, hash }];

  it('only its own record, so what was rewritten may be any that no other anchor vouches for', () => {
    const files = copy();
    const lines = [B, C, D].flatMap((name) => linesOf(files, name));
    const fitting = rewrite([changed(lines[0], { runId: 'other' }), ...lines.slice(1)], 3, parsed(lines[0]).previous);
    for (const name of [B, C, D]) files.set(name, fitting.splice(0, linesOf(files, name).length));
    const { fault } = verified(files, [...note(2, logged[0]?.hash ?? ''), ...note(8, logged.at(-1)?.hash ?? '')]);
    expect(fault).toEqual({
      ...{ kind: 'changed', number: 3, file: B, line: 1 },
      message:
        'one of the records 3 to 8 was changed, and what follows was written again to fit: record 8 is not the one that was written',
    });
  });

  it('is also what somebody noted', () => {
    const hash = hashOf(whole.get(B)?.[1] ?? '');
    const cut = (files: Files) => remove(files, [C, D]);
    expect(verified(whole, note(4, hash)).anchored).toBe(1);
    expect(faultAfter((files) => files.delete(D), note(8, 'sha256:x'))).toMatchObject({ kind: 'cut-off', number: 7 });
    expect(faultAfter(cut, note(9, 'sha256:x'))).toMatchObject({ kind: 'cut-off', number: 6 });
    expect(faultAfter(() => {}, note(4, 'sha256:x'))).toMatchObject({ kind: 'changed', number: 1, file: A, line: 1 });
  });

  it('is the hash of a record that is gone by the retention of the bucket', () => {
    const files = copy();
    files.delete(A);
    const { at } = parsed(files.get(B)?.[0]);
    expect(verified(files, logged, Date.parse(at)).fault).toBeUndefined();
    expect(verified(files, logged, Date.parse(at) - 1).fault).toMatchObject({ kind: 'removed', number: 1 });
    const wrong = logged.map((anchor) => (anchor.last === 2 ? { ...anchor, hash: 'sha256:x' } : anchor));
    expect(verified(files, wrong, Date.parse(at)).fault).toMatchObject({ kind: 'changed' });
  });
});

it('no change of a single byte goes unnoticed, and it is named where it was made', () => {
  const names = [A, B, C, D];
  const contents = names.map((name) => readFileSync(join(folder, DEPLOYMENT, name)));
  const byte = fc.tuple(fc.nat(names.length - 1), fc.nat(), fc.integer({ min: 1, max: 255 }));
  fc.assert(
    fc.property(byte, ([file, offset, change]) => {
      const bytes = Buffer.from(contents[file] ?? '');
      const place = offset % bytes.length;
      bytes[place] = (bytes[place] ?? 0) ^ change;
      const number =
        ([1, 3, 6, 7][file] ?? 0) + (contents[file]?.subarray(0, place).toString().split('\n').length ?? 0) - 1;
      const entries = names.flatMap((name, index) =>
        entriesIn(name, (index === file ? bytes : (contents[index] ?? '')).toString(), DEPLOYMENT),
      );
      const { fault } = verify(entries, { all: logged, log: logged, readAt: LATER });
      expect(fault?.file).toBe(names[file]);
      // Of a file whose hashes all fit, the log tells only that something in it was changed.
      expect(number === 8 ? [7, 8] : [number]).toContain(fault?.number);
    }),
    { numRuns: 3000 },
  );
});

describe('a file that the log does not know', () => {
  /** The last one, as if somebody had added it. */
  const unknown = () => logged.slice(0, -1);

  it('is named as inserted', () => {
    const fault = { kind: 'inserted', number: 7, file: D, line: 1 };
    expect(verified(whole, unknown())).toMatchObject({ fault, newer: undefined });
  });

  it('is named though the next run went on from it, and the log knows that', () => {
    const others = logged.filter(({ first }) => first !== 6);
    expect(verified(whole, others).fault).toMatchObject({ kind: 'inserted', number: 6, file: C });
  });

  it('may be so new that the log does not show it yet', () => {
    const now = Date.UTC(2026, 0, 1, 0, 1);
    expect(verified(whole, unknown(), undefined, now)).toMatchObject({
      fault: undefined,
      newer: { first: 7, last: 8 },
    });
  });

  it('was written before the log begins that is left', () => {
    expect(verified(whole, logged.slice(2)).fault).toBeUndefined();
  });

  it('is no file of a run that died after it had begun it', () => {
    const names = [...whole.keys()].toSorted().toReversed();
    const entries = names.flatMap((name) =>
      entriesIn(name, (whole.get(name) ?? []).map((line) => `${line}\n`).join(''), DEPLOYMENT),
    );
    expect(verify(entries, { all: unknown(), log: logged, readAt: LATER }).fault).toBeUndefined();
  });
});
