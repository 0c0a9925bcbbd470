import type { Configuration } from '../../config/configuration.ts';
import { type SecretContent, tokenHash } from '../document/document.ts';
import type { Listing } from '../plan/facts.ts';

/** An authorization that is in use: by a consumer, or by the rotator itself (`consumer` undefined). */
export interface Claim {
  readonly authorizationId: string;
  readonly consumer: string | undefined;
  readonly reason: string;
  /** In milliseconds since the epoch; undefined for good. */
  readonly until?: number;
}

/** What each consumer's secret holds; undefined where it could not be read. */
type Contents = ReadonlyMap<string, SecretContent | undefined>;

/** Everything that is in use, and by whom. */
export function findClaims(
  configuration: Configuration,
  contents: Contents,
  listing: Listing,
  rotatorToken: string,
): Claim[] {
  return [
    ...claimsById(contents),
    ...claimsByLedger(configuration, contents),
    ...claimsByValue(listing, contents, rotatorToken),
  ];
}

function* claimsById(contents: Contents): Generator<Claim> {
  for (const [consumer, content] of contents) {
    if (content === undefined || !('document' in content) || content.kind === 'foreign') continue;
    yield {
      authorizationId: content.document.authorizationId,
      consumer,
      reason: `it is the current one of consumer ${consumer}`,
    };
  }
}

/** Two consumers may have shared a token before they were served: each has a grace period of its own. */
function* claimsByLedger({ consumers, limits }: Configuration, contents: Contents): Generator<Claim> {
  for (const { name, gracePeriodMs } of consumers) {
    const content = contents.get(name);
    if (content === undefined || !('document' in content)) continue;
    for (const { authorizationId, since, compromised } of content.document.superseded) {
      if (compromised) continue;
      const until = since + limits.leaseMs + gracePeriodMs;
      yield { authorizationId, consumer: name, until, reason: `consumer ${name}'s readers may still hold it` };
    }
  }
}

/**
 * What another secret holds must not be switched off, whoever made it. The value is found by its hash where a document
 * notes one, and on servers without token hashing in the rows themselves.
 */
function* claimsByValue(listing: Listing, contents: Contents, rotatorToken: string): Generator<Claim> {
  const authorizationsOf = new Map<string, Set<string>>();
  const link = (hash: string | undefined, authorizationId: string) => {
    if (hash === undefined) return;
    authorizationsOf.set(hash, (authorizationsOf.get(hash) ?? new Set()).add(authorizationId));
  };
  for (const row of listing.rows())
    if (row.token !== '' && row.token !== 'redacted') link(tokenHash(row.token), row.id);
  for (const content of contents.values()) {
    if (content === undefined || !('document' in content)) continue;
    link(content.document.tokenHash, content.document.authorizationId);
    for (const entry of content.document.superseded) link(entry.tokenHash, entry.authorizationId);
  }
  const claimed = (token: string) => authorizationsOf.get(tokenHash(token)) ?? [];
  for (const authorizationId of claimed(rotatorToken)) {
    yield { authorizationId, consumer: undefined, reason: 'the rotator itself uses it' };
  }
  for (const [consumer, content] of contents) {
    if (content?.token === undefined) continue;
    for (const authorizationId of claimed(content.token)) {
      yield { authorizationId, consumer, reason: `the secret of consumer ${consumer} holds it` };
    }
  }
}
