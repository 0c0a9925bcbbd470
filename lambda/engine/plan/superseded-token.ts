import { DAY_MS } from '../../config/duration.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import type { LedgerEntry } from '../document/document.ts';
import { graceEndsAt } from '../document/grace.ts';
import type { Marker } from '../document/marker.ts';
import {
  type Ending,
  endingOf,
  NOTHING,
  remove,
  switchOff,
  type TimelyEnding,
  usedByAnother,
  wait,
} from './before-an-end.ts';
import { isBeforeLeak, isNoted } from './compromised.ts';
import { findEntry } from './entry.ts';
import type { Facts } from './facts.ts';
import { graceOverAt, type Holder, isPastByRows, settlesAt, unnamedSettlesAt } from './settled.ts';

/** The consumer whose ledger it is. */
interface Superseded extends Holder {
  /** The configuration ends it: then each entry's `since` is what the planner makes of it, not what a ledger says. */
  readonly retired?: boolean;
}

/** R6: what becomes of one entry of the ledger. */
export function endingOfEntry(facts: Facts, holder: Superseded, entry: LedgerEntry): Ending {
  const { authorizationId } = entry;
  const noted = isBeforeLeak(facts, holder, facts.listing.get(authorizationId));
  const compromised = entry.compromised || noted;
  // The current one is replaced before it ends.
  const leaked = authorizationId !== holder.currentId && (compromised || isNoted(facts, entry));
  const used = usedByAnother(facts, authorizationId, undefined, 'superseded', leaked);
  if (used !== undefined) return wait(used);
  const found = findEntry(facts, entry);
  switch (found.kind) {
    case 'gone':
      return NOTHING;
    case 'unseen':
      return wait({
        ...{ code: 'ENTRY_UNSEEN', authorizationId, detail: found.detail },
        overdue: compromised || isUnseenTooLong(facts, holder, entry),
      });
    // No read shows whose it is, and it works for nobody.
    case 'owner-gone':
      return wait({ code: 'OWNER_DELETED', authorizationId });
    case 'found': {
      const { row } = found;
      return endingOf(facts, {
        ...{ role: 'superseded', row, identity: holder.identity, compromised },
        told: noted || facts.leakReplaced,
        timely: (marker) => timelyEnd(facts, holder, entry, row, marker),
      });
    }
  }
}

function timelyEnd(
  facts: Facts,
  holder: Superseded,
  entry: LedgerEntry,
  row: Authorization,
  marker: Marker | undefined,
): TimelyEnding {
  const { now, settings } = facts;
  const { authorizationId } = entry;
  const token = { row, marker, claimed: claimedBy(facts, holder, entry) };
  const { retired = false } = holder;
  const isClaimed = graceOverAt(facts, holder, token) > now;
  // In quiet times nothing is asked for what waits for its grace period.
  const isDoubtful = retired || (isClaimed && isPastByRows(facts, holder, row));
  if (isClaimed && !isDoubtful) return NOTHING;
  // What is off does not wait for the secret to rest, unless its token was put back after it had been replaced.
  const rests = row.status !== 'active' && graceEndsAt(token.claimed, facts.limits, settings) <= now;
  const until = isDoubtful ? unnamedSettlesAt(facts, holder, token) : rests ? now : settlesAt(facts, holder, token);
  if (until > now) {
    const { gracePeriodMs } = settings;
    if (retired) return wait({ code: 'RETIRED_SETTLES', authorizationId, until });
    return wait({ code: 'SECRET_RESTLESS', authorizationId, gracePeriodMs, until });
  }
  if (row.status === 'active') {
    const isByPlan = !retired && !isClaimed && isJustDue(until, facts);
    return switchOff({ code: 'GRACE_OVER', authorizationId, retired }, isByPlan ? undefined : entry.since);
  }
  return row.updatedAt + settings.holdPeriodMs <= now
    ? remove({ code: 'HOLD_OVER', authorizationId, retired })
    : NOTHING;
}

/** A run that was missed, or that had no time for it, is no mistake yet. */
const PERIODS_TO_END_IN = 3;

/**
 * It is due since one of the last few runs: then as many end now as were replaced within as many periods, and that many
 * is what was planned. A clock that jumps, or a shorter grace period, makes what is long past due at once, or seem so.
 */
function isJustDue(dueAt: number, { now, scheduleMs }: Facts): boolean {
  return now - dueAt < PERIODS_TO_END_IN * scheduleMs;
}

/** T4: nothing shows when it ends, so that it waits no longer than its grace period, and a day at most. */
function isUnseenTooLong(facts: Facts, holder: Superseded, entry: LedgerEntry): boolean {
  const { now, settings } = facts;
  return claimedBy(facts, holder, entry) + Math.min(settings.gracePeriodMs, DAY_MS) <= now;
}

/** When the grace period of a ledger's entry is over; undefined where no list shows it. */
export function graceOfEntryOverAt(facts: Facts, holder: Superseded, entry: LedgerEntry): number | undefined {
  const { authorizationId } = entry;
  const row = facts.listing.get(authorizationId);
  const marker = facts.listing.markerOf(authorizationId);
  return row && graceOverAt(facts, holder, { row, marker, claimed: claimedBy(facts, holder, entry) });
}

/** Whoever wrote a later time into the secret than the current version's own cannot put the end off. */
function claimedBy({ limits }: Facts, holder: Superseded, { since }: LedgerEntry): number {
  return holder.retired === true ? since : Math.min(since, holder.since + limits.clockToleranceMs);
}
