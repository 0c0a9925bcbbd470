import type { Authorization } from '../../influxdb/authorization.ts';
import type { RotationDocument } from '../document/document.ts';
import { keptUntil } from '../document/keep-until.ts';
import { currentIn } from '../document/own.ts';
import { isLeakAsked, settlingMs } from './asked.ts';
import type { Facts } from './facts.ts';
import type { Reason } from './reason.ts';
import type { Holder } from './settled.ts';

// H17: that a token leaked is written on its own row first, so that whatever dies, the next run goes on with it.

/** The server's own word, or the document's, says that the current token leaked. */
export function isCurrentCompromised(facts: Pick<Facts, 'listing'>, document: RotationDocument): boolean {
  const { authorizationId, superseded } = document;
  return (
    isNoted(facts, document) ||
    superseded.some((entry) => entry.authorizationId === authorizationId && entry.compromised)
  );
}

/** The note stands on its row. If it is the current token, all that the consumer had before may have leaked, too. */
export function isNoted(
  { listing }: Pick<Facts, 'listing'>,
  { authorizationId }: Pick<RotationDocument, 'authorizationId'>,
): boolean {
  return listing.markerOf(authorizationId)?.compromised === true;
}

/**
 * The note stands on a newer row of this consumer's that the current one replaced meanwhile: all that is older may have
 * leaked, too, though the ledger was written before the note. A row that was never current, such as a pending one, says
 * nothing of the others. Anybody can copy a marker onto a row of their own, so whose it is counts.
 */
export function isBeforeLeak(
  { target, listing }: Pick<Facts, 'target' | 'listing'>,
  { currentId = '', marked }: Holder,
  older: Authorization | undefined,
): boolean {
  const current = listing.get(currentId);
  if (older === undefined || current === undefined) return false;
  const owner = target.kind === 'resolved' ? target.userId : undefined;
  return marked.some(
    ({ row, marker }) =>
      marker.compromised &&
      row.createdAt > older.createdAt &&
      row.createdAt < current.createdAt &&
      (row.userId === older.userId || row.userId === owner),
  );
}

/** T1: a token that leaked, and that nothing gives us the right to end. */
export function leakWithoutMarker(authorizationId?: string): Reason<'LEAKED_LIVES'> {
  const why = `it has no marker of ours, and "adopt" does not name it, so no run may end it: make sure whose it is, and ${deleteByHand(authorizationId)}`;
  return { code: 'LEAKED_LIVES', ...(authorizationId !== undefined && { authorizationId }), why };
}

/** T1: it is adopted, and whoever writes the secret could have written that it leaked. So it ends as if it had not. */
export function leakBySecretAlone({ settings: { name } }: Facts, { id }: Authorization): Reason<'LEAKED_LIVES'> {
  const why = `only the secret says that it leaked, so it has its grace period: to end it now, give the command again (rotate ${name} --compromised), or ${deleteByHand(id)}`;
  return { code: 'LEAKED_LIVES', authorizationId: id, why };
}

/** It works, and this run does not go on to end it: while the current one is replaced because it leaked, nothing ends yet. */
export function mayLiveOn(facts: Facts, { status }: Authorization): boolean {
  const { secret, listing } = facts;
  if (status !== 'active' || isLeakAsked(facts)) return false;
  const currentId = secret.kind === 'value' ? currentIn(secret.content) : undefined;
  return currentId === undefined || !isNoted({ listing }, { authorizationId: currentId });
}

/** What keeps a token that is not ours from its end is an alarm, if it leaked. */
export function asLeak({ id }: Authorization, obstacle: Reason): Reason {
  switch (obstacle.code) {
    case 'USED_BY_ANOTHER': {
      const { why, until } = obstacle;
      const ends = until === undefined ? '' : `, so that it ends after ${new Date(until).toISOString()}`;
      return leakKept(id, `${why}${ends}`, until);
    }
    case 'PERHAPS_SHARED':
      return leakKept(id, 'another consumer, whose secret cannot be read, may hold it');
    case 'CANNOT_ADOPT':
      return leakKept(id, `it cannot be adopted: ${obstacle.why}`);
    default:
      return obstacle;
  }
}

function leakKept(authorizationId: string, what: string, until?: number): Reason<'LEAKED_LIVES'> {
  const why = `${what}; to end it now, ${deleteByHand(authorizationId)}`;
  return { code: 'LEAKED_LIVES', authorizationId, why, ...(until !== undefined && { until }) };
}

function deleteByHand(authorizationId: string | undefined): string {
  return `delete it by hand${authorizationId === undefined ? '' : ` (influx auth delete --id ${authorizationId})`}`;
}

/**
 * H18: a command that gives this token back may have looked before the note was made, and be about to make it current.
 * Until then, in milliseconds since the epoch, it is not deleted; undefined where no command can be.
 */
export function commandMayUseUntil(
  { description, updatedAt }: Authorization,
  { now, limits }: Pick<Facts, 'now' | 'limits'>,
): number | undefined {
  const until = updatedAt + settlingMs(limits);
  return keptUntil(description, now) === undefined || until <= now ? undefined : until;
}
