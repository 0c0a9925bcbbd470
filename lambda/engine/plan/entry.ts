import type { Authorization } from '../../influxdb/authorization.ts';
import type { AuthorizationLookup } from '../../influxdb/lookup.ts';
import type { LedgerEntry } from '../document/document.ts';
import type { Facts } from './facts.ts';

/** A ledger entry that has yet to be superseded. */
export type Entry = Omit<LedgerEntry, 'since'>;

export function entryOf(
  { id, userId, orgId }: Pick<Authorization, 'id' | 'userId' | 'orgId'>,
  rest: Partial<Entry> = {},
): Entry {
  return { authorizationId: id, userId, orgId, compromised: false, tokenHash: undefined, ...rest };
}

/** The authorization of an entry: as a list shows it, or else as a look by its id does. */
export function findEntry({ listing, answers }: Facts, entry: Entry): AuthorizationLookup {
  const row = listing.get(entry.authorizationId);
  if (row !== undefined) return { kind: 'found', row };
  if (listing.shows(entry)) return { kind: 'gone' };
  return answers.authorization(entry.authorizationId);
}
