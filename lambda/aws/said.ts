import { first, type Headers } from '../calls/from-cache.ts';
import type { Said } from './failure.ts';

/** An answer as it came. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The failure that an answer tells of, in AWS's JSON, REST JSON or query protocol. */
export function errorIn({ status, headers, text }: Answer): Said {
  const { __type, message, Message, code } = objectIn(text);
  const named = first(headers['x-amzn-errortype']) ?? __type ?? code ?? elementIn(text, 'Code') ?? '';
  return {
    status,
    // A namespace may stand before it, and an address after it.
    code: String(named).replace(/^.*#/, '').replace(/:.*$/, ''),
    message: String(message ?? Message ?? elementIn(text, 'Message') ?? ''),
  };
}

/** The JSON of an answer, or of what else AWS sends; undefined where it is none. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  return Object(jsonIn(text));
}

/** The text of the first element of this name in XML. */
export function elementIn(text: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  return found?.replaceAll(/&(lt|gt|quot|apos|amp);/g, (whole, entity: string) => ENTITIES[entity] ?? whole);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
