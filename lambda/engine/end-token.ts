import type { ConsumerSettings } from '../config/configuration.ts';
import type { Authorization } from '../influxdb/authorization.ts';
import { InfluxdbError } from '../influxdb/errors.ts';
import { isEnded } from '../influxdb/probe.ts';
import type { Retirement } from './decision.ts';
import { parseObject, tokenHash } from './document.ts';
import { EngineError } from './failure.ts';
import { keptBy, parseMarker } from './marker.ts';
import type { Services } from './services.ts';

/** Thrown when the look before a retirement shows something else than was planned on; nothing was sent. */
export class RetirementError extends EngineError {
  override readonly name = 'RetirementError';
}

/**
 * Takes one older token a step further. A look of the same moment goes before each write: an operator may have acted
 * since the run began (PROTOCOL F8, F9).
 *
 * @throws {RetirementError | CallError | OutOfTimeError}
 */
export async function retire(
  services: Services,
  settings: ConsumerSettings,
  retirement: Retirement,
  secretId: string,
): Promise<undefined> {
  const row = await lookAgain(services, retirement);
  if (retirement.kind === 'deactivate') {
    if (row === 'gone' || row === 'owner-gone') throw unexpected(retirement, 'is gone');
    if (row.status !== 'active') throw unexpected(retirement, 'was switched off meanwhile');
    await deactivate(services, settings, retirement);
    return;
  }
  if (row !== 'gone' && row !== 'owner-gone' && row.status === 'active' && !retirement.compromised) {
    throw unexpected(retirement, 'was switched on meanwhile');
  }
  // The value is read before the row goes: afterwards its version may lose its last label and, in time, disappear.
  const proof =
    settings.proof && row !== 'gone' && row !== 'owner-gone'
      ? await readOldToken(services, settings, row, secretId)
      : undefined;
  if (row !== 'gone') await services.influxdb.deleteAuthorization(retirement.authorizationId);
  services.log.info('TOKEN_DELETED', {
    consumer: settings.name,
    authorizationId: retirement.authorizationId,
    reason: retirement.reason,
  });
  if (proof !== undefined) await prove(services, settings, proof);
}

async function lookAgain(
  { influxdb, clock }: Services,
  retirement: Retirement,
): Promise<Authorization | 'gone' | 'owner-gone'> {
  let row: Authorization;
  try {
    row = await influxdb.getAuthorization(retirement.authorizationId);
  } catch (error) {
    if (error instanceof InfluxdbError && error.isAuthorizationGone) return 'gone';
    if (error instanceof InfluxdbError && error.isOwnerGone) return 'owner-gone';
    throw error;
  }
  const marker = parseMarker(row.description);
  if (marker !== undefined && keptBy(marker, clock.now()) !== undefined && !retirement.compromised)
    throw unexpected(retirement, 'is to be kept now');
  return row;
}

async function deactivate(
  { influxdb, log }: Services,
  { name }: ConsumerSettings,
  { authorizationId, reason }: Retirement,
): Promise<void> {
  const { status } = await influxdb.setStatus(authorizationId, 'inactive');
  if (status !== 'inactive')
    throw new RetirementError(`authorization ${authorizationId} is still ${status} after it was switched off`);
  log.info('TOKEN_DEACTIVATED', { consumer: name, authorizationId, reason });
}

interface OldToken {
  readonly row: Authorization;
  readonly token: string;
}

/** The token of the version that this row was minted for; undefined if the version is gone or was edited. */
async function readOldToken(
  { store }: Services,
  { tokenKey }: ConsumerSettings,
  row: Authorization,
  secretId: string,
): Promise<OldToken | undefined> {
  const versionId = parseMarker(row.description)?.rotationId;
  if (versionId === undefined) return undefined;
  const version = await store.readVersion(secretId, { versionId }).catch(() => undefined);
  const value = version === undefined ? undefined : parseObject(version.text);
  const token = value?.[tokenKey];
  return typeof token === 'string' ? { row, token } : undefined;
}

/** Evidence that the old token is refused. A failure to prove it fails nothing: the row is deleted either way. */
async function prove(
  { transport, log }: Services,
  { name }: ConsumerSettings,
  { row, token }: OldToken,
): Promise<void> {
  const refused = await isEnded(transport, token, row).catch(() => false);
  const fields = { consumer: name, authorizationId: row.id, tokenHash: tokenHash(token) };
  if (refused) log.info('TOKEN_REFUSED', fields);
  else log.warn('TOKEN_NOT_REFUSED', fields);
}

function unexpected({ kind, authorizationId }: Retirement, what: string): RetirementError {
  return new RetirementError(`did not ${kind} authorization ${authorizationId}: it ${what}; the next run looks again`);
}
