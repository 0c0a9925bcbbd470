import type { ConsumerSettings } from '../../config/configuration.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import { describePermission, permissionsHash } from '../../influxdb/permissions.ts';
import { type RotationDocument, tokenHash } from '../document/document.ts';
import { formatMarker } from '../document/marker.ts';
import { assertTextFits, writeSecretText } from '../document/secret-text.ts';
import type { Base, Mint } from '../plan/decision.ts';
import { prepareBase, prepareOwner } from './first-version.ts';
import { activate, type Minted, promote, store, undo, verify } from './new-token.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';

/** What a finished rotation made. */
export interface Rotated {
  readonly authorizationId: string;
  readonly versionId: string;
}

/**
 * Mints, stores, activates, verifies and promotes: at no moment is a token live whose value is stored nowhere. Whatever
 * fails for certain is undone; what stays unanswered is left for the next run to tidy.
 *
 * @throws {RotationError | CallError | OutOfTimeError | SecretTextError}
 */
export async function rotate(services: Services, settings: ConsumerSettings, mint: Mint): Promise<Rotated> {
  const { log } = services;
  const base = await prepareBase(services, settings, mint);
  const userId = mint.target.userId ?? (await prepareOwner(services, settings));
  const asked = permissionsHash(mint.target.grant(userId));
  assertTextFits(base.text, settings.tokenKey, draft(services, base, mint, userId, PLACEHOLDER_IDS));

  const { rotationId, authorization } = await mintInactive(services, settings, base, mint, userId);
  const minted: Minted = {
    settings,
    base,
    authorization,
    versionId: rotationId,
    tainted: false,
    stored: false,
    live: false,
  };
  log.info('TOKEN_MINTED', {
    consumer: settings.name,
    authorizationId: authorization.id,
    rotationId,
    userId,
    permissionsHash: asked,
  });
  try {
    assertAsAsked(authorization, { orgId: mint.target.orgId, userId, hash: asked });
    const document = draft(services, base, mint, userId, { id: rotationId, authorizationId: authorization.id });
    const text = writeSecretText(base.text, settings.tokenKey, authorization.token, {
      ...document,
      tokenHash: tokenHash(authorization.token),
    });
    await store(services, minted, text);
    await activate(services, minted);
    await verify(services, minted, mint.urgent);
    await promote(services, minted);
  } catch (error) {
    await undo(services, minted, error);
    throw error;
  }
  return { authorizationId: authorization.id, versionId: rotationId };
}

/** As long as the real ones, which only the mint brings. */
const PLACEHOLDER_IDS = { id: '0'.repeat(36), authorizationId: '0'.repeat(16) };

/** The next version's document, but for the token's hash. */
function draft(
  { clock }: Services,
  { identity }: Base,
  { target, ledger }: Mint,
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
    superseded: [...ledger.kept, ...ledger.added.map((entry) => ({ ...entry, since: now }))],
  };
}

/**
 * Makes a dead authorization: until it is activated it works for nobody, so that one whose answer is lost does no harm.
 * An unanswered attempt may have made its row, so the one more that follows has an id of its own.
 */
async function mintInactive(
  { influxdb, log, newId }: Services,
  settings: ConsumerSettings,
  { identity }: Base,
  { target }: Mint,
  userId: string,
): Promise<{ rotationId: string; authorization: Authorization }> {
  for (let attempt = 1; ; attempt += 1) {
    const rotationId = newId();
    let unanswered = false;
    try {
      const authorization = await influxdb.createAuthorization(
        {
          orgId: target.orgId,
          userId,
          status: 'inactive',
          description: formatMarker(identity, rotationId),
          permissions: target.grant(userId),
        },
        {
          onUnanswered: () => {
            unanswered = true;
          },
        },
      );
      return { rotationId, authorization };
    } catch (error) {
      if (!unanswered) throw error;
      log.warn('MINT_UNANSWERED', { consumer: settings.name, rotationId });
      if (attempt === 2) throw error;
    }
  }
}

/** A server that drops a bucket's id grants the whole org: that must show before the token ever works. */
function assertAsAsked(made: Authorization, asked: { orgId: string; userId: string; hash: string }): void {
  const wrong = [
    made.status === 'inactive' ? undefined : `status ${made.status} instead of inactive`,
    made.orgId === asked.orgId ? undefined : `org ${made.orgId} instead of ${asked.orgId}`,
    made.userId === asked.userId ? undefined : `owner ${made.userId} instead of ${asked.userId}`,
    permissionsHash(made.permissions) === asked.hash
      ? undefined
      : `permissions ${made.permissions.map(describePermission).join(', ') || 'none'}`,
    made.token === '' ? 'no token' : undefined,
  ].filter((difference) => difference !== undefined);
  if (wrong.length > 0)
    throw new RotationError(
      `InfluxDB made another authorization than was asked for (${wrong.join('; ')}); it is not used`,
    );
}
