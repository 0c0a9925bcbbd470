import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { inBrokenCopy } from './broken-copy.ts';
import { MUTANTS } from './mutants.ts';

// npm run mutate:named: breaks the engine in named ways, one at a time, and shows that the tests notice each.

const only = process.argv[2] ?? '';
const limit = pLimit(availableParallelism());
const chosen = Object.entries(MUTANTS).filter(([name]) => name.includes(only));
const failures = await limit.map(chosen, async ([name, changes]) => {
  const failure = await inBrokenCopy(changes, firstFailure);
  process.stdout.write(`${failure === undefined ? 'SURVIVED' : 'noticed '}  ${name}: ${failure ?? 'no test failed'}\n`);
  return failure;
});
const noticed = failures.filter((failure) => failure !== undefined).length;
process.stdout.write(`${noticed} of ${chosen.length} mutants were noticed\n`);
process.exitCode = noticed === chosen.length ? 0 : 1;

/** A test that fails, not a file that cannot be loaded: that would be a mistake in the mutant. */
function firstFailure(folder: string): Promise<string | undefined> {
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project=ordinary',
    '--bail=1',
    '--no-color',
    'test/lambda/engine',
    'test/lambda/runs',
    'test/lambda/commands',
    'test/lambda/handler.test.ts',
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
