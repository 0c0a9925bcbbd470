import { type LedgerEntry, type RotationDocument, tokenHash } from '../document/document.ts';
import { type Identity, isSameIdentity, markerHash, parseMarker } from '../document/marker.ts';
import type { MarkedRow } from '../observe/listing.ts';
import { contentOf } from '../observe/observed-secret.ts';
import { adoptedEntry, isAdopted } from './adoption.ts';
import { isLeakAsked } from './asked.ts';
import { isCurrentCompromised, isNoted } from './compromised.ts';
import { type Entry, entryOf, findEntry } from './entry.ts';
import type { Facts } from './facts.ts';
import type { NextLedger } from './steps.ts';

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

/** What the next ledger is made from. */
export interface LedgerSource {
  readonly identity: Identity;
  /** Undefined where the secret has no document of this consumer's. */
  readonly document: RotationDocument | undefined;
  /** The document stands beside a token that it does not speak of: of its ledger only marked rows count. */
  readonly copied?: boolean;
  /** What the version before says, where the present one has no document: it may name tokens in an org that no list shows. */
  readonly former?: RotationDocument | undefined;
  /** The authorizations of this consumer by their marker that count: see `countedRows`. */
  readonly marked: readonly MarkedRow[];
  /** The next version holds another token than this document's. */
  readonly supersedes: boolean;
}

/** R9: the ledger that the next version carries, so that no older token is ever forgotten. */
export function nextLedger(facts: Facts, source: LedgerSource): NextLedger {
  const { document, marked, supersedes } = source;
  const known = document === undefined ? new Set<string>() : knownIds(document);
  // Where the current token has no row to note it on, the operator's word is all that says so.
  const leaked = isLeakAsked(facts) || (document !== undefined && isNoted(facts, document));
  // An operator says that it leaked: what no run may end is named all the same, as the memory that it lives.
  const livesOn = ({ authorizationId }: Entry) => leaked && !source.copied && isUnmarked(facts, authorizationId);
  const carried = (document?.superseded ?? []).filter(
    (entry) =>
      entry.authorizationId !== document?.authorizationId && (isStillOurs(facts, source, entry) || livesOn(entry)),
  );
  // Somebody put its token into the secret again, so the next version supersedes it once more.
  const again = carried.filter((entry) => isHeld(facts, entry));
  const kept = carried.filter((entry) => !again.includes(entry));
  const named = new Set(kept.map(({ authorizationId }) => authorizationId));
  if (document !== undefined && !supersedes) named.add(document.authorizationId);
  const added: Entry[] = [];
  const add = (entry: Entry | undefined) => {
    if (entry === undefined || named.has(entry.authorizationId)) return;
    named.add(entry.authorizationId);
    added.push(entry);
  };
  if (document !== undefined && supersedes) {
    const own = ownEntry(facts, document);
    const isToldOf = isLeakAsked(facts) && !source.copied && facts.listing.get(document.authorizationId) !== undefined;
    if (isToldOf || isStillOurs(facts, source, own)) add(own);
  }
  for (const { since, ...entry } of again) add(entry);
  for (const { row, marker } of marked) {
    // A young one that is dead is its run's, which finishes or undoes it. A live one must be named all the same: the
    // version to come takes a label from the one that holds its value.
    if (row.status !== 'active' && isYoung({ row, marker }, facts) && !known.has(row.id)) continue;
    add(entryOf(row, { compromised: marker.compromised }));
  }
  for (const entry of outOfSight(facts, source)) add(entry);
  add(adoptedEntry(facts));
  const own = document !== undefined && supersedes ? document.authorizationId : undefined;
  const all = leaked ? { kept: kept.map(asLeaked), added: added.map(asLeaked) } : { kept, added };
  return { ...all, mayGo: mayGo(source, all.kept, all.added).filter((id) => id !== own) };
}

/** T5: the org was changed after somebody had put a value without a document. No run would list the other org again. */
function outOfSight(facts: Facts, { identity, former }: LedgerSource): Entry[] {
  if (former === undefined) return [];
  const older = former.superseded.map(({ since, ...entry }) => entry);
  return [ownEntry(facts, former), ...older].filter(
    (entry) =>
      facts.listing.get(entry.authorizationId) === undefined &&
      isStillOurs(facts, { identity, marked: [], document: undefined, supersedes: true }, entry),
  );
}

/** The same without this token, which the next version holds: a token is never superseded by itself. */
export function ledgerWithout({ kept, added, mayGo }: NextLedger, authorizationId: string): NextLedger {
  const others = <E extends Entry>(entries: readonly E[]) =>
    entries.filter((entry) => entry.authorizationId !== authorizationId);
  return { kept: others(kept), added: others(added), mayGo: mayGo.filter((id) => id !== authorizationId) };
}

/** Whoever got hold of the current token may have had those before it, too (H17). */
function asLeaked<E extends Entry>(entry: E): E {
  return { ...entry, compromised: true };
}

/** The secret's value is this token, whatever its document says. */
function isHeld({ secret, listing }: Facts, entry: LedgerEntry): boolean {
  const token = contentOf(secret)?.token;
  if (token === undefined) return false;
  const marked = listing.markerOf(entry.authorizationId)?.tokenHash;
  return marked === undefined ? entry.tokenHash === tokenHash(token) : marked === markerHash(token);
}

/**
 * U6: an entry without a marker behind it is all that is known of its token, and one that leaked must be known to have.
 * The others end without an entry, too. The oldest goes first, and what the version before holds never.
 */
function mayGo({ marked }: LedgerSource, kept: readonly LedgerEntry[], added: readonly Entry[]): string[] {
  const markers = new Map(marked.map(({ row, marker }) => [row.id, { marker, createdAt: row.createdAt }]));
  const goes = ({ authorizationId, compromised }: Entry) =>
    !compromised && markers.get(authorizationId)?.marker.adopted === false;
  const madeAt = ({ authorizationId }: Entry) => markers.get(authorizationId)?.createdAt ?? 0;
  return [
    ...kept.filter(goes).toSorted((one, other) => one.since - other.since),
    ...added.filter(goes).toSorted((one, other) => madeAt(one) - madeAt(other)),
  ].map(({ authorizationId }) => authorizationId);
}

/** The document's own authorization, once the next version holds another token. */
export function ownEntry(facts: Pick<Facts, 'listing'>, document: RotationDocument): Entry {
  const { authorizationId: id, userId, orgId, tokenHash } = document;
  return entryOf({ id, userId, orgId }, { tokenHash, compromised: isCurrentCompromised(facts, document) });
}

/**
 * Is this entry worth carrying? One that is gone is not, nor one that nothing gives us the right to end: somebody who
 * can write the secret could fill it with such. What cannot be seen stays.
 */
function isStillOurs(facts: Facts, { identity, copied = false }: LedgerSource, entry: Entry | LedgerEntry): boolean {
  const { authorizationId } = entry;
  const { listing, answers } = facts;
  // One that is not looked up is swept without the ledger, if it has our marker.
  if (listing.get(authorizationId) === undefined && (copied || !answers.canLookUp(authorizationId))) return false;
  const found = findEntry(facts, entry);
  if (found.kind !== 'found') return found.kind === 'unseen';
  return isMarked(found.row.description, identity) || isAdopted(facts, found.row);
}

function isUnmarked({ listing }: Facts, authorizationId: string): boolean {
  return listing.get(authorizationId) !== undefined && listing.markerOf(authorizationId) === undefined;
}

function isMarked(description: string, identity: Identity): boolean {
  const marker = parseMarker(description);
  return marker !== undefined && isSameIdentity(marker, identity);
}
