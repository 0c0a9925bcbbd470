import type { Authorization } from '../../influxdb/authorization.ts';
import type { LedgerEntry } from '../document/document.ts';

/** A ledger entry that has yet to be superseded. */
export type Entry = Omit<LedgerEntry, 'since'>;

export function entryOf(
  { id, userId, orgId }: Pick<Authorization, 'id' | 'userId' | 'orgId'>,
  rest: Partial<Entry> = {},
): Entry {
  return { authorizationId: id, userId, orgId, compromised: false, tokenHash: undefined, ...rest };
}
