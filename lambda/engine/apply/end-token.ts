import type { OnUnanswered } from '../../calls/call.ts';
import { CallError } from '../../calls/call-error.ts';
import type { ConsumerSettings } from '../../config/configuration.ts';
import { formatMarker, parseMarker, withNote } from '../document/marker.ts';
import { describe } from '../plan/describe.ts';
import type { EndStep } from '../plan/steps.ts';
import { ChangedBeforeEndError, type DecidedOn, lastGuard } from './last-guard.ts';
import { proveRefused, readOldToken } from './prove-refused.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';

/** The consumer whose token it was. */
type Ended = Pick<ConsumerSettings, 'name' | 'proof' | 'tokenKey'>;

/**
 * Takes one older token a step further: off, then gone.
 *
 * @throws {ChangedBeforeEndError | RotationError | CallError | OutOfTimeError}
 */
export async function endToken(
  services: Services,
  settings: Ended,
  step: EndStep,
  decidedOn: DecidedOn,
): Promise<undefined> {
  const { kind: action, authorizationId } = step;
  // A missing answer must show in log and report.
  let unanswered = false;
  const noting = {
    onUnanswered: () => {
      unanswered = true;
    },
  };
  try {
    if (action === 'switch-off') await switchOff(services, settings, step, decidedOn, noting);
    else await remove(services, settings, step, decidedOn, noting);
  } catch (error) {
    if (unanswered && error instanceof CallError && !error.hadNoEffect)
      services.log('END_UNANSWERED', { consumer: settings.name, authorizationId, action });
    throw error;
  }
  return undefined;
}

/**
 * Switches the token off. An adopted one gets its marker in the same call: an earlier one could bring an ended token
 * back to life (docs/protocol.md, H9).
 */
async function switchOff(
  services: Services,
  { name }: Ended,
  step: EndStep,
  decidedOn: DecidedOn,
  noting: OnUnanswered,
): Promise<void> {
  const { influxdb, log } = services;
  const { authorizationId, reason } = step;
  const found = await lastGuard(services, step, decidedOn);
  const text = found.kind === 'found' ? found.row.description : '';
  const patch = found.kind === 'found' ? markedText(services, step, text) : {};
  const { status } = await influxdb.patchAuthorization(authorizationId, { status: 'inactive', ...patch }, noting);
  if (status !== 'inactive')
    throw new RotationError(
      'STATUS_UNCHANGED',
      `authorization ${authorizationId} is still ${status} after it was switched off`,
    );
  log('TOKEN_SWITCHED_OFF', { consumer: name, authorizationId, reason: describe(reason), reasonCode: reason.code });
}

/** What the description becomes in the same call; nothing where it may stay as it is. */
function markedText({ clock, newId }: Services, step: EndStep, text: string): { readonly description?: string } {
  if (step.asked === true) return { description: withNote(text, 'ended', clock.now()) };
  if (parseMarker(text) !== undefined) return {};
  return { description: `${formatMarker(step.identity, newId(), { adopted: true })} ${text}`.trimEnd() };
}

async function remove(
  services: Services,
  settings: Ended,
  step: EndStep,
  decidedOn: DecidedOn,
  noting: OnUnanswered,
): Promise<void> {
  const { authorizationId, reason } = step;
  const { clock, limits, influxdb, log } = services;
  const { name: consumer } = settings;
  const why = { reason: describe(reason), reasonCode: reason.code };
  await services.witness?.intend({ consumer, authorizationId, ...why });
  const found = await lastGuard(services, step, decidedOn);
  const lookedAt = clock.now();
  const old = settings.proof ? await readOldToken(services, settings, found, decidedOn.secretId) : undefined;
  if (clock.now() - lookedAt > limits.callTimeoutMs) throw new ChangedBeforeEndError(step, 'the look at it is old');
  if (found.kind !== 'gone') await influxdb.deleteAuthorization(authorizationId, noting);
  log('TOKEN_DELETED', {
    consumer,
    authorizationId,
    ...why,
    found: found.kind === 'found' ? found.row.status : found.kind,
  });
  if (old !== undefined) await proveRefused(services, consumer, authorizationId, old);
}
