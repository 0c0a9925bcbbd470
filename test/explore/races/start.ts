import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { count, ownPart, spread } from '../spread.ts';
import { Arena, DUELS } from './duels.ts';
import type { Outcome } from './ending.ts';
import { ORDERS, orders, Track } from './races.ts';

// npm run explore:races: all interleavings of two rotations, random ones of up to three runs over several ticks, and
// each command beside a run or another command.
// --random N: how many random ones (default 10,000), --seed N: where they begin, --duels N: how many of each two that
// have a command among them (default 40; a fifth of them at random).

interface Tally {
  interleavings: number;
  random: number;
  duels: number;
  readonly violations: (Outcome & { readonly race: string })[];
}

const LARGEST = 2 ** 31;

const { values } = parseArgs({
  options: {
    random: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    duels: { type: 'string', default: '40' },
    json: { type: 'boolean', default: false },
  },
});
const random = count('random', values.random);
const first = count('seed', values.seed);
const duels = count('duels', values.duels);

const own = ownPart();
if (own === undefined) process.exitCode = await sumUp();
else await work(own.part, own.of);

async function work(part: number, of: number): Promise<void> {
  const tally: Tally = { interleavings: 0, random: 0, duels: 0, violations: [] };
  const track = await Track.open();
  let index = 0;
  for (const schedule of orders()) {
    index += 1;
    if (index % of !== part) continue;
    note(tally, `order ${schedule.join('')}`, await track.race(schedule));
    tally.interleavings += 1;
  }
  for (let seed = first + part; seed < first + random; seed += of) {
    note(tally, `seed ${seed}`, await track.wander(generator(seed)));
    tally.random += 1;
  }
  await track.close();
  for (const [number, name] of Object.keys(DUELS).entries()) if (number % of === part) await duel(tally, name);
  process.send?.(tally);
}

/** A fifth at random, the others evenly from all orders in which each of the two is interrupted at most once. */
async function duel(tally: Tally, name: string): Promise<void> {
  const arena = await Arena.open(name);
  const all = await arena.orders();
  const wanders = Math.floor(duels / 5);
  const wanted = Math.min(duels - wanders, all.length);
  for (let index = 0; index < wanted; index += 1) {
    const order = all[Math.floor((index * all.length) / wanted)] ?? [];
    note(tally, `${name}: order ${order.join('')}`, await arena.race(order));
  }
  for (let seed = first; seed < first + wanders; seed += 1)
    note(tally, `${name}: seed ${seed}`, await arena.wander(generator(seed)));
  tally.duels += wanted + wanders;
  await arena.close();
}

function note({ violations }: Tally, race: string, outcome: Outcome): void {
  if (outcome.violations.length > 0) violations.push({ race, ...outcome });
}

async function sumUp(): Promise<number> {
  const began = performance.now();
  const tallies = await spread<Tally>(fileURLToPath(import.meta.url));
  const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  const violations = tallies.flatMap((tally) => tally.violations);
  const result = {
    interleavings: sum(({ interleavings }) => interleavings),
    random: sum(({ random }) => random),
    duels: sum((tally) => tally.duels),
    violations: violations.length,
    seconds: Math.round((performance.now() - began) / 1000),
  };
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ ...result, traces: violations.slice(0, 10) }, undefined, 2)}\n`);
  } else {
    for (const { race, violations: wrong, trace } of violations.slice(0, 10))
      process.stdout.write(`\n${race}\n  ${[...wrong, ...trace].join('\n  ')}\n`);
    process.stdout.write(
      `${result.interleavings} interleavings of two rotations, ${result.random} random races, ${result.duels} with commands, ${result.violations} violations, ${result.seconds} s\n`,
    );
  }
  const complete = result.interleavings === ORDERS && result.random === random;
  return violations.length === 0 && complete ? 0 : 1;
}

/** Numbers from 0 to 1, evenly spread; the same ones for the same seed. */
function generator(seed: number): () => number {
  const numbers = fc.sample(fc.noBias(fc.integer({ min: 0, max: LARGEST - 1 })), { seed, numRuns: 2_999 });
  let index = 0;
  return () => {
    index = (index + 1) % numbers.length;
    return (numbers[index] ?? 0) / LARGEST;
  };
}
