import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';

/** Node gives each address of a name but the last 250 ms, too few for a Region on another continent. */
const ATTEMPT_MS = 1_000;

/**
 * How the SDK connects. What fails to connect before the call's own time-out certainly had no effect, and is known to be
 * unreachable.
 */
export function connectingWithin(callTimeoutMs: number): NonNullable<SecretsManagerClientConfig['requestHandler']> {
  const connectionTimeout = Math.floor(0.9 * callTimeoutMs);
  const autoSelectFamilyAttemptTimeout = Math.min(ATTEMPT_MS, Math.ceil(connectionTimeout / 4));
  return { connectionTimeout, httpsAgent: { autoSelectFamilyAttemptTimeout } };
}
