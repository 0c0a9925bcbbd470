import { EngineError, messageOf } from '../../calls/failure.ts';
import type { ConsumerSettings } from '../../config/configuration.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import { InfluxdbError } from '../../influxdb/errors.ts';
import { doubtThatEnded } from '../../influxdb/probe.ts';
import type { SecretDescription } from '../../secrets-manager/secret.ts';
import { parseObject, tokenHash } from '../document/document.ts';
import { keptBy, parseMarker } from '../document/marker.ts';
import type { Retirement } from '../plan/decision.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';

/** Thrown when the look before a retirement shows something else than was planned on; nothing was sent. */
export class RetirementError extends EngineError {
  override readonly name = 'RetirementError';
}

/**
 * Takes one older token a step further. A look of the same moment goes before each write: an operator may have acted
 * since the run began (docs/protocol.md, F8, F9).
 *
 * @param seen the secret as the plan saw it.
 * @throws {RetirementError | RotationError | CallError | OutOfTimeError}
 */
export async function retire(
  services: Services,
  settings: ConsumerSettings,
  retirement: Retirement,
  secretId: string,
  seen: SecretDescription | undefined,
): Promise<undefined> {
  if (retirement.kind === 'deactivate') await assertUntouched(services, retirement, seen);
  const row = await lookAgain(services, retirement);
  if (retirement.kind === 'deactivate') {
    if (row === 'gone' || row === 'owner-gone') throw unexpected(retirement, 'it is gone');
    if (row.status !== 'active') throw unexpected(retirement, 'it was switched off meanwhile');
    await deactivate(services, settings, retirement);
    return;
  }
  if (row !== 'gone' && row !== 'owner-gone' && row.status === 'active' && !retirement.compromised) {
    throw unexpected(retirement, 'it was switched on meanwhile');
  }
  // The value is read before the row goes: afterwards its version may lose its last label and, in time, disappear.
  const readAt = services.clock.now();
  const old = settings.proof ? await readOldToken(services, settings, row, secretId) : undefined;
  if (services.clock.now() - readAt > services.limits.callTimeoutMs)
    throw unexpected(retirement, 'the look at it is old');
  if (row !== 'gone') await services.influxdb.deleteAuthorization(retirement.authorizationId);
  services.log.info('TOKEN_DELETED', {
    consumer: settings.name,
    authorizationId: retirement.authorizationId,
    reason: retirement.reason,
    found: typeof row === 'string' ? row : row.status,
  });
  if (old !== undefined) await prove(services, settings, retirement, old);
}

/** In a run over many consumers the plan is minutes old when it is their turn; of one or two it still holds. */
const FRESH_MS = 1_000;

/** A label that was moved since the plan may have made this very token current. */
async function assertUntouched(
  { store, clock }: Services,
  retirement: Retirement,
  seen: SecretDescription | undefined,
): Promise<void> {
  if (seen === undefined || seen.seenAt + FRESH_MS >= clock.now()) return;
  const now = await store.describe(seen.arn);
  if (now?.current !== seen.current || now?.lastChangedAt !== seen.lastChangedAt)
    throw unexpected(retirement, 'its secret was changed meanwhile');
}

type LookedAgain = Authorization | 'gone' | 'owner-gone';

async function lookAgain({ influxdb, clock }: Services, retirement: Retirement): Promise<LookedAgain> {
  let row: Authorization;
  try {
    row = await influxdb.getAuthorization(retirement.authorizationId);
  } catch (error) {
    if (error instanceof InfluxdbError && error.isAuthorizationGone) return 'gone';
    if (error instanceof InfluxdbError && error.isOwnerGone) return 'owner-gone';
    throw error;
  }
  if (keptBy(row.description, clock.now()) !== undefined && !retirement.compromised)
    throw unexpected(retirement, 'it is to be kept now');
  return row;
}

async function deactivate(
  { influxdb, log }: Services,
  { name }: ConsumerSettings,
  { authorizationId, reason }: Retirement,
): Promise<void> {
  const { status } = await influxdb.setStatus(authorizationId, 'inactive');
  if (status !== 'inactive')
    throw new RotationError(`authorization ${authorizationId} is still ${status} after it was switched off`);
  log.info('TOKEN_DEACTIVATED', { consumer: name, authorizationId, reason });
}

/** The token to try, on what its row granted; or why there is none. */
type OldToken = { readonly row: Authorization; readonly token: string } | { readonly unread: string };

/** The token of the version that this row was minted for. */
async function readOldToken(
  { store }: Services,
  { tokenKey }: ConsumerSettings,
  row: LookedAgain,
  secretId: string,
): Promise<OldToken> {
  if (typeof row === 'string') return { unread: 'its row, which names the version of its value, was gone already' };
  const versionId = parseMarker(row.description)?.rotationId;
  if (versionId === undefined) return { unread: 'its row does not name the version of its value' };
  try {
    const version = await store.readVersion(secretId, { versionId });
    if (version === undefined) return { unread: `version ${versionId}, which held its value, is gone` };
    const token = parseObject(version.text)?.[tokenKey];
    return typeof token === 'string' ? { row, token } : { unread: `version ${versionId} holds no token` };
  } catch (error) {
    return { unread: `version ${versionId}, which held its value, could not be read: ${messageOf(error)}` };
  }
}

/** Evidence that the old token is refused, or why there is none. That fails nothing: the row is deleted either way. */
async function prove(
  { transport, log }: Services,
  { name }: ConsumerSettings,
  { authorizationId }: Retirement,
  old: OldToken,
): Promise<void> {
  const fields = { consumer: name, authorizationId };
  if ('unread' in old) return log.warn('TOKEN_NOT_REFUSED', { ...fields, reason: old.unread });
  const hashed = { ...fields, tokenHash: tokenHash(old.token) };
  const doubt = await doubtThatEnded(transport, old.token, old.row).catch(messageOf);
  if (doubt === undefined) log.info('TOKEN_REFUSED', hashed);
  else log.warn('TOKEN_NOT_REFUSED', { ...hashed, reason: doubt });
}

function unexpected({ kind, authorizationId }: Retirement, what: string): RetirementError {
  return new RetirementError(`did not ${kind} authorization ${authorizationId}: ${what}; the next run looks again`);
}
