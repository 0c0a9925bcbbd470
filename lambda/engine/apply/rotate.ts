import type { ConsumerSettings } from '../../config/configuration.ts';
import { describePermission, permissionsHash } from '../../influxdb/permissions.ts';
import { type RotationDocument, tokenHash } from '../document/document.ts';
import { assertTextFits, fitSecretText } from '../document/fitting-text.ts';
import { askedHash } from '../document/marker.ts';
import type { Promoted } from '../plan/news.ts';
import { type Mint, type StartingVersion, supersededSince } from '../plan/steps.ts';
import { startingVersion } from './first-version.ts';
import { assertAsAsked, mintInactive } from './mint.ts';
import type { NewToken } from './new-token.ts';
import { makeOwner } from './owner.ts';
import { promote } from './promote.ts';
import { assertFewLive } from './second-look.ts';
import type { Services } from './services.ts';
import { activate, store } from './store-and-activate.ts';
import { undo } from './undo.ts';
import { verify } from './verify.ts';

/** What a finished rotation made. */
export interface Rotated {
  readonly authorizationId: string;
  readonly versionId: string;
  readonly promoted: Promoted;
  /** How many older tokens its ledger had no room for. */
  readonly leftOut?: number;
}

/**
 * Mints, stores, activates, verifies and promotes: at no moment is a token live whose value is stored nowhere. Whatever
 * fails for certain is undone; what got no answer is left for the next run to tidy.
 *
 * @throws {RotationError | CallError | OutOfTimeError | SecretTextError}
 */
export async function rotate(services: Services, settings: ConsumerSettings, mint: Mint): Promise<Rotated> {
  const { token, promoted, left } = await mintAndStore(services, settings, mint);
  const { authorization, rotationId } = token;
  try {
    await activate(services, token);
    await verify(services, token, mint.urgent);
    await promote(services, token);
  } catch (error) {
    await undo(services, token, error);
    throw error;
  }
  return { authorizationId: authorization.id, versionId: rotationId, promoted, ...left };
}

/**
 * Makes a token that works for nobody yet, and stores its value in a pending version.
 * @throws {RotationError | CallError | OutOfTimeError | SecretTextError} what failed for certain is undone.
 */
export async function mintAndStore(
  services: Services,
  settings: ConsumerSettings,
  mint: Mint,
): Promise<{ readonly token: NewToken; readonly promoted: Promoted; readonly left: Pick<Rotated, 'leftOut'> }> {
  const { target, into } = mint;
  const start = await startingVersion(services, settings, mint);
  const userId = target.userId ?? (await makeOwner(services, settings));
  const { mayGo } = mint.ledger;
  assertValueFits(services, settings, { ...mint, start }, userId);

  const { rotationId, authorization } = await mintInactive(services, settings, start.identity, target, userId, into);
  const authorizationId = authorization.id;
  const permissions = target.grant(userId);
  const made = { mayStillLand: false, stored: false, live: false, own: target.own, asked: askedHash(permissions) };
  const token: NewToken = { settings, start, authorization, rotationId, ...made };
  services.log('TOKEN_MINTED', {
    consumer: settings.name,
    authorizationId,
    rotationId,
    userId,
    permissionsHash: permissionsHash(permissions),
    granted: authorization.permissions.map(describePermission),
  });
  try {
    assertAsAsked(authorization, target, userId);
    if (mint.secondLook) await assertFewLive(services, token, target.orgId, mint.ledger);
    const document = draft(services, start, mint, userId, { id: rotationId, authorizationId });
    const { token: value } = authorization;
    const next = { ...document, tokenHash: tokenHash(value) };
    const { text, leftOut } = fitSecretText(start.text, settings.tokenKey, value, next, mayGo);
    await store(services, token, text);
    const left = logLeftOut(services, settings, { authorizationId, versionId: rotationId }, leftOut);
    return { token, promoted: { secretArn: start.secretId, document: next }, left };
  } catch (error) {
    await undo(services, token, error);
    throw error;
  }
}

/** U6: says that the ledger of this version is not whole. */
export function logLeftOut(
  { log }: Services,
  { name: consumer }: ConsumerSettings,
  version: Pick<Rotated, 'authorizationId' | 'versionId'>,
  { length: leftOut }: readonly string[],
): Pick<Rotated, 'leftOut'> {
  if (leftOut === 0) return {};
  log('LEDGER_SHORTENED', { consumer, ...version, leftOut });
  return { leftOut };
}

/**
 * Before the mint: that the next value will fit, and read back. A secret without a value takes any.
 * @throws {SecretTextError}
 */
export function assertValueFits(
  services: Pick<Services, 'clock'>,
  { tokenKey }: ConsumerSettings,
  mint: Mint,
  userId: string,
): void {
  const { start, ledger } = mint;
  if (start === undefined) return;
  assertTextFits(start.text, tokenKey, draft(services, start, mint, userId, PLACEHOLDER_IDS), ledger.mayGo);
}

/** As long as the real ones, which only the mint brings. */
const PLACEHOLDER_IDS = { id: '0'.repeat(36), authorizationId: '0'.repeat(16) };

/** The next version's document, except for the token's hash. */
function draft(
  { clock }: Pick<Services, 'clock'>,
  { identity, versionId }: StartingVersion,
  { target, ledger, changes, into }: Mint,
  userId: string,
  ids: Pick<RotationDocument, 'id' | 'authorizationId'>,
): RotationDocument {
  const now = clock.now();
  return {
    ...ids,
    identity,
    orgId: target.orgId,
    userId,
    tokenHash: '',
    permissionsHash: permissionsHash(target.grant(userId)),
    mintedAt: now,
    superseded: supersededSince(ledger, now),
    copiedAt: [],
    changes,
    ...(into !== undefined && { replaces: versionId }),
  };
}
