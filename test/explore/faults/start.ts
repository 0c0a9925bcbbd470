import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ownPart, spread } from '../spread.ts';
import { type Outcome, pairs, STAGES, singles } from './matrix.ts';

// npm run explore:faults: every scenario × call × kind of fault × kind of server, and all pairs for the due rotation.
// --scenario NAME: only the scenarios with this in their name, and no pairs. --json: the figures as one JSON object.

interface Tally {
  points: number;
  pairs: number;
  kills: number;
  cleanRunsMost: number;
  recoveryCallsMost: number;
  recoveryCallsSum: number;
  readonly violations: Outcome[];
}

/** Fewer points than this are a mistake in the matrix itself. */
const LEAST = 3_000;

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, scenario: { type: 'string' } } });
const own = ownPart();
if (own === undefined) process.exitCode = await sumUp();
else await work(own.part, own.of);

/** One process's part of the work; its tally goes to the parent. */
async function work(part: number, of: number): Promise<void> {
  const tally = emptyTally();
  const { scenario: wanted } = values;
  const stages = STAGES.filter(({ scenario }) => wanted === undefined || scenario.includes(wanted));
  for (const [index, { scenario, tokens }] of stages.entries()) {
    if (index % of !== part) continue;
    const before = tally.points;
    for await (const outcome of singles(scenario, tokens)) count(tally, outcome);
    process.stderr.write(`${tokens}: ${scenario}: ${tally.points - before} points\n`);
  }
  if (wanted === undefined)
    for await (const outcome of pairs(part, of)) {
      count(tally, outcome);
      tally.pairs += 1;
    }
  process.send?.(tally);
}

async function sumUp(): Promise<number> {
  const began = performance.now();
  const tallies = await spread<Tally>(fileURLToPath(import.meta.url));
  const all = tallies.reduce((sum, tally) => ({
    points: sum.points + tally.points,
    pairs: sum.pairs + tally.pairs,
    kills: sum.kills + tally.kills,
    cleanRunsMost: Math.max(sum.cleanRunsMost, tally.cleanRunsMost),
    recoveryCallsMost: Math.max(sum.recoveryCallsMost, tally.recoveryCallsMost),
    recoveryCallsSum: sum.recoveryCallsSum + tally.recoveryCallsSum,
    violations: [...sum.violations, ...tally.violations],
  }));
  const seconds = Math.round((performance.now() - began) / 1000);
  const { violations, recoveryCallsSum, ...figures } = all;
  const result = {
    ...figures,
    recoveryCallsMean: Math.round((10 * recoveryCallsSum) / all.points) / 10,
    violations: violations.length,
    seconds,
  };
  if (values.json)
    process.stdout.write(`${JSON.stringify({ ...result, traces: violations.slice(0, 20) }, undefined, 2)}\n`);
  else show(result, violations);
  return violations.length === 0 && all.points >= (values.scenario === undefined ? LEAST : 1) ? 0 : 1;
}

function show(result: Readonly<Record<string, number>>, violations: readonly Outcome[]): void {
  for (const { point, violations: wrong, trace } of violations.slice(0, 20)) {
    const faults = point.faults.map(({ server, call, kind }) => `${kind} at call ${call} of ${server}`).join(', then ');
    process.stdout.write(`\n${point.tokens}: ${point.scenario}: ${faults}\n  ${[...wrong, ...trace].join('\n  ')}\n`);
  }
  process.stdout.write(
    `\n${result.points} points tried (${result.pairs} of them pairs, ${result.kills} with a kill), ${result.violations} violations, ${result.seconds} s\n` +
      `recovery: at most ${result.cleanRunsMost} clean runs; they took ${result.recoveryCallsMean} calls on average, ${result.recoveryCallsMost} at most\n`,
  );
}

function emptyTally(): Tally {
  return { points: 0, pairs: 0, kills: 0, cleanRunsMost: 0, recoveryCallsMost: 0, recoveryCallsSum: 0, violations: [] };
}

function count(tally: Tally, outcome: Outcome): void {
  tally.points += 1;
  if (outcome.point.faults.some(({ kind }) => kind.startsWith('killed'))) tally.kills += 1;
  tally.cleanRunsMost = Math.max(tally.cleanRunsMost, outcome.cleanRuns);
  tally.recoveryCallsMost = Math.max(tally.recoveryCallsMost, outcome.calls);
  tally.recoveryCallsSum += outcome.calls;
  if (outcome.violations.length > 0) tally.violations.push(outcome);
}
