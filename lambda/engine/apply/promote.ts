import { CallError } from '../../calls/call-error.ts';
import type { SecretDescription } from '../../secrets-manager/secret.ts';
import type { NewToken } from './new-token.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';

/** A version that is ready to become the current one. */
type ReadyVersion = Pick<NewToken, 'settings' | 'start' | 'authorization' | 'rotationId'>;

/** Moves `AWSCURRENT`, if it is still where it was read. Without an answer a look may prove success, never failure. */
export async function promote(services: Services, ready: ReadyVersion): Promise<void> {
  const { store, log } = services;
  const { settings, start, authorization, rotationId } = ready;
  const fields = { consumer: settings.name, authorizationId: authorization.id, versionId: rotationId };
  try {
    await store.promote(start.secretId, rotationId, start.versionId);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    if (error.kind === 'refused') await assertPromoted(services, ready, error);
    else if (error.hadNoEffect) throw error;
    else if (!(await isSeenAsCurrent(services, ready))) {
      log('PROMOTION_UNCERTAIN', fields);
      const message = `the promotion was not answered, and may still take effect: ${error.message}`;
      throw new RotationError('PROMOTION_UNCERTAIN', message, { cause: error, mayStillLand: true });
    }
  }
  log('TOKEN_PROMOTED', { ...fields, replaces: start.versionId });
}

/**
 * A refusal says that `AWSCURRENT` is not where it was: it may be on the new version, moved there by hand. Then that is
 * what was wanted; and where nobody can tell, nothing may be undone.
 */
async function assertPromoted(
  { store }: Services,
  { start, rotationId }: ReadyVersion,
  refusal: CallError,
): Promise<void> {
  let seen: SecretDescription | undefined;
  try {
    seen = await store.describe(start.secretId);
  } catch {
    const message = `${refusal.message}, and the secret cannot be looked at`;
    throw new RotationError('PROMOTION_UNCERTAIN', message, { cause: refusal, mayStillLand: true });
  }
  if (seen?.current !== rotationId) throw refusal;
}

/** Reads may lag behind writes for a short while, so the look is repeated. */
const LOOKS_AFTER_MS = [0, 1_000, 4_000];

async function isSeenAsCurrent({ store, clock }: Services, { start, rotationId }: ReadyVersion): Promise<boolean> {
  for (const delayMs of LOOKS_AFTER_MS) {
    await clock.sleep(delayMs);
    const seen = await store.describe(start.secretId).catch(() => undefined);
    if (seen?.current === rotationId) return true;
  }
  return false;
}
