import { tokenHash } from '../document/document.ts';
import { namedIn } from '../document/own.ts';
import { type Listing, showsToken } from './listing.ts';
import { contentOf, type ObservedSecret } from './observed-secret.ts';

/** Whose a value is: by the hash where a document notes one, and on servers without token hashing by the rows. */
export function authorizationsByHash(
  secrets: ReadonlyMap<string, ObservedSecret>,
  listing: Listing,
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const link = (hash: string | undefined, authorizationId: string) => {
    if (hash === undefined) return;
    const ids = found.get(hash);
    found.set(hash, ids?.add(authorizationId) ?? new Set([authorizationId]));
  };
  for (const row of listing.rows()) if (showsToken(row)) link(tokenHash(row.token), row.id);
  for (const secret of secrets.values()) {
    for (const named of namedIn(contentOf(secret)) ?? []) link(named.tokenHash, named.authorizationId);
  }
  return found;
}
