import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { count, ownPart, spread } from '../spread.ts';
import { tryOut, type Verdict } from './model.ts';
import { MOST_ACTS } from './sequences.ts';

// npm run explore:model: random sequences of what happens to a deployment, with the invariants as properties.
// --runs N: how many (default 2,000), --seed N: where they begin, --path P: only the counterexample found there.

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    path: { type: 'string' },
  },
});
const seed = count('seed', values.seed);
const runs = count('runs', values.runs);
const { path } = values;

const own = ownPart();
if (own !== undefined) process.send?.(await tryOut({ runs: Math.ceil(runs / own.of), seed: seed + own.part }));
else if (path !== undefined) process.exitCode = show([await tryOut({ runs, seed, path })], 0);
else process.exitCode = await sumUp();

async function sumUp(): Promise<number> {
  const began = performance.now();
  const verdicts = await spread<Verdict>(fileURLToPath(import.meta.url));
  return show(verdicts, Math.round((performance.now() - began) / 1000));
}

function show(verdicts: readonly Verdict[], seconds: number): number {
  const found = verdicts.flatMap(({ counterexample }) => counterexample ?? []);
  for (const counterexample of found) process.stdout.write(`\n${counterexample}\n`);
  const sequences = verdicts.reduce((sum, verdict) => sum + verdict.sequences, 0);
  process.stdout.write(`${sequences} sequences of up to ${MOST_ACTS} acts, ${found.length} violations, ${seconds} s\n`);
  return found.length === 0 ? 0 : 1;
}
