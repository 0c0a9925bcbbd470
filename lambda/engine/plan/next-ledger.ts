import type { Authorization } from '../../influxdb/authorization.ts';
import type { LedgerEntry, RotationDocument } from '../document/document.ts';
import { parseMarker } from '../document/marker.ts';
import type { MarkedRow } from '../observe/listing.ts';
import type { NextLedger } from './decision.ts';
import type { Facts } from './facts.ts';

/** A ledger entry that has yet to be superseded. */
export type Entry = Omit<LedgerEntry, 'since'>;

/** The document's own authorization and its ledger: what the sweep must not take for a stray. */
export function knownIds(document: RotationDocument): Set<string> {
  return new Set([document.authorizationId, ...document.superseded.map(({ authorizationId }) => authorizationId)]);
}

/** Younger than the lease: it may belong to a run that is alive, or to a request still under way. */
export function isYoung(marked: MarkedRow, facts: Facts): boolean {
  return youngUntil(marked, facts) > facts.now;
}

/** In milliseconds since the epoch. */
export function youngUntil({ row }: MarkedRow, { limits }: Pick<Facts, 'limits'>): number {
  return row.createdAt + limits.leaseMs;
}

/** What the next ledger adds to what the document names. */
export interface LedgerAdditions {
  /** The document's own authorization, where the next version holds another token. */
  readonly superseded?: Entry | undefined;
  readonly adopted?: Entry | undefined;
}

/** R9: the ledger that the next version carries, so that no older token is ever forgotten. */
export function nextLedger(
  facts: Facts,
  document: RotationDocument | undefined,
  marked: readonly MarkedRow[],
  { superseded, adopted }: LedgerAdditions,
): NextLedger {
  const known = document === undefined ? new Set<string>() : knownIds(document);
  const kept = (document?.superseded ?? []).filter(
    (entry) => entry.authorizationId !== document?.authorizationId && !isGone(facts, entry),
  );
  const named = new Set(kept.map(({ authorizationId }) => authorizationId));
  if (document !== undefined && superseded === undefined) named.add(document.authorizationId);
  const added: Entry[] = [];
  const add = (entry: Entry | undefined) => {
    if (entry === undefined || named.has(entry.authorizationId)) return;
    named.add(entry.authorizationId);
    added.push(entry);
  };
  add(superseded);
  for (const { row, marker } of marked) {
    // A young one that is dead is its run's, which finishes or undoes it. A live one must be named all the same: the
    // version to come takes a label from the one that holds its value.
    if (row.status !== 'active' && isYoung({ row, marker }, facts) && !known.has(row.id)) continue;
    add(entryOf(row));
  }
  add(adopted);
  return { kept, added };
}

export function entryOf(
  { id, userId, orgId }: Pick<Authorization, 'id' | 'userId' | 'orgId'>,
  rest: Partial<Entry> = {},
): Entry {
  return { authorizationId: id, userId, orgId, compromised: false, adopted: false, tokenHash: undefined, ...rest };
}

/** The document's own authorization, once the next version holds another token. */
export function ownEntry(
  { listing }: Facts,
  { authorizationId: id, userId, orgId, tokenHash: own }: RotationDocument,
): Entry {
  const description = listing.get(id)?.description;
  // A row whose marker was edited away is as hard to find again as one that never had it.
  const adopted = description !== undefined && parseMarker(description) === undefined;
  return entryOf({ id, userId, orgId }, { adopted, tokenHash: own });
}

/** True only where absence is proven; an entry that cannot be seen stays. */
export function isGone(facts: Facts, entry: Entry): boolean {
  if (facts.listing.get(entry.authorizationId) !== undefined) return false;
  // A marked row that comes back is found by its marker, an adopted one by nothing but this ledger.
  if (!entry.adopted && facts.listing.shows(entry)) return true;
  return facts.answers.authorization(entry.authorizationId).kind === 'gone';
}
