import type { Budget } from '../calls/budget.ts';
import type { Limits } from '../config/configuration.ts';
import { SPREAD_MS } from '../influxdb/probe.ts';
import type { Behaviour } from './behaviour.ts';

type Left = Pick<Budget, 'remainingMs'>;
type Acts = Pick<Behaviour, 'writes' | 'tries'>;

// How the time of a run is shared, in milliseconds. What only looks reads for as long as it can. Names have half of the
// time for reading (observe/observe.ts).

/** What must be left when all is read and decided: without it, nothing would ever be done. */
export function leftForActing(budget: Left, { callTimeoutMs }: Pick<Limits, 'callTimeoutMs'>, acts: Acts): number {
  if (!isActing(acts)) return 0;
  const remainingMs = budget.remainingMs();
  // No write begins within two time-outs of the end, and a read that began just in time may take one more.
  return Math.max(remainingMs / 4, Math.min(4 * callTimeoutMs, remainingMs / 2));
}

/**
 * What must be left when the decisions have asked what they need. To ask is one call for each consumer, and to act takes
 * several: whoever asks for all of them has no time to serve any.
 */
export function leftAfterAsking(budget: Left, acts: Acts): number {
  return isActing(acts) ? (budget.remainingMs() * 4) / 5 : 0;
}

/** For how long tokens and rights may be tried before anything is done with them. */
export function forTrying(budget: Pick<Budget, 'remainingMs' | 'leftToReadMs'>): number {
  return Math.min(budget.remainingMs() / 4, budget.leftToReadMs());
}

/** A rotation makes fewer calls. */
const MOST_CALLS = 10;

/**
 * Whether more than the usual number may be rotated side by side. Until the first rotation has ended, each is thought to take
 * as long as one can: many of those that begin meanwhile would not be finished.
 */
export function mayRotateMore(
  budget: Pick<Budget, 'hasRoomFor'>,
  { callTimeoutMs }: Pick<Limits, 'callTimeoutMs'>,
): boolean {
  return budget.hasRoomFor('rotate', SPREAD_MS + MOST_CALLS * callTimeoutMs);
}

function isActing({ writes, tries }: Acts): boolean {
  return writes || tries === 'mints of all';
}
