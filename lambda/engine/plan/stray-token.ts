import type { Identity } from '../document/marker.ts';
import { currentIn } from '../document/own.ts';
import type { MarkedRow } from '../observe/listing.ts';
import { type Ending, endingOf, remove, switchOff, type TimelyEnding, wait } from './before-an-end.ts';
import type { Facts } from './facts.ts';

/**
 * R7: what becomes of a stray, an authorization with our marker that the current document does not name and that is
 * older than the lease: what a run left that died. It had no consumer, unless a label was moved by hand.
 *
 * @param currentSince when the current version was made, in milliseconds since the epoch.
 */
export function endingOfStray(facts: Facts, identity: Identity, currentSince: number, stray: MarkedRow): Ending {
  const { row } = stray;
  const timely = () => timelyEnd(facts, currentSince, stray);
  return endingOf(facts, { role: 'stray', row, identity, compromised: false, timely });
}

function timelyEnd(facts: Facts, currentSince: number, stray: MarkedRow): TimelyEnding {
  const { now, limits, settings, answers } = facts;
  const { row, marker } = stray;
  const authorizationId = row.id;
  const description = answers.description();
  const restedAt = (description?.lastChangedAt ?? now) + settings.gracePeriodMs;
  const settledAt = Math.max(restedAt, currentSince + limits.leaseMs + settings.gracePeriodMs);
  const settled = description?.lastChangedAt !== undefined && settledAt <= now;
  if (row.status === 'active') {
    if (isPrevious(facts, stray)) return wait({ code: 'STRAY_IS_PREVIOUS', authorizationId });
    if (!settled) return wait({ code: 'STRAY_SETTLES', authorizationId, until: settledAt });
    return switchOff({ code: 'LEFT_BEHIND', authorizationId });
  }
  if (description !== undefined && !marker.adopted && !description.labelled.has(marker.rotationId))
    return remove({ code: 'NEVER_STORED', authorizationId });
  const heldUntil = row.updatedAt + settings.holdPeriodMs;
  if (settled && heldUntil <= now) return remove({ code: 'LEFT_BEHIND_AND_HELD', authorizationId });
  return wait({ code: 'STRAY_HELD', authorizationId, until: Math.max(settledAt, heldUntil) });
}

/** True if consumers may have got this token as `AWSCURRENT` before a label was moved back. */
export function isPrevious({ answers }: Facts, { row, marker }: MarkedRow): boolean {
  const description = answers.description();
  if (description?.previous === undefined) return false;
  if (description.previous === marker.rotationId) return true;
  return currentIn(answers.version('AWSPREVIOUS')?.content) === row.id;
}
