import * as z from 'zod/mini';
import { CallError } from '../calls/call-error.ts';
import { first, type Headers, isFromCache } from '../calls/from-cache.ts';
import { redact } from '../calls/redact.ts';
import { absentIn, InfluxdbError, NotItselfError } from './errors.ts';

/** One answer of the server, and what errors about it name. */
export interface Head {
  readonly operation: string;
  readonly method: string;
  readonly status: number;
  readonly headers: Headers;
  /** The server's URL with its base path. */
  readonly url: string;
}

const ErrorBody = z.object({ code: z.optional(z.unknown()), message: z.string() });

/**
 * Refuses an answer that a cache had: it may be old, and about what has been deleted or made since.
 * @throws {NotItselfError}
 */
export function assertFresh({ method, headers, operation, url }: Head): void {
  if (method !== 'GET' || !isFromCache(headers)) return;
  throw new NotItselfError(operation, 'unanswered', 'a cache answers between', url);
}

/** What Go's servers, nginx and Apache say to plain HTTP on a port for TLS. */
const SPOKEN_TO_PLAINLY = /HTTP request\b.*\bHTTPS\b|plain HTTP/i;

/** The error that an answer without success is. */
export function errorOf({ operation, status, headers, url }: Head, text: string, now: number): CallError {
  if (status < 400) {
    const reason = 'a redirect, which is not followed (is influxdb.url the address of the server itself?)';
    return new InfluxdbError(operation, { status, wireCode: undefined, reason });
  }
  const said = { status, ...reasonIn(text) };
  if (status === 400 && said.wireCode === undefined && SPOKEN_TO_PLAINLY.test(text))
    return new NotItselfError(operation, 'refused', 'its port is for TLS, so write https:// there', url);
  if (status === 404 && absentIn(said) === undefined) {
    // InfluxDB's own "path not found" had no effect; what somebody else's did, nobody knows.
    const kind = said.wireCode === undefined ? 'unanswered' : 'refused';
    return new NotItselfError(operation, kind, `404 with ${said.reason}`, url);
  }
  return new InfluxdbError(operation, said, { retryAfterMs: retryAfterMs(first(headers['retry-after']), now) });
}

/** The JSON of an answer with success; undefined if the answer is empty. */
export function jsonOf(head: Head, text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Without the cause, because a syntax error quotes the text around it, which can be a token.
    throw unreadable(head, text);
  }
}

/** What an answer that is no JSON means: broken JSON is InfluxDB's own, anything else somebody else's. */
export function unreadable({ operation, status, url }: Omit<Head, 'method' | 'headers'>, beginning: string): CallError {
  if (/^\s*[^\s[{]/.test(beginning)) {
    return new NotItselfError(operation, 'unanswered', `${status} with a page or a text instead of JSON`, url);
  }
  return new CallError('INFLUXDB_UNANSWERED', 'unanswered', `InfluxDB's answer to ${operation} is not readable JSON`);
}

/** For an answer of another shape, which counts as none, since the request may have taken effect. */
export function notUnderstood(operation: string, path: string): CallError {
  return new CallError(
    'INFLUXDB_UNANSWERED',
    'unanswered',
    `InfluxDB's answer to ${operation} is not understood (at ${path || 'the answer'})`,
  );
}

/** Accepts only an answer about this id, since a proxy or a cache may return what somebody else asked for. */
export function about<T extends { readonly id: string }>(schema: z.ZodMiniType<T>, id: string): z.ZodMiniType<T> {
  return schema.check(z.refine((answer: T) => answer.id === id.toLowerCase(), { path: ['id'] }));
}

/** The server's message, redacted. Anything else, such as a proxy's HTML page, is not repeated. */
function reasonIn(text: string): { wireCode: string | undefined; reason: string } {
  try {
    const parsed = ErrorBody.safeParse(JSON.parse(text));
    if (!parsed.success) return { wireCode: undefined, reason: 'no message' };
    const { code, message } = parsed.data;
    return { wireCode: typeof code === 'string' ? code : undefined, reason: redact(message) };
  } catch {
    return { wireCode: undefined, reason: "an answer that is not InfluxDB's (a proxy's page?)" };
  }
}

/** `Retry-After` is seconds or an HTTP date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
