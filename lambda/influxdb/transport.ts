import { Pool } from 'undici';
import * as z from 'zod/mini';
import { type CallContext, type CallOptions, call } from '../calls/call.ts';
import { CallError } from '../calls/call-error.ts';
import { redact } from '../calls/redact.ts';
import type { ServiceClocks } from '../calls/service-clocks.ts';
import { codeOf, InfluxdbError, InfluxdbUnreachableError } from './errors.ts';

export interface TransportOptions extends CallContext {
  /** Base URL of the server; a path prefix is kept. */
  readonly url: string;
  /** PEM certificate of a private CA. */
  readonly ca: string | undefined;
  readonly serviceClocks: ServiceClocks;
}

export interface HttpRequest extends CallOptions {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path below the base URL, with ids and names already encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
  readonly token: string;
  /** How the call is named in errors, e.g. `GET /api/v2/authorizations/{id}`. */
  readonly operation: string;
}

/** Codes of errors that prove that no connection was made. */
const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const NO_TRUST = /CERT|SSL|TLS|SELF_SIGNED|VERIFY/;

/** A list of 100,000 authorizations takes 62 MB. An answer of more than twice that is refused. */
const MAX_RESPONSE_BYTES = 128 * 1024 * 1024;

const ErrorBody = z.object({ message: z.string() });

/** HTTP to one InfluxDB server, with time-outs, retries, and errors in the server's words. Notes the server's clock. */
export class Transport {
  readonly #pool: Pool;
  readonly #options: TransportOptions;
  readonly #basePath: string;

  constructor(options: TransportOptions) {
    const { origin, pathname } = new URL(options.url);
    this.#options = options;
    this.#basePath = pathname.replace(/\/$/, '');
    this.#pool = new Pool(origin, {
      connect: { timeout: options.limits.callTimeoutMs, ...(options.ca === undefined ? {} : { ca: options.ca }) },
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: MAX_RESPONSE_BYTES,
    });
  }

  /**
   * Sends the request, and again after a failure that `retry` allows.
   * @returns the parsed JSON of the answer; undefined if the answer is empty.
   * @throws {CallError}
   */
  send(request: HttpRequest): Promise<unknown> {
    return call((signal) => this.#attempt(request, signal), this.#options, request);
  }

  /** Closes all connections. No call may be in flight. */
  close(): Promise<void> {
    return this.#pool.destroy();
  }

  async #attempt(request: HttpRequest, signal: AbortSignal): Promise<unknown> {
    const { method, operation } = request;
    const query = request.query === undefined ? '' : `?${new URLSearchParams(request.query)}`;
    let status: number;
    let text: string;
    let headers: Record<string, string | string[] | undefined>;
    try {
      const response = await this.#pool.request({
        method,
        path: `${this.#basePath}${request.path}${query}`,
        headers: {
          authorization: `Token ${request.token}`,
          accept: 'application/json',
          ...(request.body === undefined || typeof request.body === 'string'
            ? {}
            : { 'content-type': 'application/json' }),
        },
        body:
          request.body === undefined
            ? null
            : typeof request.body === 'string'
              ? request.body
              : JSON.stringify(request.body),
        signal,
      });
      status = response.statusCode;
      headers = response.headers;
      text = await response.body.text();
    } catch (cause) {
      throw this.#failure(operation, cause);
    }
    this.#options.serviceClocks.note('InfluxDB', first(headers.date));
    if (status >= 200 && status < 300) return parse(text, operation);
    throw new InfluxdbError(
      operation,
      status,
      status < 400
        ? 'a redirect, which is not followed (is influxdb.url the address of the server itself?)'
        : reasonOf(text),
      retryAfterMs(first(headers['retry-after']), this.#options.clock.now()),
    );
  }

  #failure(operation: string, cause: unknown): CallError {
    const code = codeOf(cause);
    if (NO_CONNECTION.has(code) || NO_TRUST.test(code))
      return new InfluxdbUnreachableError(new URL(this.#options.url).origin, cause);
    if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
      return new CallError(
        'INFLUXDB_UNANSWERED',
        'unanswered',
        `InfluxDB's answer to ${operation} is larger than ${MAX_RESPONSE_BYTES} bytes`,
      );
    }
    return new CallError('INFLUXDB_UNANSWERED', 'unanswered', `InfluxDB did not answer ${operation} (${code})`, {
      cause,
    });
  }
}

function parse(text: string, operation: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Without the cause, because a syntax error quotes the text around it, which can be a token.
    throw new CallError('INFLUXDB_UNANSWERED', 'unanswered', `InfluxDB's answer to ${operation} is not readable JSON`);
  }
}

/** The server's message, redacted. Anything else, such as a proxy's HTML page, is not repeated. */
function reasonOf(text: string): string {
  try {
    const parsed = ErrorBody.safeParse(JSON.parse(text));
    return parsed.success ? redact(parsed.data.message) : 'no message';
  } catch {
    return "an answer that is not InfluxDB's (a proxy's page?)";
  }
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** `Retry-After` is seconds or an HTTP date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
