import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { type CallContext, call } from '../calls/call.ts';
import { redact } from '../calls/redact.ts';
import { EventBridgeError } from './errors.ts';
import { answeredError, unansweredError } from './failure.ts';

/** One event to send. `detail` becomes JSON. */
export interface BusEvent {
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

/** What became of one event. A failure is that of this event alone. */
export type Sent = { readonly eventId: string } | { readonly error: EventBridgeError };

export interface EventBusOptions {
  /** Name or ARN. */
  readonly bus: string;
  /** @default that of the Region */
  readonly endpoint: string | undefined;
}

/** One `PutEvents` takes no more. */
export const MOST_AT_ONCE = 10;

/** The `source` of all our events. */
const SOURCE = 'influxdb-token-rotation';

const Answer = z.object({
  Entries: z.array(
    z.object({
      EventId: z.optional(z.string()),
      ErrorCode: z.optional(z.string()),
      ErrorMessage: z.optional(z.string()),
    }),
  ),
});

/**
 * A bus of Amazon EventBridge. The one call that it needs is made with the credentials, the signature and the connection
 * of the client that the run has anyway: the bundle needs no second one (docs/decisions/0010).
 */
export class EventBus {
  readonly #client: SecretsManagerClient;
  readonly #context: CallContext;
  readonly #options: EventBusOptions;

  constructor(client: SecretsManagerClient, context: CallContext, options: EventBusOptions) {
    this.#client = client;
    this.#context = context;
    this.#options = options;
  }

  /**
   * Sends at most ten events. An event may arrive more than once, because a call without an answer is repeated.
   * @throws {CallError} if the call failed; then no answer tells which events arrived.
   */
  async send(events: readonly BusEvent[]): Promise<Sent[]> {
    const { bus } = this.#options;
    const entries = events.map(({ detailType, resources, detail }) => ({
      ...{ Source: SOURCE, DetailType: detailType, Resources: resources, EventBusName: bus },
      Detail: JSON.stringify(detail),
    }));
    const body = JSON.stringify({ Entries: entries });
    const { Entries: rows } = await call((signal) => this.#attempt(body, signal), this.#context, {
      retry: 'idempotent-write',
    });
    return events.map((_event, index): Sent => {
      const { EventId: eventId, ErrorCode: code = '', ErrorMessage: message = '' } = rows[index] ?? {};
      return eventId === undefined ? { error: answeredError(200, code, redact(message), bus) } : { eventId };
    });
  }

  async #attempt(body: string, abortSignal: AbortSignal): Promise<z.infer<typeof Answer>> {
    const { config } = this.#client;
    let answer: { readonly status: number; readonly text: string };
    let url: URL | undefined;
    try {
      url = await this.#url();
      const signed = await (await config.signer()).sign(requestTo(url, body), {
        signingService: 'events',
        signingDate: new Date(Date.now() + config.systemClockOffset),
      });
      const { response } = await config.requestHandler.handle(signed as never, { abortSignal });
      const bytes = await config.streamCollector(response.body);
      answer = { status: response.statusCode, text: Buffer.from(bytes).toString() };
    } catch (error) {
      throw unansweredError(error, url?.origin);
    }
    return understood(answer, this.#options.bus);
  }

  /** EventBridge is where Secrets Manager is, under its own name: so this is right in every partition, and with FIPS. */
  async #url(): Promise<URL> {
    if (this.#options.endpoint !== undefined) return new URL(this.#options.endpoint);
    const { config } = this.#client;
    const [Region, UseFIPS] = await Promise.all([config.region(), config.useFipsEndpoint()]);
    const { url } = config.endpointProvider({ Region, UseFIPS, UseDualStack: false });
    return new URL(url.href.replace('//secretsmanager', '//events'));
  }
}

function requestTo({ protocol, hostname, port, host, pathname }: URL, body: string) {
  return {
    ...{ method: 'POST', protocol, hostname, path: pathname, query: {}, body },
    ...(port !== '' && { port: Number(port) }),
    headers: {
      host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSEvents.PutEvents',
    },
  };
}

function understood({ status, text }: { status: number; text: string }, bus: string): z.infer<typeof Answer> {
  const value = parsed(text);
  if (status !== 200) {
    const { __type = '', message = '' } = (value ?? {}) as { readonly __type?: string; readonly message?: string };
    throw answeredError(status, String(__type).replace(/^.*#/, ''), redact(String(message)), bus);
  }
  const answer = Answer.safeParse(value);
  if (answer.success) return answer.data;
  throw new EventBridgeError('unanswered', 'unreadable', 'its answer is not understood');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
