import { holderIn } from '../document/document.ts';
import { keptBy } from '../document/marker.ts';
import type { Facts, MarkedRow } from './facts.ts';
import { type Fate, isPending, remove, step, wait } from './superseded-token.ts';

/**
 * R7: the fate of a stray, an authorization with our marker that the current document does not name and that is older
 * than the lease: what a run left that died. It had no consumer, unless a label was moved by hand.
 *
 * @param currentSince when the current version was made, in milliseconds since the epoch.
 */
export function fateOfStray(facts: Facts, currentSince: number, { row, marker }: MarkedRow): Fate {
  const { now, limits, settings, looks } = facts;
  const protection = facts.untouchable.get(row.id);
  if (protection !== undefined) return wait(`stray authorization ${row.id} is left alone: ${protection}`);
  const description = looks.description();
  const kept = keptBy(row.description, now);
  if (kept !== undefined) return wait(`stray authorization ${row.id} is ${kept}`);
  if (isPending(facts, description, row.id))
    return wait(`authorization ${row.id} is the pending one of a rotation by Secrets Manager`);
  const rested = description?.lastChangedAt !== undefined && description.lastChangedAt + settings.gracePeriodMs <= now;
  const settled = rested && currentSince + limits.leaseMs + settings.gracePeriodMs <= now;
  if (row.status === 'active') {
    if (isPrevious(facts, { row, marker }))
      return wait(`stray authorization ${row.id} is AWSPREVIOUS, and stays until the next rotation takes it over`);
    if (!settled)
      return wait(
        `stray authorization ${row.id} is live; it is switched off once the secret has rested for a grace period`,
      );
    return step({
      kind: 'deactivate',
      authorizationId: row.id,
      reason: 'left behind by a run that did not finish',
      cappedSince: undefined,
      compromised: false,
    });
  }
  if (description !== undefined && !description.labelled.has(marker.rotationId)) {
    return remove(row.id, 'never stored: its run did not get that far');
  }
  if (settled && row.updatedAt + settings.holdPeriodMs <= now)
    return remove(row.id, 'left behind, switched off, and held long enough');
  return wait(`stray authorization ${row.id} is switched off; it is deleted after the hold period`);
}

/** True if consumers may have got this token as `AWSCURRENT` before a label was moved back. */
export function isPrevious({ looks, settings }: Facts, { row, marker }: MarkedRow): boolean {
  const description = looks.description();
  if (description?.previous === undefined) return false;
  if (description.previous === marker.rotationId) return true;
  return holderIn(looks.version('AWSPREVIOUS'), settings.tokenKey) === row.id;
}
