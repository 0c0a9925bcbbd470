import type { Figure } from './figure.ts';

interface Point {
  readonly consumers: number;
  readonly value: number;
}

interface Line {
  readonly label: string;
  readonly colour: string;
  readonly dashed: boolean;
  readonly points: readonly Point[];
}

const WIDTH = 860;
const HEIGHT = 380;
const PANEL = { width: 350, height: 270, top: 60 };
const LEFTS = [60, 490] as const;
const CONSUMERS = { least: 1, most: 100_000 };
const COLOURS = { due: '#b5442e', idle: '#22577a', memory: '#2d6a4f' } as const;

/** Wall and memory over the number of consumers, ours and the floor's, as an SVG with both axes in powers of ten. */
export function picture(figures: readonly Figure[]): string {
  const wall = (['due', 'idle'] as const).flatMap((kind) =>
    linesOf(
      kind,
      COLOURS[kind],
      figures.filter(({ limit }) => limit === `${kind}-wall`),
      1 / 1000,
    ),
  );
  const ofMemory = figures.filter(
    ({ name, unit, part }) => part === 'memory' && name === 'idle: peak memory' && unit === 'MB',
  );
  const memory = linesOf('memory', COLOURS.memory, ofMemory, 1);
  const style = 'font: 12px system-ui, sans-serif; fill: #444';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Wall time and peak memory over the number of consumers, of this program and of a floor program that makes the same calls">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<g style="${style}">`,
    panel(LEFTS[0], 'wall of a run, seconds', { least: 0.01, most: 1000 }, wall),
    panel(LEFTS[1], 'peak memory of an idle run, MB', { least: 10, most: 1000 }, memory),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function linesOf(label: string, colour: string, figures: readonly Figure[], factor: number): Line[] {
  return (['ours', 'floor'] as const).map((whose) => ({
    label: whose === 'ours' ? label : `${label}, floor`,
    colour,
    dashed: whose === 'floor',
    points: figures
      .flatMap((figure) => {
        const { median = Number.NaN } = figure[whose] ?? {};
        return Number.isFinite(median) ? [{ consumers: figure.at, value: median * factor }] : [];
      })
      .sort((one, other) => one.consumers - other.consumers),
  }));
}

interface Range {
  readonly least: number;
  readonly most: number;
}

function panel(left: number, title: string, range: Range, lines: readonly Line[]): string {
  const { width, height, top } = PANEL;
  const x = (consumers: number) => left + width * share(consumers, CONSUMERS);
  const y = (value: number) => top + height * (1 - share(value, range));
  const grid = [
    ...powers(CONSUMERS).map((at) =>
      gridLine(x(at), top, x(at), top + height, at.toLocaleString('en'), 'middle', [0, 18]),
    ),
    ...powers(range).map((at) =>
      gridLine(left, y(at), left + width, y(at), at.toLocaleString('en'), 'end', [-6 - width, 4]),
    ),
  ];
  const drawn = lines
    .filter(({ points }) => points.length > 0)
    .map((line, index) => drawLine(line, x, y, [left + 12, top + 16 + 18 * index]));
  return [
    `<text x="${left}" y="${top - 22}" font-weight="600">${title}</text>`,
    ...grid,
    ...drawn,
    `<text x="${left + width / 2}" y="${top + height + 38}" text-anchor="middle">consumers</text>`,
  ].join('\n');
}

/** Where a value is on an axis in powers of ten, from 0 to 1. */
const share = (value: number, { least, most }: Range): number => Math.log10(value / least) / Math.log10(most / least);

function powers({ least, most }: Range): number[] {
  const all: number[] = [];
  for (let power = least; power <= most * 1.001; power *= 10) all.push(Number(power.toPrecision(1)));
  return all;
}

function gridLine(
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
  label: string,
  anchor: 'middle' | 'end',
  [shiftX, shiftY]: readonly [number, number],
): string {
  const line = `<line x1="${fixed(fromX)}" y1="${fixed(fromY)}" x2="${fixed(toX)}" y2="${fixed(toY)}" stroke="#ddd"/>`;
  return `${line}<text x="${fixed(toX + shiftX)}" y="${fixed(toY + shiftY)}" text-anchor="${anchor}">${label}</text>`;
}

function drawLine(
  { label, colour, dashed, points }: Line,
  x: (consumers: number) => number,
  y: (value: number) => number,
  [legendX, legendY]: readonly [number, number],
): string {
  const path = points.map(({ consumers, value }) => `${fixed(x(consumers))},${fixed(y(value))}`).join(' ');
  const dash = dashed ? ' stroke-dasharray="5 4"' : '';
  const dots = points.map(
    ({ consumers, value }) => `<circle cx="${fixed(x(consumers))}" cy="${fixed(y(value))}" r="3" fill="${colour}"/>`,
  );
  return [
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>`,
    ...dots,
    `<line x1="${legendX}" y1="${legendY - 4}" x2="${legendX + 24}" y2="${legendY - 4}" stroke="${colour}" stroke-width="2"${dash}/>`,
    `<text x="${legendX + 30}" y="${legendY}">${label}</text>`,
  ].join('');
}

const fixed = (value: number): string => value.toFixed(1);
