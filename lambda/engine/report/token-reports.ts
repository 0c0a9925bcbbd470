import { identityOf } from '../document/marker.ts';
import { ownDocument } from '../document/own.ts';
import type { Facts } from '../plan/facts.ts';
import { isYoung } from '../plan/next-ledger.ts';
import { mintedAt } from '../plan/reason-to-rotate.ts';
import type { TokenReport } from './report.ts';

/** The tokens of one consumer as the lists and its document show them. */
export function describeTokens(facts: Facts): TokenReport[] {
  const { secret, settings, listing, limits } = facts;
  if (secret.kind !== 'value') return [];
  const identity = identityOf(facts.deployment, settings.name, secret.arn);
  const document = ownDocument(secret.content, identity);
  const tokens: TokenReport[] = [];
  if (document !== undefined) {
    const { authorizationId } = document;
    const row = listing.get(authorizationId);
    const minted = row === undefined ? document.mintedAt : mintedAt(document, row, limits.clockToleranceMs);
    tokens.push(describeToken(facts, authorizationId, 'current', minted));
    for (const entry of document.superseded)
      tokens.push(describeToken(facts, entry.authorizationId, 'superseded', undefined, entry.since));
  }
  const named = new Set(tokens.map(({ authorizationId }) => authorizationId));
  for (const marked of listing.markedAs(identity)) {
    const role = isYoung(marked, facts) ? 'pending' : 'stray';
    if (!named.has(marked.row.id)) tokens.push(describeToken(facts, marked.row.id, role));
  }
  return tokens;
}

/** @param minted where something knows it better than the row; like `supersededAt` in milliseconds since the epoch. */
function describeToken(
  { listing, settings, now }: Facts,
  authorizationId: string,
  role: TokenReport['role'],
  minted?: number,
  supersededAt?: number,
): TokenReport {
  const row = listing.get(authorizationId);
  const since = minted ?? row?.createdAt;
  return {
    authorizationId,
    role,
    status: row?.status ?? 'gone',
    mintedAt: since === undefined ? undefined : new Date(since).toISOString(),
    supersededAt: supersededAt === undefined ? undefined : new Date(supersededAt).toISOString(),
    overdue: row?.status === 'active' && since !== undefined && since + settings.maxTokenAgeMs < now,
  };
}
