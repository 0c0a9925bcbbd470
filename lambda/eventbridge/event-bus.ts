import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import type { AwsService, AwsServiceError } from '../aws/errors.ts';
import { answeredError, type Right } from '../aws/failure.ts';
import { jsonIn } from '../aws/said.ts';
import { SignedCalls } from '../aws/signed-calls.ts';
import type { CallContext } from '../calls/call.ts';

/** One event to send. `detail` becomes JSON. */
export interface BusEvent {
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

/** What became of one event. A failure is that of this event alone. */
export type Sent = { readonly eventId: string } | { readonly error: AwsServiceError };

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

const OPERATION = 'PutEvents';

const SERVICE: AwsService = {
  name: 'EventBridge',
  id: 'events',
  variable: 'AWS_ENDPOINT_URL_EVENTBRIDGE',
  codes: {
    unreachable: 'EVENTBRIDGE_UNREACHABLE',
    refused: 'EVENTBRIDGE_REFUSED',
    throttled: 'EVENTBRIDGE_THROTTLED',
    unanswered: 'EVENTBRIDGE_UNANSWERED',
  },
};

const HEADERS = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' };

const Answer = z.object({
  Entries: z.array(
    z.object({
      EventId: z.optional(z.string()),
      ErrorCode: z.optional(z.string()),
      ErrorMessage: z.optional(z.string()),
    }),
  ),
});

/** A bus of Amazon EventBridge. */
export class EventBus {
  readonly #calls: SignedCalls;
  readonly #bus: string;

  constructor(client: SecretsManagerClient, context: CallContext, { bus, endpoint }: EventBusOptions) {
    this.#calls = new SignedCalls(client, context, { service: SERVICE, endpoint });
    this.#bus = bus;
  }

  /**
   * Sends at most ten events. An event may arrive more than once, because a call without an answer is repeated.
   * @throws {CallError} if the call failed; then no answer tells which events arrived.
   */
  async send(events: readonly BusEvent[]): Promise<Sent[]> {
    const entries = events.map(({ detailType, resources, detail }) => ({
      ...{ Source: SOURCE, DetailType: detailType, Resources: resources, EventBusName: this.#bus },
      Detail: JSON.stringify(detail),
    }));
    const right = rightOn(this.#bus);
    const body = JSON.stringify({ Entries: entries });
    const understand = (text: string) => Answer.safeParse(jsonIn(text)).data;
    const request = { operation: OPERATION, headers: HEADERS, body, right, understand };
    const { Entries: rows } = await this.#calls.send(request, 'idempotent-write');
    return events.map((_event, index): Sent => {
      const { EventId: eventId, ErrorCode: code = '', ErrorMessage: message = '' } = rows[index] ?? {};
      if (eventId !== undefined) return { eventId };
      return { error: answeredError(SERVICE, OPERATION, { status: 200, code, message }, right) };
    });
  }
}

/** A bus of another account has to allow it, too. */
function rightOn(bus: string): Right {
  const role = "the policy of the function's role";
  const policy = bus.startsWith('arn:') ? `${role}, and in that of the bus if it is of another account` : role;
  return { action: 'events:PutEvents', resource: bus, policy };
}
