import type { Authorization } from '../../influxdb/authorization.ts';
import type { SecretDescription } from '../../secrets-manager/secret.ts';
import { graceEndsAt } from '../document/grace.ts';
import { type Identity, type Marker, markerHash } from '../document/marker.ts';
import { currentIn } from '../document/own.ts';
import type { MarkedRow } from '../observe/listing.ts';
import type { SeenVersion } from '../observe/question.ts';
import { mayBeCurrentUntil } from './exempt.ts';
import type { Facts } from './facts.ts';

// T4: how long an older token is waited for. Whoever writes the secret can renew all that the secret says, as often as
// they like. So each wait ends by what the server says of the rows, which they cannot write.

/** The secret's own side of an older token: whose it is, and what else is known of its versions. */
export interface Holder {
  readonly identity: Identity;
  /** The id of the version that the document stands in, and of the authorization that it names, where there is one. */
  readonly documentId: string | undefined;
  readonly currentId: string | undefined;
  /** When the current version was made, in milliseconds since the epoch. */
  readonly since: number;
  /** The authorizations with the marker of this consumer. */
  readonly marked: readonly MarkedRow[];
}

/** A token that waits for its end. */
export interface OlderToken {
  readonly row: Authorization;
  readonly marker: Marker | undefined;
  /** When it was current for the last time, as far as the secret says; in milliseconds since the epoch. */
  readonly claimed: number;
}

/** From then on no consumer that caches for less than the grace period holds it, if no label was moved by hand. */
export function graceOverAt(facts: Facts, holder: Holder, token: OlderToken): number {
  const { limits, settings } = facts;
  const last = lastCurrentByRows(facts, holder, token.row);
  // Only a retirement ends the current token: at the latest when one that is superseded at its activation would end.
  const latest = token.row.id === holder.currentId ? last + 2 * settings.gracePeriodMs : last;
  return graceEndsAt(Math.min(token.claimed, latest), limits, settings);
}

/**
 * When its wait is over, as things are now: after the grace period, and once the secret has rested for another, since a
 * label may have been moved by hand. Something that changes the secret every day must not starve the end, so the wait
 * for rest is bounded.
 */
export function settlesAt(facts: Facts, holder: Holder, token: OlderToken): number {
  const { now, settings, answers } = facts;
  const description = answers.description();
  const graceOver = graceOverAt(facts, holder, token);
  if (description?.lastChangedAt === undefined) return Math.max(graceOver, now + settings.gracePeriodMs);
  const rested = description.lastChangedAt + settings.gracePeriodMs;
  const settled = Math.max(graceOver, rested);
  if (settled <= now) return settled;
  return Math.max(graceOver, Math.min(rested, boundOf(facts, holder, token, description)));
}

/**
 * The same for a token that no ledger names: `claimed` is then only the time of the last change. The labels may say
 * better since when it cannot have been current.
 */
export function unnamedSettlesAt(facts: Facts, holder: Holder, token: OlderToken): number {
  const { now, limits, settings } = facts;
  const settled = settlesAt(facts, holder, token);
  if (settled <= now) return settled;
  const ruledOut = ruledOutSince(facts, holder, token);
  return ruledOut === undefined ? settled : Math.min(settled, graceEndsAt(ruledOut, limits, settings));
}

/**
 * When it was current for the last time at the latest. A newer token of ours that is current was put by the run that made
 * it, so within a lease. Otherwise the token would have been replaced before it was too old, or when its exception ended.
 */
function lastCurrentByRows({ limits, settings }: Facts, holder: Holder, row: Authorization): number {
  if (row.id === holder.currentId) return row.updatedAt;
  const current = currentRow(holder);
  if (current !== undefined && current.createdAt > row.createdAt) return current.createdAt + limits.leaseMs;
  return mayBeCurrentUntil(settings, row.createdAt);
}

/** The rows say that its grace period is over, if nobody moved a label: a claim that says otherwise is looked into. */
export function isPastByRows({ now, limits, settings }: Facts, holder: Holder, row: Authorization): boolean {
  const last = Math.max(row.updatedAt, currentRow(holder)?.createdAt ?? 0);
  return last + 2 * limits.leaseMs + settings.gracePeriodMs <= now;
}

function currentRow({ currentId, marked }: Holder): Authorization | undefined {
  return marked.find(({ row }) => row.id === currentId)?.row;
}

/** When the wait for rest ends, whatever changes the secret; never, while `AWSPREVIOUS` holds the token. */
function boundOf(facts: Facts, holder: Holder, token: OlderToken, description: SecretDescription): number {
  const { limits, settings } = facts;
  const { row, claimed } = token;
  const waitMs = limits.leaseMs + 3 * settings.gracePeriodMs;
  switch (backInUse(facts, holder, token, description)) {
    case 'no':
      return Math.min(claimed, lastCurrentByRows(facts, holder, row)) + waitMs;
    case 'perhaps': {
      const newest = Math.max(row.createdAt, currentRow(holder)?.createdAt ?? 0);
      return mayBeCurrentUntil(settings, newest) + waitMs;
    }
    case 'yes':
      return Number.POSITIVE_INFINITY;
  }
}

/** Was it current again after the time that the secret claims? Only the labels can tell. */
function backInUse(
  facts: Facts,
  holder: Holder,
  { row, marker }: OlderToken,
  { previous }: SecretDescription,
): 'yes' | 'no' | 'perhaps' {
  if (row.id === holder.currentId) return 'no';
  // Only a label that was moved back makes an older version current.
  const movedBack = holder.since < row.createdAt;
  if (previous === undefined) return movedBack ? 'perhaps' : 'no';
  if (previous === marker?.rotationId) return 'yes';
  if (isKnownVersion(previous, holder)) return movedBack ? 'perhaps' : 'no';
  const version = facts.answers.version('AWSPREVIOUS');
  if (version === undefined) return 'perhaps';
  if (holds(facts, version, row, marker)) return 'yes';
  if (holder.currentId !== undefined && currentIn(version.content) === holder.currentId)
    return movedBack ? 'perhaps' : 'no';
  // Of unknown origin. If it was put after the current version, a label was moved.
  return movedBack || version.createdAt >= holder.since ? 'perhaps' : 'no';
}

/** The current version, and those that the marked rows were minted for. */
function isKnownVersion(versionId: string, { documentId, marked }: Holder): boolean {
  return versionId === documentId || marked.some(({ marker }) => marker.rotationId === versionId);
}

/**
 * Both labels are on versions that were put after the token was made, one after the other, and hold something else: so it
 * has not been current since the older of them.
 */
function ruledOutSince(facts: Facts, { since }: Holder, { row, marker }: OlderToken): number | undefined {
  const previous = facts.answers.version('AWSPREVIOUS');
  if (previous === undefined || previous.createdAt >= since) return undefined;
  if (previous.createdAt < row.createdAt + facts.limits.clockToleranceMs) return undefined;
  return holds(facts, previous, row, marker) ? undefined : previous.createdAt;
}

/** By the hash in its marker, or else by the document, or else by whose token InfluxDB says that it is. */
function holds(
  { answers }: Facts,
  { versionId, content }: SeenVersion,
  row: Authorization,
  marker: Marker | undefined,
): boolean {
  if (versionId === marker?.rotationId) return true;
  const { token } = content;
  if (token !== undefined && marker?.tokenHash !== undefined) return markerHash(token) === marker.tokenHash;
  const named = currentIn(content);
  if (named !== undefined) return named === row.id;
  return token !== undefined && answers.owner('AWSPREVIOUS') === row.userId;
}
