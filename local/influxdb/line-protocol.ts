import { LineError, utf8 } from './line-error.ts';
import { fieldAt } from './line-fields.ts';
import { keyAt } from './line-key.ts';
import type { Field, Point } from './rows.ts';

const multipliers: Readonly<Record<string, bigint>> = { ns: 1n, us: 1_000n, ms: 1_000_000n, s: 1_000_000_000n };
const minTime = -9_223_372_036_854_775_806n;
const maxTime = 9_223_372_036_854_775_806n;

export function isPrecision(text: string): boolean {
  return text in multipliers;
}

/**
 * Parses line protocol as the server's `models.ParsePointsWithPrecision` does. `failures` has a message for each
 * malformed line; if there is one, the server takes nothing of the batch.
 * Source: https://github.com/influxdata/influxdb/blob/v2.9.1/models/points.go
 */
export function parseLines(body: Buffer, nowMs: number, precision: string): { points: Point[]; failures: string[] } {
  // The parser works on bytes; latin1 keeps one character a byte.
  const text = body.toString('latin1');
  const points: Point[] = [];
  const failures: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = lineEnd(text, at);
    const line = text
      .slice(at, end)
      .replace(/^[ \t\0]+/, '')
      .replace(/\n$/, '');
    at = end + 1;
    if (line === '' || line.startsWith('#')) continue;
    try {
      points.push(parsePoint(line, nowMs, precision));
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      failures.push(`unable to parse '${utf8(line)}': ${error.message}`);
    }
  }
  return { points, failures };
}

/** Where the line ends: a line feed within a quoted field value does not end it. */
function lineEnd(text: string, start: number): number {
  let quoted = false;
  let inFields = false;
  let equals = 0;
  let commas = 0;
  let at = start;
  for (; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\' && at + 2 < text.length) {
      at += 1;
      continue;
    }
    if (char === ' ') inFields = true;
    if (inFields && !quoted && char === '=') equals += 1;
    else if (inFields && !quoted && char === ',') commas += 1;
    else if (inFields && char === '"' && equals > commas) quoted = !quoted;
    if (char === '\n' && !quoted) break;
  }
  return at;
}

function parsePoint(line: string, nowMs: number, precision: string): Point {
  const key = keyAt(line);
  const fields = new Map<string, Field>();
  let at = skipSpace(line, key.end);
  let malformed = false;
  for (;;) {
    const field = fieldAt(line, at);
    if (field.field === undefined) malformed = true;
    else fields.set(field.key, field.field);
    at = field.end;
    if (line.charAt(at) !== ',') break;
    at += 1;
  }
  if (malformed) throw new LineError('invalid field format');
  const time = timeAt(line, skipSpace(line, at), nowMs, precision);
  return {
    line: utf8(line),
    at: Number(time / 1_000_000n),
    time,
    measurement: key.measurement,
    tags: key.tags,
    fields,
  };
}

function timeAt(line: string, start: number, nowMs: number, precision: string): bigint {
  const multiplier = multipliers[precision] ?? 1n;
  const [digits = ''] = /^-?\d*/.exec(line.slice(start)) ?? [];
  const rest = line.slice(start + digits.length);
  if (rest !== '' && !/^[ \n]/.test(rest)) throw new LineError('bad timestamp');
  if (digits === '') {
    const now = BigInt(Math.trunc(nowMs)) * 1_000_000n;
    return now - (now % multiplier);
  }
  const invalid = (why: string) => new LineError(`strconv.ParseInt: parsing "${digits}": ${why}`);
  if (digits === '-') throw invalid('invalid syntax');
  if (BigInt.asIntN(64, BigInt(digits)) !== BigInt(digits)) throw invalid('value out of range');
  const time = BigInt(digits) * multiplier;
  if (time < minTime || time > maxTime) throw new LineError(`time outside range ${minTime} - ${maxTime}`);
  if (rest.trim() !== '') throw new LineError('point is invalid');
  return time;
}

function skipSpace(line: string, start: number): number {
  let at = start;
  while (at < line.length && ' \t\0'.includes(line.charAt(at))) at += 1;
  return at;
}
