import { type JsonObject, notSigned, serveJson } from '../http/aws-json.ts';
import type { Request, RunningServer, ServeOptions } from '../http/server.ts';
import { ServiceError } from '../http/service-error.ts';
import { putEvents, type ReceivedEvent } from './put-events.ts';

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
  const put = (input: JsonObject): object => {
    const { answer, received } = putEvents(place, input);
    events.push(...received);
    for (const event of received) onEvent?.(event);
    return answer;
  };
  const operation = (name: string) => (name === 'PutEvents' ? put : undefined);
  const service = { target: 'AWSEvents', signedFor: 'events', check: checkSignedHeaders, operation, injectedError };
  return { ...(await serveJson(service, options)), events };
}

function checkSignedHeaders({ headers }: Request): void {
  const signed = /SignedHeaders=([\w;-]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
  if (!signed.includes('host') || headers['x-amz-date'] === undefined) throw notSigned();
}

function injectedError(status: number): ServiceError {
  if (status === 429) return new ServiceError('ThrottlingException', 'Rate exceeded', status);
  if (status >= 500)
    return new ServiceError('InternalException', 'This exception occurs due to unexpected causes.', status);
  return new ServiceError('ValidationException', `injected status ${status}`, status);
}
