import { LineError, utf8 } from './line-error.ts';
import type { Field } from './rows.ts';

export interface FieldAt {
  readonly key: string;
  readonly field: Field | undefined;
  readonly end: number;
}

/** The field that starts at `at`. One without a value is not an error yet: the server first looks at the next ones. */
export function fieldAt(line: string, at: number): FieldAt {
  const equals = keyEnd(line, at);
  if (line.charAt(equals) !== '=') return { key: '', field: undefined, end: equals };
  if (equals === at) throw new LineError('missing field key');
  const key = utf8(line.slice(at, equals)).replace(/\\([,= ])/g, '$1');
  const start = equals + 1;
  const next = line.charAt(start);
  if (next === '' || next === ',' || next === ' ') throw new LineError('missing field value');
  if (next === '"') return { key, ...stringAt(line, start) };
  const end = valueEnd(line, start);
  const text = line.slice(start, end);
  return { key, end, field: /^[0-9.\-Nn]/.test(text) ? numberOf(text) : booleanOf(text) };
}

function keyEnd(line: string, start: number): number {
  let at = start;
  while (at < line.length && !'=, '.includes(line.charAt(at))) at += line.charAt(at) === '\\' ? 2 : 1;
  return Math.min(at, line.length);
}

function valueEnd(line: string, start: number): number {
  let at = start;
  while (at < line.length && !', '.includes(line.charAt(at))) at += 1;
  return at;
}

function stringAt(line: string, start: number): { field: Field; end: number } {
  let at = start + 1;
  while (at < line.length && line.charAt(at) !== '"') at += line.charAt(at) === '\\' ? 2 : 1;
  if (at >= line.length) throw new LineError('unbalanced quotes');
  const value = utf8(line.slice(start + 1, at)).replace(/\\(["\\])/g, '$1');
  const end = at + 1;
  if (end < line.length && !', '.includes(line.charAt(end))) throw new LineError('invalid field format');
  return { field: { type: 'string', value }, end };
}

function numberOf(text: string): Field {
  const type = text.endsWith('i') ? 'integer' : text.endsWith('u') ? 'unsigned' : 'float';
  if (type === 'float') return floatOf(text);
  const digits = text.slice(0, -1);
  if (!/^-?\d+$/.test(digits) || (type === 'unsigned' && digits.startsWith('-'))) throw new LineError('invalid number');
  const wrap = type === 'integer' ? BigInt.asIntN : BigInt.asUintN;
  if (wrap(64, BigInt(digits)) !== BigInt(digits)) {
    const parser = type === 'integer' ? 'ParseInt' : 'ParseUint';
    const name = type === 'integer' ? 'integer' : 'unsigned';
    throw new LineError(
      `unable to parse ${name} ${digits}: strconv.${parser}: parsing "${digits}": value out of range`,
    );
  }
  return { type, value: BigInt(digits).toString() };
}

function floatOf(text: string): Field {
  // Go's scan lets any mixture of digits, one point and exponents through, and only then parses what has an exponent.
  if (!/^-?[0-9.eE+-]+$/.test(text) || !/\d/.test(text) || (text.match(/\./g)?.length ?? 0) > 1)
    throw new LineError('invalid number');
  const mantissa = text.replace(/[eE][+-]?/g, '');
  if (/[+-]/.test(mantissa.slice(1)) || mantissa.startsWith('+')) throw new LineError('invalid number');
  const number = Number(text);
  if (!Number.isFinite(number)) throw new LineError('invalid float');
  return { type: 'float', value: String(number) };
}

function booleanOf(text: string): Field {
  if (/^(t|T|true|True|TRUE)$/.test(text)) return { type: 'boolean', value: 'true' };
  if (/^(f|F|false|False|FALSE)$/.test(text)) return { type: 'boolean', value: 'false' };
  throw new LineError('invalid boolean');
}
