import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { inBrokenCopy } from '../../tools/mutants/broken-copy.ts';
import { MUTANTS } from '../../tools/mutants/mutants.ts';
import { RULES } from '../../tools/mutants/rules.ts';
import { count } from '../spread.ts';
import { describeAct } from './acts.ts';
import { tryOut } from './model.ts';

// npm run mutate:model: takes one rule out of the engine at a time, and shows how many sequences the model needs to
// find that, and which acts the shortest of them has. --runs N: how many at most (default 2,000), --seed N: where they
// begin; only those with PART OF A NAME.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    here: { type: 'boolean', default: false },
  },
});
/** For how long a shorter sequence is looked for. */
const SHRINK_MS = 20_000;

const runs = count('runs', values.runs);
const seed = count('seed', values.seed);

if (values.here) process.stdout.write(await findHere());
else await findAll(positionals[0] ?? '');

/** In this very tree: the number of sequences, the first line of what was violated, and the acts that led to it. */
async function findHere(): Promise<string> {
  const { sequences, counterexample, shortest } = await tryOut({ runs, seed, shrinkMs: SHRINK_MS });
  if (counterexample === undefined) return `more than ${sequences}`;
  const violation = /^(?:[IRT]\d: .*|not violated .*)$/m.exec(counterexample)?.[0];
  return `${sequences}\t${violation}\t${shortest.map(describeAct).join('; ')}`;
}

async function findAll(part: string): Promise<void> {
  const limit = pLimit(availableParallelism());
  const chosen = Object.entries({ ...RULES, ...MUTANTS }).filter(([name]) => name.includes(part));
  await limit.map(chosen, async ([name, changes]) => {
    const found = await inBrokenCopy(changes, findIn);
    process.stdout.write(`${name}\t${found}\n`);
  });
}

function findIn(folder: string): Promise<string> {
  const script = fileURLToPath(import.meta.url).slice(process.cwd().length + 1);
  const args = [script, '--here', '--runs', String(runs), '--seed', String(seed)];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder }, (error, stdout, stderr) =>
      resolve(error === null ? stdout : `it does not run: ${/^\w*Error.*$/m.exec(stderr)?.[0]}`),
    );
  });
}
