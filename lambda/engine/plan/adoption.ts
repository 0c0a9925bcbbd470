import type { Permission } from '../../config/permission.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import { bareToken } from '../../secrets-manager/plain-token.ts';
import { tokenHash } from '../document/document.ts';
import {
  describeIdentity,
  type Identity,
  identityOf,
  isSameIdentity,
  markerHash,
  parseMarker,
} from '../document/marker.ts';
import { currentIn, namedIn, ownDocument } from '../document/own.ts';
import { showsToken } from '../observe/listing.ts';
import { contentOf } from '../observe/observed-secret.ts';
import { Unanswered } from '../observe/question.ts';
import { type Entry, entryOf } from './entry.ts';
import type { Facts } from './facts.ts';

// The one way to end an authorization without a marker of ours: this run's configuration names it, or says "auto".

/** The authorization to take over, or why there is none; undefined where the configuration asks for none. */
type Adoptee = { readonly row: Authorization } | NoAdoptee | undefined;

export interface NoAdoptee {
  readonly authorizationId: string | undefined;
  readonly why: string;
}

/** True if the configuration adopts this unmarked authorization. Whether it may be is another question. */
export function isAdopted(facts: Facts, { id }: Authorization): boolean {
  const { adopt } = facts.settings;
  if (adopt !== 'auto') return adopt === id;
  return adoptedRow(facts)?.id === id;
}

/** What the configuration adopts, where it can be told. */
export function adoptedRow(facts: Facts): Authorization | undefined {
  const found = adopteeOf(facts);
  return found !== undefined && 'row' in found ? found.row : undefined;
}

/** The same, after the plan: undefined where it had no reason to look. */
export function adoptedAsFarAsSeen(facts: Facts): Authorization | undefined {
  try {
    return adoptedRow(facts);
  } catch (error) {
    if (error instanceof Unanswered) return undefined;
    throw error;
  }
}

/** The ledger entry of what is adopted, if it exists, is nobody else's, and may be. */
export function adoptedEntry(facts: Facts): Entry | undefined {
  const found = adopteeOf(facts);
  if (found === undefined || !('row' in found) || whyNotAdopted(facts, found.row) !== undefined) return undefined;
  if (sharersOf(facts, found.row).length > 0) return undefined;
  const held = heldByHand(facts);
  return entryOf(found.row, { tokenHash: held === undefined ? undefined : tokenHash(held.token) });
}

/** Why this authorization may not be adopted, although the configuration wants it; undefined if it may. */
export function whyNotAdopted(facts: Facts, row: Authorization): string | undefined {
  const { protections } = facts;
  const protection = protections.of(row.id) ?? protections.inUse('', parseMarker(row.description)?.tokenHash)?.why;
  return protection ?? whyNever(facts, row);
}

/** The same, apart from who uses it now: what time does not change. */
export function whyNever(facts: Facts, row: Authorization): string | undefined {
  const { settings, target } = facts;
  if (showsToken(row) ? facts.isRotators(row.token) : holdsRotators(facts)) return ROTATORS_OWN;
  const { kind } = settings.access;
  if (isPrivileged(row.permissions) && kind !== 'all-access' && kind !== 'operator' && kind !== 'rotator')
    return 'it may write authorizations, which only "all-access" and "operator" tokens of a consumer may: is it a rotator\'s or an operator\'s own?';
  if (isPrivileged(row.permissions) && !showsToken(row) && kind !== 'rotator') {
    const rotatorsOwner = facts.answers.owner('rotator');
    if (rotatorsOwner === undefined || rotatorsOwner === row.userId)
      return "it may be the rotator's own: it may write authorizations, belongs to the user whom the rotator signs in as, and InfluxDB does not show its token";
  }
  const owner = ownerOfHeld(facts) ?? (target.kind === 'resolved' ? target.userId : undefined);
  if (owner === row.userId) return undefined;
  return owner === undefined
    ? 'nothing tells who owns the token that the secret holds: give "owner", or let the rotator see its user'
    : `it belongs to user ${row.userId}, but the token that the secret holds or should hold belongs to user ${owner}`;
}

const ROTATORS_OWN =
  'the secret holds the rotator\'s own token, which no consumer can adopt: do not delete that token, and take "adopt" out of the configuration';

/** The rotator's own token stands in the consumer's secret. */
export function holdsRotators({ secret, isRotators }: Facts): boolean {
  const token = contentOf(secret)?.token;
  return token !== undefined && isRotators(token);
}

/** The token that the secret holds now, where somebody else made it, or held before ours. */
function heldByHand({ secret, answers }: Facts): { token: string; of: Stage } | undefined {
  if (secret.kind !== 'value') return undefined;
  const { identity } = secret;
  if (ownDocument(secret.content, identity) === undefined)
    return secret.content.token === undefined ? undefined : { token: secret.content.token, of: 'AWSCURRENT' };
  const previous = answers.version('AWSPREVIOUS')?.content;
  const token = currentIn(previous) === undefined ? previous?.token : undefined;
  return token === undefined ? undefined : { token, of: 'AWSPREVIOUS' };
}

