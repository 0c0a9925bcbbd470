import { CallError } from '../../calls/call-error.ts';
import { messageOf } from '../../calls/failure.ts';
import { readSecretContent } from '../document/secret-content.ts';
import { type NewToken, noting } from './new-token.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';

/** R13: ends a new token that failed for certain: inactive, deleted, unlabelled. Whatever this leaves, the sweep finishes. */
export async function undo(services: Services, token: NewToken, error: unknown): Promise<void> {
  const { influxdb, store: secrets, log } = services;
  const { authorization, start, rotationId, settings } = token;
  const fields = { consumer: settings.name, authorizationId: authorization.id, versionId: rotationId };
  const uncertain = error instanceof RotationError && error.mayStillLand;
  if (token.mayStillLand || uncertain)
    return log('ROTATION_LEFT', { ...fields, reason: 'a call about it got no answer, and may still take effect' });
  try {
    if (token.stored && (await isCurrent(services, token)))
      return log('ROTATION_LEFT', { ...fields, reason: 'somebody put its value into the current version' });
    if (token.live) await influxdb.patchAuthorization(authorization.id, { status: 'inactive' }, noting(token));
    if (!token.mayStillLand) await influxdb.deleteAuthorization(authorization.id, noting(token));
    if (!token.mayStillLand && token.stored)
      await secrets.removePending(start.secretId, rotationId).catch(labelMovedOn);
    log('ROTATION_UNDONE', fields);
  } catch (left) {
    log('ROTATION_LEFT', { ...fields, reason: messageOf(left) });
  }
}

/** H3: a label that is elsewhere proves little: the value itself may have been put into the current version by hand. */
async function isCurrent({ store }: Services, { start, settings, authorization }: NewToken): Promise<boolean> {
  const current = await store.readVersion(start.secretId, { stage: 'AWSCURRENT' });
  if (current === undefined) return false;
  return readSecretContent(current.text, current.versionId, settings.tokenKey).token === authorization.token;
}

/** A refusal means that another run's new token holds the label by now. */
function labelMovedOn(error: unknown): void {
  if (!(error instanceof CallError && error.kind === 'refused')) throw error;
}
