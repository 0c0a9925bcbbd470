import { CallError } from '../../calls/call-error.ts';
import { CodedError } from '../../log/coded-error.ts';
import type { SecretDescription } from '../../secrets-manager/secret.ts';
import type { NewToken } from './new-token.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';

/** A version that is ready to become the current one. */
type ReadyVersion = Pick<NewToken, 'settings' | 'start' | 'authorization' | 'rotationId'> & {
  /** Its token was made before. */
  readonly copied?: true;
};

/** Somebody was faster: `AWSCURRENT` is on another version than the one that this run read. Nothing was promoted. */
export class ChangedBeforePromotionError extends CodedError {
  override readonly name = 'ChangedBeforePromotionError';
  override readonly code = 'CHANGED_BEFORE_PROMOTION';

  constructor(secretId: string, found: string, read: string, cause: CallError) {
    super(
      `secret ${secretId} changed meanwhile: AWSCURRENT is on version ${found}, no longer on ${read}, so nothing was promoted; the next run looks again`,
      { cause },
    );
  }
}

/** Moves `AWSCURRENT`, if it is still where it was read. Without an answer a look may prove success, never failure. */
export async function promote(services: Services, ready: ReadyVersion): Promise<void> {
  const { store, log } = services;
  const { start, rotationId, copied } = ready;
  let awsRequestId: string | undefined;
  try {
    awsRequestId = await store.promote(start.secretId, rotationId, start.versionId);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    if (error.kind === 'refused') await assertPromoted(services, ready, error);
    else if (error.hadNoEffect) throw error;
    else if (!(await isSeenAsCurrent(services, ready))) {
      const message = `the promotion was not answered, and may still take effect: ${error.message}`;
      throw uncertain(services, ready, message, error);
    }
  }
  log('TOKEN_PROMOTED', { ...fieldsOf(ready), replaces: start.versionId, awsRequestId, ...(copied && { copied }) });
}

function fieldsOf({ settings, authorization, rotationId }: ReadyVersion) {
  return { consumer: settings.name, authorizationId: authorization.id, versionId: rotationId };
}

/** The new version or the one before it is current: nobody knows. The log says so, and nothing may be undone. */
function uncertain({ log }: Services, ready: ReadyVersion, message: string, cause: CallError): RotationError {
  log('PROMOTION_UNCERTAIN', fieldsOf(ready));
  return new RotationError('PROMOTION_UNCERTAIN', message, { cause, mayStillLand: true });
}

/**
 * A refusal mostly says that `AWSCURRENT` is not where it was. It may be on the new version, moved there by hand: then
 * that is what was wanted. Where nobody can tell, nothing may be undone.
 */
async function assertPromoted(services: Services, ready: ReadyVersion, refusal: CallError): Promise<void> {
  const { start, rotationId } = ready;
  let seen: SecretDescription | undefined;
  try {
    seen = await services.store.describe(start.secretId);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    throw uncertain(services, ready, `${refusal.message}, and the secret cannot be looked at`, refusal);
  }
  if (seen?.current === rotationId) return;
  if (seen?.current === undefined || seen.current === start.versionId) throw refusal;
  throw new ChangedBeforePromotionError(start.secretId, seen.current, start.versionId, refusal);
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
