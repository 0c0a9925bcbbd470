import type { ConsumerSettings, Limits } from '../../config/configuration.ts';

type Lease = Pick<Limits, 'leaseMs'>;
type Grace = Pick<ConsumerSettings, 'gracePeriodMs'>;

/**
 * When the grace period of a token is over that was current until then: a run that had begun may have kept it so for a
 * lease. In milliseconds since the epoch.
 */
export function graceEndsAt(currentUntil: number, { leaseMs }: Lease, { gracePeriodMs }: Grace): number {
  return currentUntil + leaseMs + gracePeriodMs;
}

/** H21: from then on, what was stored for Secrets Manager must not become current: older tokens would end at once. */
export function tooOldToPromoteAt(storedAt: number, { leaseMs }: Lease, { gracePeriodMs }: Grace): number {
  return storedAt + leaseMs + 2 * gracePeriodMs;
}
