import { DAY_MS } from '../../config/duration.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import { areSamePermissions } from '../../influxdb/permissions.ts';
import { askedHash, type Identity } from '../document/marker.ts';
import type { MarkedRow } from '../observe/listing.ts';
import type { Target } from '../observe/target.ts';
import { endingOf, remove, summarize } from './before-an-end.ts';
import type { Obstacle } from './decision.ts';
import type { Facts } from './facts.ts';
import type { EndStep } from './steps.ts';

// R14b, R14c: after a put that was refused, the authorization that was made for it stays, inactive, as the note of it: the
// servers are the only memory. A mint that a policy or a key keeps from being stored is tried once a day, not in every run.
// So is one whose token InfluxDB refused, or made with other permissions, as long as the configuration asks for the same.

/** It never worked, and its marker says why. */
function isNote({ row, marker }: MarkedRow): boolean {
  const { putRefused, verifyRefused = false, mintDiffers, tokenHash, adopted } = marker;
  const says = putRefused || verifyRefused || mintDiffers !== undefined;
  return says && tokenHash === undefined && !adopted && row.status === 'inactive';
}

function overAt({ row }: MarkedRow): number {
  return triedAgainAt(row);
}

/** When a mint that was refused is tried again, in milliseconds since the epoch. */
export function triedAgainAt({ createdAt }: Pick<Authorization, 'createdAt'>): number {
  return createdAt + DAY_MS;
}

/** A note that is younger than a day: the sweep leaves it. */
export function isFreshNote({ now }: Pick<Facts, 'now'>, marked: MarkedRow): boolean {
  return isNote(marked) && overAt(marked) > now;
}

/**
 * The wait after such a refusal. Only a row of the configured owner can be such a note: its marker can be copied onto any
 * other. The oldest counts, so that notes which somebody renews stop nothing for more than a day (T4).
 */
export function refusedLately(
  { now, target, settings: { secret } }: Facts,
  { marked }: { readonly marked: readonly MarkedRow[] },
): Obstacle | undefined {
  if (target.kind !== 'resolved') return undefined;
  const [oldest] = marked
    .filter((each) => isNote(each) && isAskedAgain(each, target))
    .toSorted((one, other) => overAt(one) - overAt(other));
  if (oldest === undefined || overAt(oldest) <= now) return undefined;
  const { row, marker } = oldest;
  const about = { authorizationId: row.id, until: overAt(oldest) };
  if (marker.mintDiffers !== undefined) return { state: 'failed', reason: { code: 'NEW_TOKEN_DIFFERS', ...about } };
  if (marker.verifyRefused) return { state: 'failed', reason: { code: 'NEW_TOKEN_REFUSED', ...about } };
  return { state: 'failed', reason: { code: 'PUT_REFUSED', secret, ...about } };
}

/** A token that was refused tells nothing of one with other permissions. */
function isAskedAgain({ row, marker }: MarkedRow, { orgId, userId, grant }: Target): boolean {
  if (userId === undefined || row.userId !== userId) return false;
  const { verifyRefused, mintDiffers } = marker;
  if (mintDiffers !== undefined) return row.orgId === orgId && mintDiffers === askedHash(grant(userId));
  if (!verifyRefused) return true;
  return row.orgId === orgId && areSamePermissions(row.permissions, grant(userId));
}

/** The notes that are over end before the next mint, whatever else is planned, so that they do not count again. */
export function endsOfNotes(facts: Facts, identity: Identity, marked: readonly MarkedRow[]): readonly EndStep[] {
  const over = marked.filter((each) => isNote(each) && overAt(each) <= facts.now);
  const endings = over.map(({ row }) => {
    const timely = () => remove({ code: 'NEVER_STORED', authorizationId: row.id });
    return endingOf(facts, { role: 'stray', row, identity, compromised: false, told: false, timely });
  });
  return summarize(facts, endings).ends;
}
