import { parseArgs } from 'node:util';
import { count } from '../test/explore/spread.ts';
import type { Figure } from './figure.ts';
import { keep, lastMeasured, type MeasuredPart, measuredNow } from './measured.ts';
import { PARTS, type PartName } from './parts/parts.ts';
import { figuresIn, writePage } from './performance/page.ts';
import { Programs } from './programs/programs.ts';
import { holds, itsLimit, table, twiceOf } from './table.ts';

// npm run bench: calls, wall, CPU, memory, start and size of the built bundle, beside a floor program that makes the same
// calls with the same SDK and HTTP client and has no engine. It fails if a figure is beyond its limit (limits.ts).
// --quick: fewer of each, within a minute. It fails at twice a limit, or, where a limit is not reached yet, at twice what
// was measured last (measured.json). --only PART,PART: some of the parts.
// --pairs N: how often each pair is repeated (default 5, or 2 with --quick); large ones half as often, starts more often.
// --most N: no population of more consumers than that.
// --json: one JSON object on the last line. --write: keeps the figures, and puts them into docs/performance.md.

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    only: { type: 'string' },
    pairs: { type: 'string' },
    most: { type: 'string', default: '50000' },
  },
});
const quick = values.quick;
const pairs = count('pairs', values.pairs ?? (quick ? '2' : '5'));
const most = count('most', values.most);
const bound = quick ? twiceOf(figuresIn(lastMeasured())) : itsLimit;
const names = values.only?.split(',') ?? Object.keys(PARTS);
const unknown = names.find((name) => !(name in PARTS));
if (unknown !== undefined) throw new Error(`there is no part "${unknown}", but ${Object.keys(PARTS).join(', ')}`);

if (values.write && quick) throw new Error('the page has the figures of a whole bench: leave out --quick or --write');

const programs = await Programs.build();
const parts: Record<string, MeasuredPart> = {};
const failures: string[] = [];
try {
  for (const name of names as PartName[]) {
    process.stderr.write(`${name} …\n`);
    await measure(name);
  }
} finally {
  programs.remove();
}
if (values.write) writePage(lastMeasured());
const figures: Figure[] = Object.values(parts).flatMap((part) => part.figures);
const withinLimits = failures.length === 0 && figures.every((figure) => holds(figure, bound));
process.stdout.write(table(figures, bound));
for (const failure of failures) process.stdout.write(`${failure}\n`);
if (values.json) process.stdout.write(`${JSON.stringify({ withinLimits, quick, failures, figures })}\n`);
process.exitCode = withinLimits ? 0 : 1;

/** A part that fails leaves the others. */
async function measure(name: PartName): Promise<void> {
  try {
    parts[name] = measuredNow(await PARTS[name]({ programs, quick, pairs, most }));
    // Each as soon as it is there: all of them take a while.
    if (values.write) keep(parts);
  } catch (error) {
    failures.push(`${name} could not be measured: ${error instanceof Error ? error.message : error}`);
  }
}
