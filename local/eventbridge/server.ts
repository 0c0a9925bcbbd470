import { randomUUID } from 'node:crypto';
import { type Answer, type Request, type RunningServer, type ServeOptions, serve } from '../http/server.ts';
import { ServiceError } from '../http/service-error.ts';
import { putEvents, type ReceivedEvent } from './put-events.ts';
import { checkEnvelope, operationOf, readInput } from './request.ts';

export type { ReceivedEvent } from './put-events.ts';

export interface EventBridgeOptions extends ServeOptions {
  /** @default us-east-1 */
  readonly region?: string;
  /** @default 123456789012 */
  readonly accountId?: string;
  /** Names of the buses beside `default`. */
  readonly buses?: readonly string[];
  /** Told of each event that a bus took. */
  readonly onEvent?: (event: ReceivedEvent) => void;
}

export interface EventBridgeServer extends RunningServer {
  /** What the buses took, in order of arrival. */
  readonly events: ReceivedEvent[];
}

/** Serves the one call of Amazon EventBridge that sends events, in its JSON 1.1 protocol, on loopback. */
export async function startEventBridge(options: EventBridgeOptions = {}): Promise<EventBridgeServer> {
  const { now = Date.now, region = 'us-east-1', accountId = '123456789012', buses = [], onEvent } = options;
  const place = { now, region, accountId, buses: new Set(['default', ...buses]) };
  const events: ReceivedEvent[] = [];
  const put = (input: Readonly<Record<string, unknown>>): object => {
    const { answer, received } = putEvents(place, input);
    events.push(...received);
    for (const event of received) onEvent?.(event);
    return answer;
  };
  const service = {
    operation: (request: Request) => operationOf(request) || `${request.method} ${request.url.pathname}`,
    answer: (request: Request) => answerTo(request, put),
    errorAnswer: (status: number) => errorAnswer(injectedError(status)),
  };
  return { ...(await serve(service, options)), events };
}

function answerTo(request: Request, put: (input: Readonly<Record<string, unknown>>) => object): Answer {
  try {
    checkEnvelope(request);
    const name = operationOf(request);
    if (name !== 'PutEvents') throw new ServiceError('UnknownOperationException', `Unknown operation: ${name}`);
    return { status: 200, headers: headers(), body: JSON.stringify(put(readInput(request.body))) };
  } catch (error) {
    if (error instanceof ServiceError) return errorAnswer(error);
    throw error;
  }
}

function errorAnswer({ type, message, status }: ServiceError): Answer {
  return { status, headers: headers(), body: JSON.stringify({ __type: type, message }) };
}

const headers = (): Record<string, string> => ({
  'Content-Type': 'application/x-amz-json-1.1',
  'x-amzn-RequestId': randomUUID(),
});

function injectedError(status: number): ServiceError {
  if (status === 429) return new ServiceError('ThrottlingException', 'Rate exceeded', status);
  if (status >= 500)
    return new ServiceError('InternalException', 'This exception occurs due to unexpected causes.', status);
  return new ServiceError('ValidationException', `injected status ${status}`, status);
}
