import type { ConsumerSettings } from '../../config/configuration.ts';
import type { SecretDescription } from '../../secrets-manager/secret.ts';
import type { EndStep } from '../plan/decision.ts';
import { describe } from '../plan/describe.ts';
import { ChangedBeforeEndError, lastGuard } from './last-guard.ts';
import { proveRefused, readOldToken } from './prove-refused.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';

/** The secret that a token is ended for, as the plan saw it. */
interface Seen {
  readonly secretId: string;
  readonly description: SecretDescription | undefined;
}

/**
 * Takes one older token a step further: off, then gone.
 *
 * @throws {ChangedBeforeEndError | RotationError | CallError | OutOfTimeError}
 */
export async function endToken(
  services: Services,
  settings: ConsumerSettings,
  step: EndStep,
  seen: Seen,
): Promise<undefined> {
  if (step.kind === 'switch-off') {
    await lastGuard(services, step, seen.description);
    await switchOff(services, settings, step);
  } else await remove(services, settings, step, seen);
  return undefined;
}

async function switchOff({ influxdb, log }: Services, { name }: ConsumerSettings, step: EndStep): Promise<void> {
  const { authorizationId, reason } = step;
  const { status } = await influxdb.setStatus(authorizationId, 'inactive');
  if (status !== 'inactive')
    throw new RotationError(
      'STATUS_UNCHANGED',
      `authorization ${authorizationId} is still ${status} after it was switched off`,
    );
  log('TOKEN_SWITCHED_OFF', { consumer: name, authorizationId, reason: describe(reason), reasonCode: reason.code });
}

async function remove(services: Services, settings: ConsumerSettings, step: EndStep, seen: Seen): Promise<void> {
  const { authorizationId, reason } = step;
  const { clock, limits, influxdb, log } = services;
  const { name: consumer } = settings;
  const found = await lastGuard(services, step, seen.description);
  const lookedAt = clock.now();
  const old = settings.proof ? await readOldToken(services, settings, found, seen.secretId) : undefined;
  if (clock.now() - lookedAt > limits.callTimeoutMs) throw new ChangedBeforeEndError(step, 'the look at it is old');
  if (found.kind !== 'gone') await influxdb.deleteAuthorization(authorizationId);
  log('TOKEN_DELETED', {
    consumer,
    authorizationId,
    reason: describe(reason),
    reasonCode: reason.code,
    found: found.kind === 'found' ? found.row.status : found.kind,
  });
  if (old !== undefined) await proveRefused(services, consumer, authorizationId, old);
}
