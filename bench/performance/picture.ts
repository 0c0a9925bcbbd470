import { line, short, svg, text } from '../../scripts/pictures/drawing.ts';
import type { Figure } from '../figure.ts';
import { number } from '../table.ts';

interface Point {
  readonly consumers: number;
  readonly value: number;
}

interface Line {
  readonly label: string;
  readonly colour: 'main' | 'grace';
  readonly dashed: boolean;
  readonly points: readonly Point[];
}

const WIDTH = 880;
const HEIGHT = 392;
const PANEL = { width: 350, height: 270, top: 60 };
const LEFTS = [60, 484] as const;
const CONSUMERS = { least: 1, most: 100_000 };

/** Wall and memory over the number of consumers, ours and the floor's, as an SVG with both axes in powers of ten. */
export function picture(figures: readonly Figure[]): string {
  const wallOf = (kind: 'due' | 'idle') => figures.filter(({ limit }) => limit === `${kind}-wall`);
  const wall = [
    ...linesOf('due', 'grace', wallOf('due'), 1 / 1000),
    ...linesOf('idle', 'main', wallOf('idle'), 1 / 1000),
  ];
  const ofMemory = figures.filter(
    ({ name, unit, part }) => part === 'memory' && name === 'idle: peak memory' && unit === 'MB',
  );
  const memory = linesOf('memory', 'main', ofMemory, 1);
  return svg({
    width: WIDTH,
    height: HEIGHT,
    title:
      'Wall time and peak memory over the number of consumers, of this program and of a floor program that makes the same calls',
    description: [...wall.map((each) => inWords(each, 'seconds')), ...memory.map((each) => inWords(each, 'MB'))].join(
      ' ',
    ),
    body: [
      ...panel(LEFTS[0], 'wall of a run, seconds', { least: 0.01, most: 1000 }, wall),
      ...panel(LEFTS[1], 'peak memory of an idle run, MB', { least: 10, most: 1000 }, memory),
    ],
  });
}

function linesOf(label: string, colour: Line['colour'], figures: readonly Figure[], factor: number): Line[] {
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

function panel(left: number, title: string, range: Range, lines: readonly Line[]): string[] {
  const { width, height, top } = PANEL;
  const [right, bottom] = [left + width, top + height];
  const x = (consumers: number) => left + width * share(consumers, CONSUMERS);
  const y = (value: number) => bottom - height * share(value, range);
  const label = (at: number) => at.toLocaleString('en');
  return [
    text(left, top - 22, title, 'strong'),
    ...powers(CONSUMERS).flatMap((at) => [
      line([x(at), top], [x(at), bottom], 'line-line'),
      text(x(at), bottom + 18, label(at), 'quiet small', 'middle'),
    ]),
    ...powers(range).flatMap((at) => [
      line([left, y(at)], [right, y(at)], 'line-line'),
      text(left - 6, y(at) + 4, label(at), 'quiet small', 'end'),
    ]),
    ...lines
      .filter(({ points }) => points.length > 0)
      .flatMap((each, index) => drawLine(each, x, y, [left + 12, top + 16 + 18 * index])),
    text(left + width / 2, bottom + 40, 'consumers', 'quiet small', 'middle'),
  ];
}

/** Where a value is on an axis in powers of ten, from 0 to 1. */
const share = (value: number, { least, most }: Range): number => Math.log10(value / least) / Math.log10(most / least);

function powers({ least, most }: Range): number[] {
  const all: number[] = [];
  for (let power = least; power <= most * 1.001; power *= 10) all.push(Number(power.toPrecision(1)));
  return all;
}

function drawLine(
  { label, colour, dashed, points }: Line,
  x: (consumers: number) => number,
  y: (value: number) => number,
  [legendX, legendY]: readonly [number, number],
): string[] {
  const stroke = ` stroke-width="2"${dashed ? ' stroke-dasharray="5 4"' : ''}`;
  const path = points.map(({ consumers, value }) => `${short(x(consumers))},${short(y(value))}`).join(' ');
  return [
    `<polyline class="unfilled ${colour}-line" points="${path}"${stroke}/>`,
    ...points.map(
      ({ consumers, value }) => `<circle class="${colour}" cx="${short(x(consumers))}" cy="${short(y(value))}" r="3"/>`,
    ),
    line([legendX, legendY - 4], [legendX + 24, legendY - 4], `${colour}-line`, stroke),
    text(legendX + 30, legendY, label, 'small'),
  ];
}

function inWords({ label, points }: Line, unit: string): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return '';
  const at = ({ consumers, value }: Point) => `${number(value)} ${unit} at ${consumers.toLocaleString('en')}`;
  return `${label}: ${at(first)} to ${at(last)}.`;
}
