import { type JsonObject, serveJson } from '../http/aws-json.ts';
import type { RunningServer, ServeOptions } from '../http/server.ts';
import type { Context } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { Parameters } from './parameters.ts';
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
  /** From now on, as `writeQuota`; undefined for no limit. */
  limitWrites(perSecond: number | undefined): void;
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
  let quota: WriteQuota | undefined;
  const limitWrites = (perSecond: number | undefined) => {
    quota = perSecond === undefined ? undefined : new WriteQuota(perSecond, now);
  };
  limitWrites(options.writeQuota);
  const operation = (name: string) => {
    const found = OPERATIONS.get(name);
    return (
      found &&
      ((input: JsonObject) => {
        const parameters = new Parameters(input);
        quota?.take(name);
        return found(context, parameters);
      })
    );
  };
  const protocol = { target: 'secretsmanager', signedFor: 'secretsmanager', bodyMayBeEmpty: true } as const;
  const service = { ...protocol, messageMember: 'Message', operation, injectedError } as const;
  return { ...(await serveJson(service, options)), store, rotations, limitWrites };
}

function injectedError(status: number): ServiceError {
  if (status === 429) return new ServiceError('ThrottlingException', 'Rate exceeded', status);
  if (status === 503) return new ServiceError('ServiceUnavailableException', 'Service Unavailable', status);
  if (status >= 500) return new ServiceError('InternalServiceError', 'An error occurred on the server side.', status);
  return new ServiceError('ValidationException', `injected status ${status}`, status);
}
