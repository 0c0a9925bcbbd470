import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import pLimit from 'p-limit';
import { type Change, MUTANTS } from './mutants.ts';

// npm run mutate:named: breaks the engine in named ways, one at a time, and shows that the tests notice each.

const only = process.argv[2] ?? '';
const limit = pLimit(availableParallelism());
const chosen = Object.entries(MUTANTS).filter(([name]) => name.includes(only));
const failures = await limit.map(chosen, async ([name, changes]) => {
  const failure = await tryOut(changes);
  process.stdout.write(`${failure === undefined ? 'SURVIVED' : 'noticed '}  ${name}: ${failure ?? 'no test failed'}\n`);
  return failure;
});
const noticed = failures.filter((failure) => failure !== undefined).length;
process.stdout.write(`${noticed} of ${chosen.length} mutants were noticed\n`);
process.exitCode = noticed === chosen.length ? 0 : 1;

/** Runs the tests on a copy of the tree in which the engine is broken, and gives the first that fails. */
async function tryOut(changes: readonly Change[]): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'mutant-'));
  try {
    for (const part of ['lambda', 'demo', 'simulation', 'local', 'scripts', 'test', 'package.json', 'vitest.config.ts'])
      cpSync(part, join(folder, part), { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    for (const { file, from, to } of changes) {
      const text = readFileSync(join(folder, file), 'utf8');
      if (!text.includes(from)) throw new Error(`${file} has no longer what a mutant changes: ${from}`);
      writeFileSync(join(folder, file), text.replaceAll(from, to));
    }
    return await firstFailure(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A test that fails, not a file that cannot be loaded: that would be a mistake in the mutant. */
function firstFailure(folder: string): Promise<string | undefined> {
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--bail=1',
    '--no-color',
    'test/lambda/engine',
    'test/lambda/runs',
    'test/lambda/hostile',
  ];
  return new Promise((settle, reject) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) return settle(undefined);
      const failed = /FAIL\s+(?:\|\w+\| )?(.* > .*)/.exec(stdout + stderr)?.[1];
      if (failed === undefined) reject(new Error(`the tests do not run: ${stderr}`));
      else settle(failed.slice(0, 140));
    });
  });
}
