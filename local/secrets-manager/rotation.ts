import type { Secret } from './secret.ts';
import { CURRENT, holder, PENDING } from './staging-labels.ts';
import type { Store } from './store.ts';

/** What the service sends to a rotation function. */
export interface RotationEvent {
  readonly Step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
  /** The ARN. */
  readonly SecretId: string;
  /** The id of the version that the rotation makes. */
  readonly ClientRequestToken: string;
}

/** Stands for one invocation of the rotation function; rejects as the function fails. */
export type InvokeRotation = (event: RotationEvent) => Promise<void>;

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** Takes the four steps on the pending version. If one fails, the version stays pending for a later call. */
export async function rotate(store: Store, secret: Secret, token: string, invoke: InvokeRotation): Promise<void> {
  secret.rotatingVersionId = token;
  secret.lastRotationError = undefined;
  for (const step of STEPS) {
    if (!(await take(step, secret, token, invoke))) return;
    if (secret.rotatingVersionId !== token) {
      secret.lastRotationError = `RotationAbandoned: the secret was written by somebody else before the end of ${step}`;
      return;
    }
  }
  const version = secret.versions.get(token);
  if (!version || holder(secret, CURRENT) !== version) {
    secret.lastRotationError = `finishSecret did not move ${CURRENT} to version ${token}`;
    return;
  }
  store.change(secret, () => {
    version.stages.delete(PENDING);
    secret.lastRotatedAt = store.now();
    secret.rotatingVersionId = undefined;
  });
}

/** Calls `testSecret` alone, as the service does to try a configuration without a rotation. */
export async function rehearse(secret: Secret, token: string, invoke: InvokeRotation): Promise<void> {
  secret.lastRotationError = undefined;
  await take('testSecret', secret, token, invoke);
}

async function take(
  step: RotationEvent['Step'],
  secret: Secret,
  token: string,
  invoke: InvokeRotation,
): Promise<boolean> {
  try {
    await invoke({ Step: step, SecretId: secret.arn, ClientRequestToken: token });
    return true;
  } catch (error) {
    // The service says only in its log why a step failed; `RotateSecret` itself succeeded.
    secret.lastRotationError = `${step}: ${error instanceof Error ? error.message : String(error)}`;
    return false;
  }
}
