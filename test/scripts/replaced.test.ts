import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replaced } from '../../scripts/bundle/replaced.ts';

let folder: string;
let made: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'replaced-'));
  made = join(folder, 'made');
  await replaced(made, write({ kept: 'first', gone: 'first' }));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Each file, and one in a folder. */
function write(files: Readonly<Record<string, string>>): (next: string) => Promise<void> {
  return async (next) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(next, name), text);
    mkdirSync(join(next, 'within'));
    writeFileSync(join(next, 'within', 'deep'), 'deep');
  };
}

it('a folder that is made anew has the new files and no others', async () => {
  await replaced(made, write({ kept: 'second' }));
  expect(readFileSync(join(made, 'kept'), 'utf8')).toBe('second');
  expect(readdirSync(made).toSorted()).toEqual(['kept', 'within']);
  expect(readFileSync(join(made, 'within', 'deep'), 'utf8')).toBe('deep');
  expect(readdirSync(folder)).toEqual(['made']);
});

it('whoever reads it meanwhile finds what was there', async () => {
  await replaced(made, async (next) => {
    expect(readFileSync(join(made, 'gone'), 'utf8')).toBe('first');
    await write({ kept: 'second' })(next);
  });
  expect(existsSync(join(made, 'gone'))).toBe(false);
});

it('it stays as it was where it cannot be made', async () => {
  await expect(replaced(made, () => Promise.reject(new Error('no licence')))).rejects.toThrow('no licence');
  expect(readdirSync(made).toSorted()).toEqual(['gone', 'kept', 'within']);
  expect(readdirSync(folder)).toEqual(['made']);
});
