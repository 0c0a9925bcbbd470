import { stripVTControlCharacters, styleText } from 'node:util';
import Table from 'cli-table3';
import { wrapAnsi } from 'fast-wrap-ansi';
import prettyMilliseconds from 'pretty-ms';
import { pages } from '../../lambda/calls/pages.ts';

/** How wide the lines may be, in columns; undefined where nobody reads them on a terminal. */
export type Width = number | undefined;

const INDENT = '    ';
const GAP = 2;
/** Fewer columns than that are no use for a name or a sentence. */
const LEAST = 16;
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

/** How a table gets narrow. */
interface Narrowing {
  readonly width?: Width;
  /** The column whose texts may lose their middle: not the last one. Without it, every text stays whole. */
  readonly cut?: number;
}

/**
 * The lines of each row, in aligned columns without borders; a column without any text is left out. Where they are too
 * wide, the last column is broken into lines, after the one to cut has lost the middle of its texts. Where that is not
 * enough, each row flows over as many lines as it takes.
 */
export function table(rows: readonly (readonly string[])[], { width, cut }: Narrowing): string[][] {
  if (width === undefined) return aligned(withoutEmpty(rows));
  const widths = widthsOf(rows);
  const wide = widths.at(-1) ?? 0;
  const named = cut === undefined ? 0 : (widths[cut] ?? 0);
  const room = width - roomFor(widths.slice(0, -1)) - GAP;
  const taken = Math.min(Math.max(0, wide - room), Math.max(0, named - LEAST));
  if (room + taken < Math.min(wide, LEAST)) return rows.map((row) => flowing(row, width));
  const narrow = rows.map((row) =>
    row.map((text, column) => {
      if (column === cut) return withoutMiddle(text, named - taken);
      return column === row.length - 1 ? wrapAnsi(text, Math.max(1, room + taken), { hard: true }) : text;
    }),
  );
  return aligned(withoutEmpty(narrow));
}

/** What columns of these widths take side by side. */
function roomFor(widths: readonly number[]): number {
  const used = widths.filter((each) => each > 0);
  return used.reduce((sum, each) => sum + each, 0) + GAP * Math.max(0, used.length - 1);
}

/** Whether all of it has room side by side. */
export function fits(rows: readonly (readonly string[])[], width: Width): boolean {
  return width === undefined || roomFor(widthsOf(rows)) <= width;
}

/** Of each column. What could be wide characters stands in the last one, whose breaks know them. */
function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const columns = Math.max(0, ...rows.map(({ length }) => length));
  return Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => stripVTControlCharacters(row[column] ?? '').length)),
  );
}

function withoutEmpty(rows: readonly (readonly string[])[]): string[][] {
  return rows.map((row) => row.filter((_, column) => rows.some((each) => (each[column] ?? '') !== '')));
}

/** The time of the library grows with the square of the rows. */
const ROWS_AT_ONCE = 100;

function aligned(rows: readonly (readonly string[])[]): string[][] {
  // All parts are as wide as the widest: what stands last is not followed by anything.
  const widest = widthsOf(rows).slice(0, -1);
  const ruler = [...widest.map((each) => ' '.repeat(each)), ''];
  return pages(rows, ROWS_AT_ONCE).flatMap((part) => alignedAtOnce([ruler, ...part]).slice(1));
}

function alignedAtOnce(rows: readonly (readonly string[])[]): string[][] {
  const lines = new Table({
    chars: { ...Object.fromEntries(NONE.map((part) => [part, ''])), middle: ' '.repeat(GAP) },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  lines.push(...rows.map((row) => [...row]));
  const all = lines.toString().split('\n');
  return rows.map((row) => {
    const height = Math.max(...row.map((text) => text.split('\n').length));
    return all.splice(0, height).map((line) => line.trimEnd());
  });
}

function flowing(row: readonly string[], width: number): string[] {
  const text = row.filter((each) => each !== '').join('  ');
  return broken(text, width - INDENT.length).map((line, index) => (index === 0 ? line : `${INDENT}${line}`));
}

/** What tells names apart is at their ends. */
function withoutMiddle(styled: string, most: number): string {
  const text = stripVTControlCharacters(styled);
  if (text.length <= most) return styled;
  const half = (most - 1) / 2;
  return `${text.slice(0, Math.ceil(half))}…${text.slice(text.length - Math.floor(half))}`;
}

/** An ISO time to the minute, as people read it: `2026-02-01 00:00`. */
export function minuteOf(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

const MINUTE_MS = 60_000;

/** A duration by its largest unit, such as `12d`, in whole minutes. */
export function short(ms: number): string {
  return ms < MINUTE_MS ? '0m' : prettyMilliseconds(ms, { compact: true });
}

const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long is left until something, by its largest unit: what is a little less than 30 days is not 29. */
export function shortLeft(ms: number): string {
  const nearest = (unit: number) => Math.round(ms / unit) * unit;
  return short(ms < MINUTE_MS ? ms : ms < DAY_MS - MINUTE_MS ? nearest(MINUTE_MS) : nearest(HOUR_MS));
}

/** A sentence, broken at the width. */
export function broken(text: string, width: Width): string[] {
  return width === undefined ? [text] : wrapAnsi(text, Math.max(LEAST, width), { hard: true }).split('\n');
}

/** A sentence, broken at the width, under what it is about. */
export function indented(text: string, width: Width): string[] {
  return broken(text, width && width - INDENT.length).map((line) => `${INDENT}${line}`);
}

/** Lines under a title; nothing where there are none. */
export function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', styleText('bold', title), ...lines];
}

/** What to do next. Never broken, so that it can be copied. */
export function nextLine(text: string): string {
  return `${INDENT}${styleText('cyan', `→ ${text}`)}`;
}
