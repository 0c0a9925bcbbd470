import type { Figure, Measured } from './figure.ts';
import { LIMITS, limitOf } from './limits.ts';

/** More of the servers' time than this, and they may have been what everything waited for. */
export const BUSY = 0.7;

/** How large a figure may be. */
export type Bound = (figure: Figure) => number;

/** Its limit; without end where it has none. */
export const itsLimit: Bound = ({ limit, at }) => limitOf(limit, at)?.most ?? Number.POSITIVE_INFINITY;

/** Twice its limit, or, where that is not reached yet, twice what was measured last. */
export function twiceOf(last: readonly Figure[]): Bound {
  return (figure) => {
    const before = last.find(({ limit, at }) => limit === figure.limit && at === figure.at)?.median ?? 0;
    return 2 * Math.max(itsLimit(figure), Number.isFinite(before) ? before : 0);
  };
}

export function holds(figure: Figure, bound: Bound = itsLimit): boolean {
  const { limit, at, median } = figure;
  // What died has no figure.
  return median <= bound(figure) && (median !== Number.POSITIVE_INFINITY || limitOf(limit, at) === undefined);
}

export function nameOf({ limit, name }: Figure): string {
  return limit === undefined ? name : LIMITS[limit].figure;
}

export function table(figures: readonly Figure[], bound: Bound): string {
  const head = ['figure', 'at', 'measured', 'spread', 'at most', '', 'ours', 'floor', 'servers busy'];
  const rows = figures.map((figure) => cellsOf(figure, bound));
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length), title.length),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return `${[head, ...rows].map((row) => line(row).trimEnd()).join('\n')}\n`;
}

function cellsOf(figure: Figure, bound: Bound): string[] {
  const { at, unit, median, ours, floor, of = '', busy, note } = figure;
  const limit = limitOf(figure.limit, at);
  const verdict = limit === undefined ? '' : holds(figure, bound) ? 'ok' : 'BEYOND';
  const beside = (one: Measured | undefined) => (one === undefined ? '' : `${number(one.median)} ${of || unit}`);
  return [
    nameOf(figure),
    at.toLocaleString('en'),
    `${number(median)} ${unit}`,
    spreadOf(figure),
    limit === undefined ? '' : number(bound(figure)),
    verdict,
    beside(ours),
    beside(floor),
    busy === undefined ? '' : `${Math.round(100 * busy)} %${busy > BUSY ? ', in the way' : ''}`,
    note ?? '',
  ];
}

/** Least and most; empty for what is counted. */
export function spreadOf({ least, most }: Measured): string {
  return least === most ? '' : `${number(least)}–${number(most)}`;
}

/** Three digits that count. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value)) return value.toLocaleString('en');
  if (Math.abs(value) < 0.1) return value.toPrecision(2);
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
