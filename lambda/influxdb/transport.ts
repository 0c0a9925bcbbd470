import { type Dispatcher, Pool } from 'undici';
import { type CallContext, type CallOptions, call } from '../calls/call.ts';
import { CallError } from '../calls/call-error.ts';
import { first } from '../calls/from-cache.ts';
import { RateLimiter } from '../calls/rate-limiter.ts';
import { LONGEST_REST_MS } from '../calls/rested-connections.ts';
import { Secrets } from '../calls/secrets.ts';
import type { ServiceClocks } from '../calls/service-clocks.ts';
import type { Rates } from '../config/rates.ts';
import { assertFresh, errorOf, type Head, jsonOf } from './answer.ts';
import { connector, type Lookup } from './connect.ts';
import { failureOf } from './no-answer.ts';

export interface TransportOptions extends CallContext {
  readonly limits: CallContext['limits'] & Pick<Rates, 'influxdbCallsPerSecond'>;
  /** Base URL of the server; a path prefix is kept. */
  readonly url: string;
  /** PEM certificate of a private CA. */
  readonly ca: string | undefined;
  readonly serviceClocks: ServiceClocks;
  /** @default the system's */
  readonly lookup?: Lookup | undefined;
}

export interface HttpRequest extends Omit<CallOptions, 'rate'> {
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

/** Takes the body of one answer as it arrives. Both throw a `CallError` for an answer that is none. */
export interface BodyReader {
  chunk(bytes: Uint8Array): void;
  /** Called once the body is complete. */
  end(): void;
}

type Read<T> = (head: Head, body: Dispatcher.ResponseData['body']) => Promise<T>;

const MIB = 1024 * 1024;
/** An answer that is held as a whole. The largest is one row, whose description may have megabytes. */
const MAX_RESPONSE_BYTES = 128 * MIB;
/** An answer that is read as a stream: 100,000 authorizations with all access, a few kB each, and twice as many. */
const MAX_STREAM_BYTES = 1024 * MIB;

/** HTTP to one InfluxDB server, with time-outs, retries, and errors in the server's words. Notes the server's clock. */
export class Transport {
  readonly #pool: Pool;
  readonly #options: TransportOptions;
  readonly #rate: NonNullable<CallOptions['rate']>;
  readonly #origin: string;
  readonly #basePath: string;
  /** The server's URL with its base path. */
  readonly url: string;
  #version: string | undefined;
  #isAnswered = false;

  constructor(options: TransportOptions) {
    const { origin, pathname } = new URL(options.url);
    this.#options = options;
    const { influxdbCallsPerSecond } = options.limits;
    this.#rate = { limiter: new RateLimiter(options.clock, { perSecond: influxdbCallsPerSecond }), cost: 1 };
    this.#origin = origin;
    this.#basePath = pathname.replace(/\/$/, '');
    this.url = `${origin}${this.#basePath}`;
    this.#pool = new Pool(origin, {
      connect: connector({ callTimeoutMs: options.limits.callTimeoutMs, ca: options.ca, lookup: options.lookup }),
      keepAliveTimeout: LONGEST_REST_MS,
      // Whatever the server offers.
      keepAliveMaxTimeout: LONGEST_REST_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /**
   * Sends the request, and again after a failure that `retry` allows.
   * @returns the parsed JSON of the answer; undefined if the answer is empty.
   * @throws {CallError}
   */
  send(request: HttpRequest): Promise<unknown> {
    const read = async (head: Head, body: Dispatcher.ResponseData['body']) =>
      jsonOf(head, await this.#text(head.operation, body));
    return this.#call(request, read);
  }

  /**
   * Sends like `send`, and passes the body of a success on as it arrives.
   * @param begin called for the answer of each attempt; its reader gets what that answer holds, whole or not.
   * @throws {CallError}
   */
  sendStreaming(request: HttpRequest, begin: (head: Head) => BodyReader): Promise<void> {
    const read = async (head: Head, body: Dispatcher.ResponseData['body']) => {
      const reader = begin(head);
      for await (const bytes of this.#chunks(head.operation, body, MAX_STREAM_BYTES)) reader.chunk(bytes);
      reader.end();
    };
    return this.#call(request, read);
  }

  /** The version that the server last named, e.g. `v2.9.1`; undefined before its first answer, or for what is no version. */
  get serverVersion(): string | undefined {
    return /^v?[\w.+-]{1,40}$/.exec(this.#version ?? '')?.[0];
  }

  /** Closes all connections. No call may be in flight. */
  close(): Promise<void> {
    return this.#pool.destroy();
  }

  #call<T>(request: HttpRequest, read: Read<T>): Promise<T> {
    const { retry, onUnanswered } = request;
    const options = { retry, onUnanswered, rate: this.#rate };
    return call((signal) => this.#attempt(request, signal, read), this.#options, options);
  }

  async #attempt<T>(request: HttpRequest, signal: AbortSignal, read: Read<T>): Promise<T> {
    const { method, operation } = request;
    const { statusCode: status, headers, body } = await this.#dispatch(request, signal);
    const head = { method, operation, status, headers, url: this.url };
    this.#isAnswered = true;
    this.#options.serviceClocks.note('InfluxDB', headers);
    this.#version = first(headers['x-influxdb-version']) ?? this.#version;
    try {
      assertFresh(head);
      if (status >= 200 && status < 300) return await read(head, body);
    } catch (error) {
      // Nobody reads the rest, and nobody is there to hear how its connection ends.
      body.on('error', () => {}).destroy();
      throw error;
    }
    throw errorOf(head, await this.#text(operation, body), this.#options.clock.now());
  }

  async #dispatch(request: HttpRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { method, path, body, token, operation } = request;
    Secrets.known.add(token);
    const query = request.query === undefined ? '' : `?${new URLSearchParams(request.query)}`;
    const verbatim = body === undefined || typeof body === 'string';
    try {
      return await this.#pool.request({
        method,
        path: `${this.#basePath}${path}${query}`,
        headers: {
          authorization: `Token ${token}`,
          accept: 'application/json',
          ...(verbatim ? {} : { 'content-type': 'application/json' }),
        },
        body: verbatim ? (body ?? null) : JSON.stringify(body),
        signal,
      });
    } catch (cause) {
      throw this.#failure(operation, cause, false);
    }
  }

  async #text(operation: string, body: Dispatcher.ResponseData['body']): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const bytes of this.#chunks(operation, body, MAX_RESPONSE_BYTES)) chunks.push(bytes);
    return new TextDecoder().decode(Buffer.concat(chunks));
  }

  async *#chunks(
    operation: string,
    body: Dispatcher.ResponseData['body'],
    maxBytes: number,
  ): AsyncGenerator<Uint8Array, void> {
    let size = 0;
    try {
      for await (const bytes of body as AsyncIterable<Uint8Array>) {
        size += bytes.length;
        if (size > maxBytes) break;
        yield bytes;
      }
    } catch (cause) {
      throw this.#failure(operation, cause, true);
    }
    if (size <= maxBytes) return;
    throw new CallError(
      'INFLUXDB_UNANSWERED',
      'unanswered',
      `InfluxDB's answer to ${operation} is larger than ${maxBytes} bytes`,
    );
  }

  #failure(operation: string, cause: unknown, begun: boolean): CallError {
    return failureOf(operation, this.#origin, cause, { begun, before: this.#isAnswered });
  }
}
