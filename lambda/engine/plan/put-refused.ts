import { DAY_MS } from '../../config/duration.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import type { Identity } from '../document/marker.ts';
import type { MarkedRow } from '../observe/listing.ts';
import { endingOf, remove, summarize } from './before-an-end.ts';
import type { Obstacle } from './decision.ts';
import type { Facts } from './facts.ts';
import type { EndStep } from './steps.ts';

// After a put that was refused, the authorization that was made for it stays, inactive, as the note of it: the servers
// are the only memory. A mint that a policy or a key keeps from being stored is tried once a day, not in every run.

/** It never worked, and its marker says that the secret did not take its value. */
function isNote({ row, marker }: MarkedRow): boolean {
  return marker.putRefused && marker.tokenHash === undefined && !marker.adopted && row.status === 'inactive';
}

function overAt({ row }: MarkedRow): number {
  return putTriedAgainAt(row);
}

/** When a mint is tried again whose put was refused, in milliseconds since the epoch. */
export function putTriedAgainAt({ createdAt }: Pick<Authorization, 'createdAt'>): number {
  return createdAt + DAY_MS;
}

/** A note that is younger than a day: the sweep leaves it. */
export function isFreshNote({ now }: Pick<Facts, 'now'>, marked: MarkedRow): boolean {
  return isNote(marked) && overAt(marked) > now;
}

/**
 * The wait after a refused put. Only a row of the configured owner can be such a note: its marker can be copied onto any
 * other. The oldest counts, so that notes which somebody renews stop nothing for more than a day (T4).
 */
export function putRefused(
  { now, target, settings: { secret } }: Facts,
  { marked }: { readonly marked: readonly MarkedRow[] },
): Obstacle | undefined {
  if (target.kind !== 'resolved') return undefined;
  const [oldest] = marked
    .filter((each) => isNote(each) && each.row.userId === target.userId)
    .toSorted((one, other) => overAt(one) - overAt(other));
  if (oldest === undefined || overAt(oldest) <= now) return undefined;
  const { id: authorizationId } = oldest.row;
  return { state: 'failed', reason: { code: 'PUT_REFUSED', secret, authorizationId, until: overAt(oldest) } };
}

/** The notes that are over end before the next mint, whatever else is planned, so that they do not count again. */
export function endsOfNotes(facts: Facts, identity: Identity, marked: readonly MarkedRow[]): readonly EndStep[] {
  const over = marked.filter((each) => isNote(each) && overAt(each) <= facts.now);
  const endings = over.map(({ row }) => {
    const timely = () => remove({ code: 'NEVER_STORED', authorizationId: row.id });
    return endingOf(facts, { role: 'stray', row, identity, compromised: false, timely });
  });
  return summarize(facts, endings).ends;
}
