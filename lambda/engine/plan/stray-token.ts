import type { Identity } from '../document/marker.ts';
import { currentIn, ownDocument } from '../document/own.ts';
import type { MarkedRow } from '../observe/listing.ts';
import { type Ending, endingOf, NOTHING, remove, switchOff, type TimelyEnding, wait } from './before-an-end.ts';
import { isBeforeLeak } from './compromised.ts';
import type { Facts } from './facts.ts';
import { isFreshNote } from './refusal-notes.ts';
import { type Holder, unnamedSettlesAt } from './settled.ts';

/**
 * R7: what becomes of a stray, an authorization with our marker that the current document does not name and that is
 * older than the lease: what a run left that died. It had no consumer, unless a label was moved by hand.
 *
 * @param counts false for a row of an owner whom nothing names: anybody can copy a marker onto one of their own.
 */
export function endingOfStray(facts: Facts, holder: Holder, stray: MarkedRow, counts = true): Ending {
  const { row } = stray;
  const timely = () => timelyEnd(facts, holder, stray, counts);
  const noted = isBeforeLeak(facts, holder, row);
  const ending = endingOf(facts, {
    ...{ role: 'stray', row, identity: holder.identity, compromised: noted, told: noted, timely },
    aside: !counts,
  });
  // A hash can be copied with the rest of a marker; what is used by its id is in use.
  if (counts || ending.kind !== 'wait' || facts.protections.inUse(row.id, undefined) !== undefined) return ending;
  const until = 'until' in ending.note ? ending.note.until : undefined;
  const { id: authorizationId, userId } = row;
  return wait({ code: 'STRAY_OF_ANOTHER', authorizationId, userId, ...(until === undefined ? {} : { until }) });
}

function timelyEnd(facts: Facts, holder: Holder, stray: MarkedRow, counts: boolean): TimelyEnding {
  const { now, settings, answers } = facts;
  const { row, marker } = stray;
  const authorizationId = row.id;
  const settledAt = unnamedSettlesAt(facts, holder, { row, marker, claimed: holder.since });
  if (row.status === 'active') {
    if (counts ? isPrevious(facts, stray) : isNamedByPrevious(facts, stray))
      return wait({ code: 'STRAY_IS_PREVIOUS', authorizationId });
    if (settledAt > now) return wait({ code: 'STRAY_SETTLES', authorizationId, until: settledAt });
    return switchOff({ code: 'LEFT_BEHIND', authorizationId });
  }
  // A look is not worth its call before its day is over.
  if (counts && isFreshNote(facts, stray)) return NOTHING;
  const description = answers.description();
  // The activation writes the hash. What has one was stored, though its version may have lost its label since.
  const worked = marker.adopted || marker.tokenHash !== undefined;
  if (description !== undefined && !worked && !description.labelled.has(marker.rotationId))
    return remove({ code: 'NEVER_STORED', authorizationId });
  const heldUntil = row.updatedAt + settings.holdPeriodMs;
  if (settledAt <= now && heldUntil <= now) return remove({ code: 'LEFT_BEHIND_AND_HELD', authorizationId });
  return wait({ code: 'STRAY_HELD', authorizationId, until: Math.max(settledAt, heldUntil) });
}

/** True if consumers may have got this token as `AWSCURRENT` before a label was moved back. */
export function isPrevious(facts: Facts, stray: MarkedRow): boolean {
  const previous = facts.answers.description()?.previous;
  return (previous !== undefined && previous === stray.marker.rotationId) || isNamedByPrevious(facts, stray);
}

/** `AWSPREVIOUS` is a version of this very secret's own, and holds this token: its document says so. */
export function wasCurrentBefore({ answers }: Facts, identity: Identity, { row }: MarkedRow): boolean {
  if (row.status !== 'active' || answers.description()?.previous === undefined) return false;
  return ownDocument(answers.version('AWSPREVIOUS')?.content, identity)?.authorizationId === row.id;
}

/** The id of a rotation can be copied with the rest of a marker; the id of an authorization cannot. */
function isNamedByPrevious({ answers }: Facts, { row }: MarkedRow): boolean {
  if (answers.description()?.previous === undefined) return false;
  return currentIn(answers.version('AWSPREVIOUS')?.content) === row.id;
}
