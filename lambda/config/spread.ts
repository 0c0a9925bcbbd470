import { hash } from 'node:crypto';

/** How long a consumer's tokens live, in milliseconds. */
export interface Lives {
  readonly rotateEveryMs: number;
  readonly gracePeriodMs: number;
  readonly holdPeriodMs: number;
}

/** What the spread depends on where the configuration does not give it. */
interface Surroundings extends Lives {
  /** How many consumers the deployment has. */
  readonly consumers: number;
  readonly scheduleMs: number;
  readonly leaseMs: number;
}

/** So many rotations in one run are no burden for anybody. */
const FEW = 10;

/** By which part of `rotateEvery` tokens fall due early at most. */
const LARGEST_PART = 10;

/**
 * So much that about ten of the consumers that were made together fall due in each run. With ten or fewer there is no
 * spread, so nobody wonders why a token is replaced before its day. The old token must be gone before the next rotation,
 * so only half of the time that is left for that is used.
 */
export function defaultSpreadMs(surroundings: Surroundings): number {
  const { consumers, scheduleMs, leaseMs, rotateEveryMs, gracePeriodMs, holdPeriodMs } = surroundings;
  const wanted = (Math.ceil(consumers / FEW) - 1) * scheduleMs;
  const room = (rotateEveryMs - gracePeriodMs - holdPeriodMs - leaseMs) / 2;
  return Math.floor(Math.min(wanted, rotateEveryMs / LARGEST_PART, room));
}

/** How much earlier than `rotateEvery` this consumer's token falls due: the same each time, and as good as random. */
export function partOfSpreadMs(deployment: string, consumer: string, spreadMs: number): number {
  if (spreadMs === 0) return 0;
  const share = Number.parseInt(hash('sha256', `${deployment}/${consumer}/spread`, 'hex').slice(0, 12), 16) / 16 ** 12;
  return Math.floor(share * spreadMs);
}
