import { randomUUID } from 'node:crypto';
import { type Answer, type Request, type RunningServer, type ServeOptions, serve } from '../http/server.ts';
import type { Context } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { checkEnvelope, operationOf, readInput } from './request.ts';
import { Rotations } from './rotation.ts';
import type { RotationFunctions } from './rotation-function.ts';
import { ServiceError } from './service-error.ts';
import { Store } from './store.ts';
import { WriteQuota } from './write-quota.ts';

export interface SecretsManagerOptions extends ServeOptions {
  /** Calls a second of `PutSecretValue`, `UpdateSecret` and `UpdateSecretVersionStage` together; unlimited by default, 50 in AWS. */
  readonly writeQuota?: number;
  /** The Region in ARNs; `us-east-1` by default. */
  readonly region?: string;
  /** The account in ARNs; `123456789012` by default. */
  readonly accountId?: string;
  /**
   * The rotation functions that exist; more can be added later. Without this, any will do, and `RotateSecret` leaves its
   * pending version for the caller to work on.
   */
  readonly functions?: RotationFunctions;
}

export interface SecretsManagerServer extends RunningServer {
  readonly store: Store;
  readonly rotations: Rotations;
}

/** Serves AWS Secrets Manager's JSON 1.1 protocol on loopback, from memory. */
export async function startSecretsManager(options: SecretsManagerOptions = {}): Promise<SecretsManagerServer> {
  const now = options.now ?? Date.now;
  const store = new Store({
    now,
    region: options.region ?? 'us-east-1',
    accountId: options.accountId ?? '123456789012',
  });
  const rotations = new Rotations(store, options.functions);
  const context: Context = { store, rotations };
  const quota = options.writeQuota === undefined ? undefined : new WriteQuota(options.writeQuota, now);
  const service = {
    operation: (request: Request) => operationOf(request) || `${request.method} ${request.url.pathname}`,
    answer: (request: Request) => answer(context, quota, request),
    errorAnswer: (status: number) => errorAnswer(injectedError(status)),
  };
  return { ...(await serve(service, options)), store, rotations };
}

async function answer(context: Context, quota: WriteQuota | undefined, request: Request): Promise<Answer> {
  try {
    checkEnvelope(request);
    const name = operationOf(request);
    const operation = OPERATIONS.get(name);
    if (!operation) throw new ServiceError('UnknownOperationException', `Unknown operation: ${name}`);
    const input = readInput(request.body);
    quota?.take(name);
    const output = await operation(context, input);
    return { status: 200, headers: headers(), body: output === undefined ? '' : JSON.stringify(output) };
  } catch (error) {
    if (error instanceof ServiceError) return errorAnswer(error);
    throw error;
  }
}

function errorAnswer({ type, message, status }: ServiceError): Answer {
  return { status, headers: headers(), body: JSON.stringify({ __type: type, Message: message }) };
}

const headers = (): Record<string, string> => ({
  'Content-Type': 'application/x-amz-json-1.1',
  'x-amzn-RequestId': randomUUID(),
});

function injectedError(status: number): ServiceError {
  if (status === 429) return new ServiceError('ThrottlingException', 'Rate exceeded', status);
  if (status === 503) return new ServiceError('ServiceUnavailableException', 'Service Unavailable', status);
  if (status >= 500) return new ServiceError('InternalServiceError', 'An error occurred on the server side.', status);
  return new ServiceError('ValidationException', `injected status ${status}`, status);
}
