import { CallError } from '../../calls/call-error.ts';
import { messageOf } from '../../calls/failure.ts';
import type { ConsumerSettings } from '../../config/configuration.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import { proveToken } from '../../influxdb/probe.ts';
import type { SecretDescription } from '../../secrets-manager/secret.ts';
import type { Base } from '../plan/decision.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';

/** A token on its way to becoming the current one. */
export interface Minted {
  readonly settings: ConsumerSettings;
  readonly base: Base;
  readonly authorization: Authorization;
  /** The id of its version, which is that of its rotation, too. */
  readonly versionId: string;
  /** Some call for it stayed unanswered and may still take effect: nothing of it may be undone in this run. */
  tainted: boolean;
  /** Its value is in the secret. */
  stored: boolean;
  /** It works, or may. */
  live: boolean;
}

/** How long a refusal of a new token is asked again before it counts: InfluxDB Cloud spreads changes slowly. */
const SETTLE_MS = 60_000;
const SETTLE_STEP_MS = 5_000;

function tainting(minted: Minted): { onUnanswered: () => void } {
  return {
    onUnanswered: () => {
      minted.tainted = true;
    },
  };
}

/** Puts the new value under `AWSPENDING`. */
export async function store({ store: secrets, log }: Services, minted: Minted, text: string): Promise<void> {
  const { base, versionId, settings, authorization } = minted;
  await secrets.putPending(base.secretId, versionId, text, tainting(minted));
  minted.stored = true;
  log.info('TOKEN_STORED', { consumer: settings.name, authorizationId: authorization.id, versionId });
}

export async function activate({ influxdb, log }: Services, minted: Minted): Promise<void> {
  const { id } = minted.authorization;
  const row = await influxdb.setStatus(id, 'active', tainting(minted));
  minted.live = true;
  if (row.status !== 'active') throw new RotationError(`InfluxDB left the new authorization ${id} ${row.status}`);
  log.info('TOKEN_ACTIVATED', { consumer: minted.settings.name, authorizationId: id });
}

/**
 * Proves with the new token that every right it was granted works.
 *
 * @param urgent the consumer has no access now: a server too busy to answer the probes does not stop the rotation.
 */
export async function verify(services: Services, { settings, authorization }: Minted, urgent: boolean): Promise<void> {
  const { transport, clock, log } = services;
  const giveUpAt = clock.now() + SETTLE_MS;
  for (;;) {
    const proof = await proveToken(transport, authorization.token, authorization);
    const fields = { consumer: settings.name, authorizationId: authorization.id, proof: proof.kind };
    if (proof.kind === 'works' || (proof.kind === 'unproven' && urgent)) return log.info('TOKEN_VERIFIED', fields);
    const mayPass = proof.kind === 'refused' && (proof.error.status === 401 || proof.error.status === 403);
    const late =
      clock.now() + SETTLE_STEP_MS > giveUpAt || services.budget.remainingMs() < 3 * services.limits.callTimeoutMs;
    if (!mayPass || late) throw new RotationError(`the new token does not work: ${proof.detail}`);
    await clock.sleep(SETTLE_STEP_MS);
  }
}

/** Moves `AWSCURRENT`, if it is still where it was read. Without an answer a look may prove success, never failure. */
export async function promote(
  services: Services,
  { base, versionId, settings, authorization }: Pick<Minted, 'base' | 'versionId' | 'settings' | 'authorization'>,
): Promise<void> {
  const { store: secrets, log } = services;
  const fields = { consumer: settings.name, authorizationId: authorization.id, versionId };
  try {
    await secrets.promote(base.secretId, versionId, base.versionId);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    if (error.kind === 'refused') await assertNotCurrent(services, base.secretId, versionId, error);
    else if (error.definite) throw error;
    else if (!(await isSeenAsCurrent(services, base.secretId, versionId))) {
      log.warn('PROMOTION_UNCERTAIN', fields);
      const message = `the promotion was not answered, and may still take effect: ${error.message}`;
      throw new RotationError(message, { cause: error, definite: false });
    }
  }
  log.info('TOKEN_PROMOTED', { ...fields, replaces: base.versionId });
}

/**
 * A refusal says that `AWSCURRENT` is not where it was: it may be on the new version, moved there by hand. Then that is
 * what was wanted; and where nobody can tell, nothing may be undone.
 */
async function assertNotCurrent(
  { store: secrets }: Services,
  secretId: string,
  versionId: string,
  refusal: CallError,
): Promise<void> {
  let seen: SecretDescription | undefined;
  try {
    seen = await secrets.describe(secretId);
  } catch {
    throw new RotationError(`${refusal.message}, and the secret cannot be looked at`, {
      cause: refusal,
      definite: false,
    });
  }
  if (seen?.current !== versionId) throw refusal;
}

/** Reads may lag behind writes for a short while, so the look is repeated. */
const LOOKS_AFTER_MS = [0, 1_000, 4_000];

async function isSeenAsCurrent(
  { store: secrets, clock }: Services,
  secretId: string,
  versionId: string,
): Promise<boolean> {
  for (const delayMs of LOOKS_AFTER_MS) {
    await clock.sleep(delayMs);
    const seen = await secrets.describe(secretId).catch(() => undefined);
    if (seen?.current === versionId) return true;
  }
  return false;
}

/** Ends a candidate that failed for certain: inactive, deleted, unlabelled. Whatever this leaves, the sweep finishes. */
export async function undo(services: Services, minted: Minted, error: unknown): Promise<void> {
  const { influxdb, store: secrets, log } = services;
  const { authorization, base, versionId, settings } = minted;
  const fields = { consumer: settings.name, authorizationId: authorization.id, versionId };
  const uncertain = error instanceof RotationError && !error.definite;
  if (minted.tainted || uncertain)
    return log.warn('ROTATION_LEFT', { ...fields, reason: 'a call of it stayed unanswered and may still take effect' });
  try {
    if (minted.live) await influxdb.setStatus(authorization.id, 'inactive', tainting(minted));
    if (!minted.tainted) await influxdb.deleteAuthorization(authorization.id, tainting(minted));
    if (!minted.tainted && minted.stored) await secrets.removePending(base.secretId, versionId).catch(labelMovedOn);
    log.warn('ROTATION_UNDONE', fields);
  } catch (left) {
    log.warn('ROTATION_LEFT', { ...fields, reason: messageOf(left) });
  }
}

/** A refusal means that another run's candidate holds the label by now. */
function labelMovedOn(error: unknown): void {
  if (!(error instanceof CallError && error.kind === 'refused')) throw error;
}
