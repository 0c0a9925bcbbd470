import { randomUUID } from 'node:crypto';
import { type JsonObject, serveJson } from '../http/aws-json.ts';
import type { RunningServer, ServeOptions } from '../http/server.ts';
import { ServiceError } from '../http/service-error.ts';
import { type Evaluated, putEvaluations } from './put-evaluations.ts';
import { type RuleEvent, ruleEvent } from './rule-event.ts';

export interface ConfigServiceOptions extends ServeOptions {
  /** @default us-east-1 */
  readonly region?: string;
  /** @default 123456789012 */
  readonly accountId?: string;
}

export interface ConfigServiceServer extends RunningServer {
  /** What was said of each resource last, by its id. */
  readonly evaluated: ReadonlyMap<string, Evaluated>;
  /** The next question of the rule, with a token of its own. */
  ask(): RuleEvent;
}

/** Serves the one call of AWS Config that takes the answers of a custom rule, in its JSON 1.1 protocol, on loopback. */
export async function startConfigService(options: ConfigServiceOptions = {}): Promise<ConfigServiceServer> {
  const { now = Date.now, region = 'us-east-1', accountId = '123456789012' } = options;
  const tokens = new Set<string>();
  const evaluated = new Map<string, Evaluated>();
  const put = (input: JsonObject) => putEvaluations(input, tokens, evaluated);
  const operation = (name: string) => (name === 'PutEvaluations' ? put : undefined);
  const service = { target: 'StarlingDoveService', signedFor: 'config', operation, injectedError };
  const ask = () => {
    const resultToken = randomUUID();
    tokens.add(resultToken);
    return ruleEvent({ region, accountId, now: now(), resultToken });
  };
  return { ...(await serveJson(service, options)), evaluated, ask };
}

function injectedError(status: number): ServiceError {
  if (status === 403)
    return new ServiceError('AccessDeniedException', 'not authorized to perform: config:PutEvaluations');
  if (status === 429) return new ServiceError('ThrottlingException', 'Rate exceeded', 400);
  if (status >= 500) return new ServiceError('InternalFailure', 'The request processing has failed.', status);
  return new ServiceError('InvalidParameterValueException', `injected status ${status}`, status);
}
