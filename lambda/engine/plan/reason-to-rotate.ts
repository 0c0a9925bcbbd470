import type { Authorization } from '../../influxdb/authorization.ts';
import { areSamePermissions } from '../../influxdb/permissions.ts';
import type { RotationDocument } from '../document/document.ts';
import { dueFrom } from '../document/due-from.ts';
import type { Target } from '../observe/target.ts';
import { nextAllowed } from './allowed.ts';
import { requested, rotationAsked } from './asked.ts';
import { isCurrentCompromised } from './compromised.ts';
import type { Facts } from './facts.ts';
import type { Reason } from './reason.ts';

type Due = Reason<
  | 'NEXT_ROTATION'
  | 'EXEMPT'
  | 'ROTATE_SECRET_CALLED'
  | 'YOUNGER_THAN_ASKED'
  | 'CURRENT_COMPROMISED'
  | 'REQUESTED'
  | 'DUE'
  | 'PERMISSIONS_CHANGED'
  | 'OWNER_CHANGED'
  | 'TOKEN_KEY_EMPTY'
>;

/** R8: why a working token is replaced, or when it will be; the first reason that holds is the one shown. */
export function reasonToRotate(
  facts: Facts,
  target: Target,
  { document, token }: { readonly document: RotationDocument; readonly token: string | undefined },
  row: Authorization,
): Due {
  const { now, limits, settings, asked } = facts;
  const { authorizationId } = document;
  if (isCurrentCompromised(facts, document)) return { code: 'CURRENT_COMPROMISED', authorizationId };
  const minted = mintedAt(document, row, limits.clockToleranceMs);
  const { minAgeMs = Number.POSITIVE_INFINITY } = rotationAsked(facts) ?? {};
  // By a clock that is behind the server's, a new token is not even zero old.
  const oldEnoughAt = minAgeMs === 0 ? now : minted + minAgeMs;
  if (asked !== undefined && oldEnoughAt <= now) return requested(asked);
  const { rotateEveryMs, rotateEarlyMs: earlyMs, tokenKey } = settings;
  if (token === undefined) return { code: 'TOKEN_KEY_EMPTY', tokenKey };
  const { exception } = settings;
  const dueAt = dueFrom(settings, minted);
  if (dueAt <= now) return { code: 'DUE', rotateEveryMs, ...(earlyMs > 0 && { earlyMs }) };
  // What the server granted counts, not what the document says of it (T3). The rotator's own rights only change with the
  // rotation that is due: they cannot grow without a person, and what they lose would take one to get back (H4).
  if (target.own === undefined && !areSamePermissions(target.grant(target.userId ?? row.userId), row.permissions))
    return { code: 'PERMISSIONS_CHANGED' };
  if (target.userId !== row.userId) return { code: 'OWNER_CHANGED' };
  if (facts.into !== undefined) return { code: 'ROTATE_SECRET_CALLED' };
  if (Number.isFinite(oldEnoughAt)) return { code: 'YOUNGER_THAN_ASKED', authorizationId, until: oldEnoughAt };
  const until = nextAllowed(settings, dueAt);
  if (dueAt === exception?.until)
    return { code: 'EXEMPT', why: exception.reason, approvedBy: exception.approvedBy, until };
  return { code: 'NEXT_ROTATION', until, inMs: until - now };
}

/** Since when a rotation is due, in milliseconds since the epoch; undefined where nothing tells. */
export function dueSince(
  { limits, settings }: Facts,
  { code }: Reason,
  document: RotationDocument,
  row: Authorization,
): number | undefined {
  if (code !== 'DUE') return undefined;
  return dueFrom(settings, mintedAt(document, row, limits.clockToleranceMs));
}

/**
 * When the token was minted. If document and row differ by more than clocks can, the row wins: editing the secret must
 * not make a token look younger.
 */
export function mintedAt(document: RotationDocument, row: Authorization, toleranceMs: number): number {
  return Math.abs(document.mintedAt - row.createdAt) > toleranceMs ? row.createdAt : document.mintedAt;
}
