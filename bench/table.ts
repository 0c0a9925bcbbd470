import type { Figure, Measured } from './figure.ts';
import { LIMITS, limitOf } from './limits.ts';

/** More of the servers' time than this, and they may have been what everything waited for. */
export const BUSY = 0.7;

/** Whether a figure is within its limit, or has none. @param tolerance how many times the limit it may be. */
export function holds({ limit, at, median }: Figure, tolerance: number): boolean {
  const { most = Number.POSITIVE_INFINITY } = limitOf(limit, at) ?? {};
  // What died has no figure.
  return median <= most * tolerance && (median !== Number.POSITIVE_INFINITY || limitOf(limit, at) === undefined);
}

export function nameOf({ limit, name }: Figure): string {
  return limit === undefined ? name : LIMITS[limit].figure;
}

export function table(figures: readonly Figure[], tolerance: number): string {
  const head = ['figure', 'at', 'measured', 'spread', 'limit', '', 'ours', 'floor', 'servers busy'];
  const rows = figures.map((figure) => cellsOf(figure, tolerance));
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length), title.length),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return `${[head, ...rows].map((row) => line(row).trimEnd()).join('\n')}\n`;
}

function cellsOf(figure: Figure, tolerance: number): string[] {
  const { at, unit, median, ours, floor, of = '', busy, note } = figure;
  const limit = limitOf(figure.limit, at);
  const verdict = limit === undefined ? '' : holds(figure, tolerance) ? 'ok' : 'BEYOND';
  const beside = (one: Measured | undefined) => (one === undefined ? '' : `${number(one.median)} ${of || unit}`);
  return [
    nameOf(figure),
    at.toLocaleString('en'),
    `${number(median)} ${unit}`,
    spreadOf(figure),
    limit === undefined ? '' : `${number(limit.most)}${tolerance === 1 ? '' : ` × ${tolerance}`}`,
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
