import Table from 'cli-table3';
import { wrapAnsi } from 'fast-wrap-ansi';

/** How wide the lines may be, in columns; undefined where nobody reads them on a terminal. */
export type Width = number | undefined;

const INDENT = '    ';
const NONE = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
  'left',
  'left-mid',
  'mid',
  'mid-mid',
  'right',
  'right-mid',
];

/** One line a row, its columns aligned, without borders. */
export function table(rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const lines = new Table({
    chars: { ...Object.fromEntries(NONE.map((part) => [part, ''])), middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  lines.push(...rows.map((row) => [...row]));
  return lines
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** An ISO time to the minute, as people read it: `2026-02-01 00:00`. */
export function minuteOf(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

/** A sentence, broken at the width, under what it is about. */
export function indented(text: string, width: Width): string[] {
  const wrapped = width === undefined ? text : wrapAnsi(text, Math.max(20, width - INDENT.length), { hard: true });
  return wrapped.split('\n').map((line) => `${INDENT}${line}`);
}
