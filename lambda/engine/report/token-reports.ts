import { identityOf } from '../document/marker.ts';
import { ownDocument } from '../document/own.ts';
import type { Facts } from '../plan/facts.ts';
import { isYoung } from '../plan/next-ledger.ts';
import { mintedAt } from '../plan/reason-to-rotate.ts';
import type { TokenReport } from './report.ts';

/** The tokens of one consumer as the lists and its document show them. */
export function reportTokens(facts: Facts): TokenReport[] {
  const { secret, settings, listing, limits } = facts;
  if (secret.kind !== 'value') return [];
  const identity = identityOf(facts.deployment, settings.name, secret.arn);
  const document = ownDocument(secret.content, identity);
  const tokens: TokenReport[] = [];
  if (document !== undefined) {
    const { authorizationId } = document;
    const row = listing.get(authorizationId);
    const minted = row === undefined ? document.mintedAt : mintedAt(document, row, limits.clockToleranceMs);
    tokens.push(reportToken(facts, { authorizationId, role: 'current', mintedAt: minted }));
    for (const { authorizationId, since } of document.superseded)
      tokens.push(reportToken(facts, { authorizationId, role: 'superseded', supersededAt: since }));
  }
  const named = new Set(tokens.map(({ authorizationId }) => authorizationId));
  for (const marked of listing.markedAs(identity)) {
    const role = isYoung(marked, facts) ? 'pending' : 'stray';
    const { id: authorizationId } = marked.row;
    if (!named.has(authorizationId)) tokens.push(reportToken(facts, { authorizationId, role }));
  }
  return tokens;
}

/** A token, and what is known of it besides its row. Times are milliseconds since the epoch. */
interface KnownToken {
  readonly authorizationId: string;
  readonly role: TokenReport['role'];
  /** Where something knows it better than the row. */
  readonly mintedAt?: number;
  readonly supersededAt?: number;
}

function reportToken({ listing, settings, now }: Facts, token: KnownToken): TokenReport {
  const { authorizationId, role, supersededAt } = token;
  const row = listing.get(authorizationId);
  const since = token.mintedAt ?? row?.createdAt;
  return {
    authorizationId,
    role,
    status: row?.status ?? 'gone',
    mintedAt: since === undefined ? undefined : new Date(since).toISOString(),
    supersededAt: supersededAt === undefined ? undefined : new Date(supersededAt).toISOString(),
    overdue: row?.status === 'active' && since !== undefined && since + settings.maxTokenAgeMs < now,
  };
}
