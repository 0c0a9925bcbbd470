import { parseArgs } from 'node:util';
import type { Figure } from './figure.ts';
import { PARTS, type PartName } from './parts/parts.ts';
import { Programs } from './programs/programs.ts';
import { holds, table } from './table.ts';

// npm run bench: calls, wall, CPU, memory, start and size of the built bundle, beside a floor program that makes the same
// calls with the same SDK and HTTP client and has no engine. It fails if a figure is beyond its limit (limits.ts).
// --quick: fewer of each, within a minute, and it fails at twice a limit. --only PART,PART: some of the parts.
// --json: one JSON object on the last line.

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const quick = values.quick;
const tolerance = quick ? 2 : 1;
const names = values.only?.split(',') ?? Object.keys(PARTS);
const unknown = names.find((name) => !(name in PARTS));
if (unknown !== undefined) throw new Error(`there is no part "${unknown}", but ${Object.keys(PARTS).join(', ')}`);

const programs = await Programs.build();
const figures: Figure[] = [];
try {
  for (const name of names as PartName[]) {
    process.stderr.write(`${name} …\n`);
    figures.push(...(await PARTS[name]({ programs, quick })));
  }
} finally {
  programs.remove();
}
const withinLimits = figures.every((figure) => holds(figure, tolerance));
process.stdout.write(table(figures, tolerance));
if (values.json) process.stdout.write(`${JSON.stringify({ withinLimits, tolerance, figures })}\n`);
process.exitCode = withinLimits ? 0 : 1;