type Stage = 'AWSCURRENT' | 'AWSPREVIOUS';

/** The other consumers whose secrets hold the same token: none of them may lose it before all have moved on. */
export function sharersOf(facts: Facts, row: Authorization): readonly string[] {
  const token = valueOfAdopted(facts, row);
  return token === undefined ? [] : facts.others.sharers(token);
}

/** The token of what is adopted: by the row, or else what the secret holds or held before ours. */
export function valueOfAdopted(facts: Facts, row: Authorization): string | undefined {
  return showsToken(row) ? row.token : heldByHand(facts)?.token;
}

/** The user whose token somebody put into the secret, by InfluxDB's own word. */
function ownerOfHeld(facts: Facts): string | undefined {
  const held = heldByHand(facts);
  return held === undefined ? undefined : facts.answers.owner(held.of);
}

export function adopteeOf(facts: Facts): Adoptee {
  const { settings, listing } = facts;
  const { adopt } = settings;
  if (adopt === undefined) return undefined;
  if (adopt !== 'auto') {
    const row = listing.get(adopt);
    if (row === undefined) return { authorizationId: adopt, why: holdsRotators(facts) ? ROTATORS_OWN : UNSEEN };
    const marker = parseMarker(row.description);
    // One that is marked for this very consumer needs no adoption; one of another deployment is not ours to take.
    if (marker === undefined || (marker.deployment === facts.deployment && !isOwn(facts, marker))) return { row };
    if (isOwn(facts, marker)) return undefined;
    return { authorizationId: adopt, why: `its marker is that of ${describeIdentity(marker)}` };
  }
  const held = listing.hasUnmarked() ? heldByHand(facts) : undefined;
  if (held === undefined || isOursByValue(facts, held.token)) return undefined;
  const shown = listing.showing(bareToken(held.token));
  const exact = shown !== undefined && listing.markerOf(shown.id) === undefined ? shown : undefined;
  if (facts.isRotators(held.token)) return { authorizationId: exact?.id, why: ROTATORS_OWN };
  const owner = exact === undefined ? facts.answers.owner(held.of) : exact.userId;
  // Whoever can write the secret can put anybody's token there.
  if (facts.target.kind !== 'resolved' || owner !== facts.target.userId)
    return {
      authorizationId: undefined,
      why: `"auto" adopts only authorizations of the configured owner, and the secret's token is ${owner === undefined ? `of a user that InfluxDB does not tell${bareToken(held.token) === held.token ? '' : ', because more than the token stands there'}` : `of user ${owner}`}: give its id as "adopt"`,
    };
  if (exact !== undefined) return { row: exact };
  const candidates = (owner === undefined ? [] : listing.unmarkedOf(owner)).filter(
    (row) => row.status === 'active' && !showsToken(row) && facts.protections.of(row.id) === undefined,
  );
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return { row: only };
  const ids = candidates.map(({ id }) => id).join(', ') || 'none that can be seen';
  return {
    authorizationId: undefined,
    why: `"auto" finds no single authorization that the secret's token can be (candidates: ${ids}): give its id as "adopt"`,
  };
}

/**
 * The consumer has a token of ours, and what the configuration adopts is not among those of its owner, which the list
 * shows: most likely it was ended, by us or by hand.
 */
export function isAdopteeGone(facts: Facts, id: string): boolean {
  const { listing, secret, target } = facts;
  if (secret.kind !== 'value' || ownDocument(secret.content, secret.identity) === undefined) return false;
  if (listing.get(id) !== undefined || holdsRotators(facts) || target.kind !== 'resolved') return false;
  const { orgId, userId } = target;
  return userId !== undefined && listing.shows({ orgId, userId });
}

const UNSEEN = "no list shows it: it is gone, or the rotator's token may not see it";

/** A token that we made, as a marker, a row that shows it, or the document before says: nobody's to adopt. */
function isOursByValue({ listing, answers }: Facts, token: string): boolean {
  const row = listing.showing(token);
  const marked = listing.markedHashes().has(markerHash(token)) || (row && listing.markerOf(row.id)) !== undefined;
  const named = namedIn(answers.version('AWSPREVIOUS')?.content) ?? [];
  return marked || named.some((each) => each.tokenHash === tokenHash(token));
}

/** The marker of this consumer and this very secret. */
function isOwn({ secret, deployment, settings }: Facts, marker: Identity): boolean {
  return 'arn' in secret && isSameIdentity(marker, identityOf(deployment, settings.name, secret.arn));
}

/** It could make or end other tokens: one of these is hardly a consumer's. */
export function isPrivileged(permissions: readonly Permission[]): boolean {
  return permissions.some(({ action, resource }) => action === 'write' && resource.type === 'authorizations');
}
