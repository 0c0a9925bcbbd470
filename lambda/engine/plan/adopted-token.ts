import type { Identity } from '../document/marker.ts';
import { adoptedRow } from './adoption.ts';
import { type Ending, endingOf, NOTHING, remove, switchOff, type TimelyEnding, wait } from './before-an-end.ts';
import type { Facts } from './facts.ts';

/**
 * What becomes of an authorization that the configuration adopts and no ledger names: it ends like a stray, once the
 * secret has long been on a version of ours. Nothing of it is remembered; the configuration is its only reason.
 *
 * @param currentSince when the current version was made, in milliseconds since the epoch.
 */
export function endingsOfAdopted(
  facts: Facts,
  identity: Identity,
  currentSince: number,
  known: ReadonlySet<string>,
): Ending[] {
  const row = adoptedRow(facts);
  if (row === undefined || known.has(row.id)) return [];
  const timely = (): TimelyEnding => {
    const { now, limits, settings, answers } = facts;
    const authorizationId = row.id;
    const calmAt = currentSince + limits.leaseMs + settings.gracePeriodMs;
    if (calmAt > now) return wait({ code: 'ADOPTED_SETTLES', authorizationId, until: calmAt });
    const until = (answers.description()?.lastChangedAt ?? now) + settings.gracePeriodMs;
    if (until > now) return wait({ code: 'ADOPTED_SETTLES', authorizationId, until });
    if (row.status === 'active') return switchOff({ code: 'ADOPTED', authorizationId });
    return row.updatedAt + settings.holdPeriodMs <= now ? remove({ code: 'HOLD_OVER', authorizationId }) : NOTHING;
  };
  return [endingOf(facts, { role: 'adopted', row, identity, compromised: false, timely })];
}
