import * as z from 'zod/mini';
import { CallError } from '../calls/call-error.ts';
import { first, type Headers, isFromCache } from '../calls/from-cache.ts';
import { redact } from '../calls/redact.ts';
import { absentIn, checkOf, InfluxdbError, NotItselfError, SUPPORTED, UnsupportedVersionError } from './errors.ts';

/** One answer of the server, and what errors about it name. */
export interface Head {
  readonly operation: string;
  readonly method: string;
  readonly status: number;
  readonly headers: Headers;
  /** The server's URL with its base path. */
  readonly url: string;
}

/** InfluxDB's own words: https://github.com/influxdata/influxdb/blob/v2.9.1/kit/platform/errors/errors.go has its codes. */
const ErrorBody = z.object({ code: z.string().check(z.regex(/^[a-z]+( [a-z]+)*$/)), message: z.string() });
/** What servers after 2.9.1 answer to everything while they start. */
const StartingBody = z.object({ status: z.literal('starting') });
const MessageBody = z.object({ message: z.string() });
/** What InfluxDB 1.x and 3.x answer, and perhaps others. */
const OldOrNewBody = z.object({ error: z.string() });

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
export function errorOf(head: Head, body: string, now: number): CallError {
  const text = body.trim();
  const { operation, status, headers, url } = head;
  const isOverload = status === 429 || status === 503;
  const options = { retryAfterMs: retryAfterMs(first(headers['retry-after']), now), isOverload };
  // What somebody else's answer did, nobody knows.
  const foreign = (sign: string, kind: 'unanswered' | 'refused' = 'unanswered') =>
    new NotItselfError(operation, kind, sign, url, options);
  if (status < 400) return foreign(`${status}, a redirect${targetIn(head)}, which is not followed`);
  const said = ownWords(head, text);
  if (said === undefined) {
    const version = unsupportedVersion(headers);
    if (version !== undefined) return new UnsupportedVersionError(operation, { status, version, url });
    if (status === 400 && SPOKEN_TO_PLAINLY.test(text))
      return foreign('its port is for TLS, so write https:// there', 'refused');
    // Whoever asks for patience is given it, and a failure without a word may be InfluxDB's.
    const mayBeOwn = status === 429 || (status >= 500 && text === '');
    if (!mayBeOwn) return foreign(`${status} with ${somebodysWords(text)}${because(status)}`);
    return new InfluxdbError(operation, { status, wireCode: undefined, reason: somebodysWords(text) }, options);
  }
  if (status === 404 && said.wireCode !== undefined && absentIn({ status, ...said }) === undefined)
    // InfluxDB's own "path not found" had no effect.
    return foreign(`404 with ${said.reason}`, 'refused');
  return new InfluxdbError(operation, { status, ...said }, options);
}

/** The JSON of an answer with success; undefined for a 204, which has none. */
export function jsonOf(head: Head, text: string): unknown {
  if (text === '') return assertNoContent(head);
  try {
    return JSON.parse(text);
  } catch {
    // Without the cause, because a syntax error quotes the text around it, which can be a token.
    throw unreadable(head, text);
  }
}

/**
 * Refuses a success without a body: InfluxDB sends none but 204.
 * @throws {NotItselfError}
 */
export function assertNoContent({ operation, status, url }: Omit<Head, 'method' | 'headers'>): undefined {
  if (status !== 204) throw new NotItselfError(operation, 'unanswered', `${status} without a body`, url);
}

/** What an answer that is no JSON means: broken JSON is InfluxDB's own, anything else somebody else's. */
export function unreadable({ operation, status, url }: Omit<Head, 'method' | 'headers'>, beginning: string): CallError {
  if (/^\s*[^\s[{]/.test(beginning)) {
    return new NotItselfError(operation, 'unanswered', `${status} with a page or a text instead of JSON`, url);
  }
  return new CallError(
    'INFLUXDB_UNANSWERED',
    'unanswered',
    `InfluxDB's answer to ${operation} is not readable JSON. ${checkOf(url)}`,
  );
}

/** For an answer of another shape, which counts as none, since the request may have taken effect. */
export function notUnderstood({ operation, url }: Pick<Head, 'operation' | 'url'>, path: string): CallError {
  return new CallError(
    'INFLUXDB_UNANSWERED',
    'unanswered',
    `InfluxDB's answer to ${operation} is not understood (at ${path || 'the answer'}). ${checkOf(url)}`,
  );
}

/** Accepts only an answer about this id, since a proxy or a cache may return what somebody else asked for. */
export function isAbout(id: string): (answer: { readonly id: string }) => boolean {
  return (answer) => answer.id === id.toLowerCase();
}

/**
 * What InfluxDB says of a failure, redacted; undefined if the words are not its own. Its headers are a sign only where
 * there are no words: a proxy that puts its page in place of an answer may keep them.
 */
function ownWords(
  { headers }: Head,
  text: string,
): { readonly wireCode: string | undefined; readonly reason: string } | undefined {
  if (text === '') {
    const isOwn = headers['x-platform-error-code'] !== undefined || headers['x-influxdb-version'] !== undefined;
    return isOwn && unsupportedVersion(headers) === undefined
      ? { wireCode: undefined, reason: 'no message' }
      : undefined;
  }
  const json = parsed(text);
  const own = ErrorBody.safeParse(json);
  if (own.success) return { wireCode: own.data.code, reason: redact(own.data.message) };
  return StartingBody.safeParse(json).success ? { wireCode: undefined, reason: 'it is starting' } : undefined;
}

/** What somebody else answered. Only a message in JSON is repeated, redacted: a page is not. */
function somebodysWords(text: string): string {
  if (text === '') return 'no message';
  const json = parsed(text);
  const message = MessageBody.safeParse(json);
  if (message.success) return redact(message.data.message);
  if (OldOrNewBody.safeParse(json).success)
    return `JSON as of InfluxDB 1.x or 3.x, which are not supported (supported are ${SUPPORTED})`;
  return json === undefined ? 'a page or a text instead of JSON' : "JSON that is not InfluxDB's";
}

/** The version of an InfluxDB that has another API for tokens, where the answer names one. */
function unsupportedVersion(headers: Headers): string | undefined {
  const [version, major] = /^v?(\d+)\.[\w.+-]{1,40}$/.exec(first(headers['x-influxdb-version']) ?? '') ?? [];
  return major === '2' ? undefined : version;
}

/** Why somebody else may have answered, where the status tells. */
function because(status: number): string {
  if (status === 407) return ', because a proxy wants a sign-in';
  return status >= 500 ? ', perhaps because InfluxDB does not answer whoever stands before it' : '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The server to which a redirect leads. The rest of the address may hold what a sign-in needs. */
function targetIn({ headers }: Head): string {
  const location = first(headers.location) ?? '';
  return URL.canParse(location) ? ` to ${redact(new URL(location).host)}` : '';
}

/** `Retry-After` is seconds or an HTTP date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
