import type { Configuration } from '../lambda/config/configuration.ts';

/** Milliseconds until the second token of even the last consumer is current, and its first one is deleted. */
export function endOfLife(configuration: Configuration): number {
  const { consumers, scheduleMs, limits } = configuration;
  const lives = consumers.map(
    ({ rotateEveryMs, gracePeriodMs, holdPeriodMs }) => rotateEveryMs + gracePeriodMs + holdPeriodMs,
  );
  return Math.max(...lives) + limits.leaseMs + consumers.length * joinEveryMs(configuration) + 4 * scheduleMs;
}

/** Milliseconds between the first runs of two consumers: no rotation falls into a run that ends another's old token. */
export function joinEveryMs({ consumers, scheduleMs, limits }: Configuration): number {
  const ends = consumers.map(({ gracePeriodMs, holdPeriodMs }) => gracePeriodMs + holdPeriodMs);
  return (Math.ceil((Math.max(...ends) + limits.leaseMs) / scheduleMs) + 3) * scheduleMs;
}
