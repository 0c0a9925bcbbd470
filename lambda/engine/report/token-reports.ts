import { readSecretContent } from '../document/document.ts';
import { fingerprintOf, isSameIdentity } from '../document/marker.ts';
import type { Facts } from '../plan/facts.ts';
import { isYoung } from '../plan/next-ledger.ts';
import { mintedAt } from '../plan/reason-to-rotate.ts';
import type { TokenReport } from './report.ts';

/** The tokens of one consumer as the lists and its document show them. */
export function describeTokens(facts: Facts): TokenReport[] {
  const { reading, settings, listing, now, limits } = facts;
  if (reading.kind !== 'value') return [];
  const identity = { deployment: facts.deployment, consumer: settings.name, fingerprint: fingerprintOf(reading.arn) };
  const content = readSecretContent(reading.text, reading.versionId, settings.tokenKey);
  const owned =
    'document' in content && content.kind !== 'foreign' && isSameIdentity(content.document.identity, identity);
  const document = owned ? content.document : undefined;
  const tokens: TokenReport[] = [];
  const describe = (
    authorizationId: string,
    role: TokenReport['role'],
    minted: number | undefined,
    supersededAt?: number,
  ) => {
    const row = listing.get(authorizationId);
    const since = minted ?? row?.createdAt;
    tokens.push({
      authorizationId,
      role,
      status: row?.status ?? 'gone',
      mintedAt: since === undefined ? undefined : new Date(since).toISOString(),
      supersededAt: supersededAt === undefined ? undefined : new Date(supersededAt).toISOString(),
      overdue: row?.status === 'active' && since !== undefined && since + settings.maxTokenAgeMs < now,
    });
  };
  if (document !== undefined) {
    const row = listing.get(document.authorizationId);
    describe(
      document.authorizationId,
      'current',
      row === undefined ? document.mintedAt : mintedAt(document, row, limits.clockToleranceMs),
    );
    for (const { authorizationId, since } of document.superseded)
      describe(authorizationId, 'superseded', undefined, since);
  }
  const named = new Set(tokens.map(({ authorizationId }) => authorizationId));
  for (const marked of listing.markedAs(identity)) {
    if (!named.has(marked.row.id)) describe(marked.row.id, isYoung(marked, facts) ? 'pending' : 'stray', undefined);
  }
  return tokens;
}
