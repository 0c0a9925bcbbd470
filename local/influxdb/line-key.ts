import { goQuoted } from './go-json.ts';
import { LineError, utf8 } from './line-error.ts';

const reservedTagKeys = ['_field', '_measurement', '\xff', '\x00', 'time'];
const maxKeyLength = 65_535;

export interface Key {
  readonly measurement: string;
  readonly tags: ReadonlyMap<string, string>;
  /** Where the key ends in the line. */
  readonly end: number;
}

/** The measurement and the tags at the start of a line. */
export function keyAt(line: string): Key {
  if (line === '' || line.startsWith(',')) throw new LineError('missing measurement');
  let at = unescaped(line, 1, ', ');
  if (at >= line.length) throw new LineError('missing fields');
  const measurement = utf8(line.slice(0, at)).replace(/\\([, =])/g, '$1');
  const tags = new Map<string, string>();
  let duplicate = false;
  let reserved: string | undefined;
  while (line.charAt(at) === ',') {
    const tag = tagAt(line, at + 1);
    duplicate ||= tags.has(tag.key);
    if (reservedTagKeys.includes(tag.key)) reserved ??= tag.key;
    tags.set(tag.key, tag.value);
    at = tag.end;
  }
  if (reserved !== undefined) throw new LineError(`cannot use reserved tag key ${goQuoted(reserved)}`);
  if (duplicate) throw new LineError('duplicate tags');
  if (at > maxKeyLength) throw new LineError(`max key length exceeded: ${at} > ${maxKeyLength}`);
  return { measurement, tags: new Map([...tags].sort(([a], [b]) => (a < b ? -1 : 1))), end: at };
}

function tagAt(line: string, start: number): { key: string; value: string; end: number } {
  if (start >= line.length || ' ,='.includes(line.charAt(start))) throw new LineError('missing tag key');
  const equals = unescaped(line, start + 1, ' ,=');
  if (line.charAt(equals) !== '=') throw new LineError('missing tag value');
  const valueStart = equals + 1;
  if (valueStart >= line.length || ' ,'.includes(line.charAt(valueStart))) throw new LineError('missing tag value');
  const end = unescaped(line, valueStart + 1, ' ,=');
  if (end >= line.length) throw new LineError('missing fields');
  if (line.charAt(end) === '=') throw new LineError('invalid tag format');
  return { key: unescapeTag(line.slice(start, equals)), value: unescapeTag(line.slice(valueStart, end)), end };
}

/** The first of `stops` at or after `start` that has no backslash before it; the end of the line if there is none. */
function unescaped(line: string, start: number, stops: string): number {
  let at = start;
  while (at < line.length && !(stops.includes(line.charAt(at)) && line.charAt(at - 1) !== '\\')) at += 1;
  return at;
}

function unescapeTag(bytes: string): string {
  return utf8(bytes).replace(/\\([,= ])/g, '$1');
}
