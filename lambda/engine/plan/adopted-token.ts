import type { Marker } from '../document/marker.ts';
import { adoptedRow } from './adoption.ts';
import { type Ending, endingOf, NOTHING, remove, switchOff, type TimelyEnding, wait } from './before-an-end.ts';
import { isBeforeLeak } from './compromised.ts';
import type { Facts } from './facts.ts';
import { type Holder, unnamedSettlesAt } from './settled.ts';

/**
 * What becomes of an authorization that the configuration adopts and no ledger names: it ends like a stray, once the
 * secret has long been on a version of ours. Nothing of it is remembered; the configuration is its only reason.
 */
export function endingsOfAdopted(facts: Facts, holder: Holder, known: ReadonlySet<string>): Ending[] {
  const row = adoptedRow(facts);
  if (row === undefined || known.has(row.id)) return [];
  const timely = (marker: Marker | undefined): TimelyEnding => {
    const { now, settings } = facts;
    const authorizationId = row.id;
    const until = unnamedSettlesAt(facts, holder, { row, marker, claimed: holder.since });
    if (until > now) return wait({ code: 'ADOPTED_SETTLES', authorizationId, until });
    if (row.status === 'active') return switchOff({ code: 'ADOPTED', authorizationId });
    return row.updatedAt + settings.holdPeriodMs <= now ? remove({ code: 'HOLD_OVER', authorizationId }) : NOTHING;
  };
  const noted = isBeforeLeak(facts, holder, row);
  return [
    endingOf(facts, {
      ...{ role: 'adopted', row, identity: holder.identity, compromised: noted, told: noted, timely },
    }),
  ];
}
