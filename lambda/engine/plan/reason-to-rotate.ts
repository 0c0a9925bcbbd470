import { formatDuration } from '../../config/duration.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import { permissionsHash } from '../../influxdb/permissions.ts';
import type { OwnedContent, RotationDocument } from '../document/document.ts';
import type { Facts, Target } from './facts.ts';

export type Due =
  | { readonly kind: 'due'; readonly reason: string }
  | { readonly kind: 'not-yet'; readonly inMs: number };

/** R8: why a working token is replaced; the first reason that holds is the one shown. */
export function reasonToMint(
  facts: Facts,
  target: Target,
  { document, token }: Pick<OwnedContent, 'document' | 'token'>,
  row: Authorization,
): Due {
  const { now, limits, settings } = facts;
  const dueAt = mintedAt(document, row, limits.clockToleranceMs) + settings.rotateEveryMs;
  if (dueAt <= now) return { kind: 'due', reason: `due: older than ${formatDuration(settings.rotateEveryMs)}` };
  if (permissionsHash(target.grant(target.userId ?? row.userId)) !== document.permissionsHash)
    return { kind: 'due', reason: 'permissions changed' };
  if (target.userId !== row.userId) return { kind: 'due', reason: 'owner changed' };
  if (token === undefined)
    return { kind: 'due', reason: `the secret holds no token under its key "${settings.tokenKey}"` };
  return { kind: 'not-yet', inMs: dueAt - now };
}

/** When the token was minted. An edit of the secret must not restart its clock, so a doubtful date yields to the row's. */
export function mintedAt(document: RotationDocument, row: Authorization, toleranceMs: number): number {
  return Math.abs(document.mintedAt - row.createdAt) > toleranceMs ? row.createdAt : document.mintedAt;
}
