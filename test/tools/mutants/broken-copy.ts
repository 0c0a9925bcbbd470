import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Change } from './mutants.ts';

const PARTS = [
  ...['lambda', 'cli', 'demo', 'simulation', 'local', 'scripts', 'test'],
  ...['package.json', 'package-lock.json', 'vitest.config.ts'],
];

/** Works in a copy of the tree in which these changes are made, and which is gone afterwards. */
export async function inBrokenCopy<T>(changes: readonly Change[], work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'mutant-'));
  try {
    for (const part of PARTS)
      cpSync(part, join(folder, part), { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    for (const { file, from, to } of changes) {
      const text = readFileSync(join(folder, file), 'utf8');
      if (!text.includes(from)) throw new Error(`${file} has no longer what a mutant changes: ${from}`);
      writeFileSync(join(folder, file), text.replaceAll(from, to));
    }
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
