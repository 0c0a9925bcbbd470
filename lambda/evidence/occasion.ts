import type { Facts } from '../engine/plan/facts.ts';
import { sinceRunBeforeMs } from '../engine/plan/proof-of-life.ts';
import type { Planned } from '../engine/report/consumer-report.ts';

// Whether a run must look at what is on record. Most runs need not, and then evidence costs no call.

/** It will write something. */
export function mayChange({ outcome }: Planned): boolean {
  return outcome.kind === 'decision' && (outcome.ends.length > 0 || outcome.next !== undefined);
}

/**
 * Something was done since the run before, or, as that one had to leave what was younger than a lease, a lease earlier.
 */
export function isRecent({ secret, listing, limits, scheduleMs, now }: Facts): boolean {
  const since = now - sinceRunBeforeMs(scheduleMs) - limits.leaseMs;
  if (secret.kind !== 'value') return false;
  if (secret.content.kind === 'ours' && secret.createdAt > since) return true;
  const marked = listing.markedAs(secret.identity);
  return marked.some(({ row }) => row.createdAt > since || row.updatedAt > since);
}
