import type { ConsumerSettings } from '../../config/configuration.ts';
import { formatMarker, parseMarker } from '../document/marker.ts';
import type { EndStep } from '../plan/decision.ts';
import { describe } from '../plan/describe.ts';
import { ChangedBeforeEndError, type DecidedOn, lastGuard, type StillThere } from './last-guard.ts';
import { proveRefused, readOldToken } from './prove-refused.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';

/**
 * Takes one older token a step further: off, then gone.
 *
 * @throws {ChangedBeforeEndError | RotationError | CallError | OutOfTimeError}
 */
export async function endToken(
  services: Services,
  settings: ConsumerSettings,
  step: EndStep,
  decidedOn: DecidedOn,
): Promise<undefined> {
  if (step.kind === 'switch-off') {
    const found = await lastGuard(services, step, decidedOn);
    await switchOff(services, settings, step, found);
  } else await remove(services, settings, step, decidedOn);
  return undefined;
}

/**
 * Switches the token off. An adopted one gets its marker in the same call: an earlier one could bring an ended token
 * back to life (docs/protocol.md, H9).
 */
async function switchOff(
  { influxdb, log, newId }: Services,
  { name }: ConsumerSettings,
  { authorizationId, reason, identity }: EndStep,
  found: StillThere,
): Promise<void> {
  const text = found.kind === 'found' ? found.row.description : '';
  const marked = found.kind !== 'found' || parseMarker(text) !== undefined;
  const marker = formatMarker(identity, newId(), { adopted: true });
  const patch = marked ? {} : { description: `${marker} ${text}`.trimEnd() };
  const { status } = await influxdb.patchAuthorization(authorizationId, { status: 'inactive', ...patch });
  if (status !== 'inactive')
    throw new RotationError(
      'STATUS_UNCHANGED',
      `authorization ${authorizationId} is still ${status} after it was switched off`,
    );
  log('TOKEN_SWITCHED_OFF', { consumer: name, authorizationId, reason: describe(reason), reasonCode: reason.code });
}

async function remove(
  services: Services,
  settings: ConsumerSettings,
  step: EndStep,
  decidedOn: DecidedOn,
): Promise<void> {
  const { authorizationId, reason } = step;
  const { clock, limits, influxdb, log } = services;
  const { name: consumer } = settings;
  const found = await lastGuard(services, step, decidedOn);
  const lookedAt = clock.now();
  const old = settings.proof ? await readOldToken(services, settings, found, decidedOn.secretId) : undefined;
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
