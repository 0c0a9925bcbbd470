import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from '../../scripts/bundle/bundle.ts';
import { invokeInLambda } from '../lambda-process.ts';
import { Fleet } from './fleet.ts';
import { type Figures, show } from './table.ts';

// npm run bench:idle: what an idle run costs, for so many consumers, beside a program that only makes the same calls.
// --consumers N,N,…: how many (default 200,2000,10000). --memory N: of the function, in MB (default 256). It fails only
// where a consumer is not idle or the memory is not enough, never because of a time.

const { values } = parseArgs({
  options: {
    consumers: { type: 'string', default: '200,2000,10000' },
    memory: { type: 'string', default: '256' },
  },
});
const MEMORY_MB = Number(values.memory);
const PROGRAMS = { engine: 'lambda/handler.ts', floor: 'bench/idle/floor.ts' };

const figures: Figures[] = [];
for (const size of values.consumers.split(',')) figures.push(...(await measure(Number(size))));
process.stdout.write(show(figures, MEMORY_MB));
const fits = figures.every(({ peakMb }) => peakMb < MEMORY_MB);
process.exitCode = fits && figures.every(({ quiet, served, consumers }) => quiet && served === consumers) ? 0 : 1;

/** The engine and the floor, each in a process of its own; the servers are in this one. */
async function measure(consumers: number): Promise<Figures[]> {
  const fleet = await Fleet.open(consumers);
  const folder = mkdtempSync(join(tmpdir(), 'idle-'));
  try {
    writeFileSync(join(folder, 'rotation.json'), JSON.stringify(fleet.configuration));
    const all: Figures[] = [];
    for (const [program, entry] of Object.entries(PROGRAMS)) {
      const file = join(folder, `${program}.cjs`);
      await bundle(entry, file);
      fleet.takeCalls();
      const invoked = await invokeInLambda(file, fleet.secretsManagerUrl, MEMORY_MB);
      all.push({ program, consumers, calls: fleet.takeCalls() / 2, ...invoked });
    }
    return all;
  } finally {
    rmSync(folder, { recursive: true });
    await fleet.close();
  }
}
