import { createHash } from 'node:crypto';
import type { Configuration, ConsumerSettings } from './configuration.ts';

/** Beside `rotation.json`: what it means, already checked, in two lines of JSON: a checksum, and the configuration. */
export const PARSED_FILE = 'rotation.parsed.jsonl';

/** The build puts a hash of the handler in the place of the zeros: what was parsed for one handler is for no other. */
export const BUILD = 'influxdb-token-rotation:0000000000000000000000000000000000000000000000000000000000000000';

/** The same in the text of a built handler; undefined if it is none. */
export function buildIn(handler: string): string | undefined {
  return /influxdb-token-rotation:[0-9a-f]{64}/.exec(handler)?.[0];
}

/** What a parsed form is true of. */
export interface ParsedFrom {
  /** The bytes of `rotation.json`. */
  readonly file: Uint8Array;
  /** `BUILD` of the handler that reads it: another may have other defaults. */
  readonly build: string;
  /** Whether the place of evidence is in the environment: defaults follow from it. */
  readonly isEvidenceElsewhere: boolean;
}

/** Consumers are much alike: each has only what it does not have in common with the first. */
interface Packed {
  readonly whole: Omit<Configuration, 'consumers'>;
  readonly first: ConsumerSettings | undefined;
  readonly consumers: readonly Partial<ConsumerSettings>[];
}

export function formatParsed({ consumers, ...whole }: Configuration, from: ParsedFrom): string {
  const [first] = consumers;
  const known = new Map(Object.entries(first ?? {}).map(([key, value]) => [key, textOf(value)]));
  const unlikeFirst = (consumer: ConsumerSettings) =>
    Object.fromEntries(Object.entries(consumer).filter(([key, value]) => known.get(key) !== textOf(value)));
  const body = textOf({ whole, first, consumers: consumers.map(unlikeFirst) } satisfies Packed);
  return `"${checksumOf(from, Buffer.from(body))}"\n${body}\n`;
}

/** Undefined if it is of another file, for another handler or another environment, or was changed itself. */
export function readParsed(parsed: Uint8Array, from: ParsedFrom): Configuration | undefined {
  const [end, last] = [parsed.indexOf(0x0a), parsed.lastIndexOf(0x0a)];
  const body = parsed.subarray(end + 1, last);
  const checksum = Buffer.from(parsed.subarray(0, Math.max(end, 0))).toString();
  if (checksum !== `"${checksumOf(from, body)}"`) return undefined;
  const { whole, first, consumers } = withoutNulls(JSON.parse(Buffer.from(body).toString())) as Packed;
  return { ...whole, consumers: consumers.map((each) => ({ ...(first as ConsumerSettings), ...each })) };
}

function checksumOf({ file, build, isEvidenceElsewhere }: ParsedFrom, body: Uint8Array): string {
  const head = `${build} ${isEvidenceElsewhere} ${file.length}\n`;
  return createHash('sha256').update(head).update(file).update(body).digest('hex');
}

/** A configuration has no null, so one can stand for what JSON leaves out. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => (each === undefined ? null : each)) ?? 'null';
}

function withoutNulls(value: unknown): unknown {
  if (value === null) return undefined;
  if (typeof value !== 'object') return value;
  const object = value as Record<string, unknown>;
  for (const key of Object.keys(object)) {
    const each = object[key];
    if (typeof each === 'object') object[key] = withoutNulls(each);
  }
  return object;
}
