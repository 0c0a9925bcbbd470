import { CONCURRENCY } from '../../lambda/calls/side-by-side.ts';
import type { Load } from '../servers/options.ts';

/** How long the servers take for an answer, beside their work. */
export const LATENCY_MS = { secretsManager: 8, influxdb: 4 } as const;

/** Of one consumer's rotation, one after the other: create, put, activate, two tries, promote. */
const ROTATION = { influxdb: 4, secretsManager: 2 } as const;

/**
 * The least time in which the calls of a run could be answered, if nothing had to be worked out in between: what can be
 * side by side is, and of a rotation's calls each waits for the one before. In milliseconds.
 */
export function criticalPathMs({ operations, atOnce }: Load, consumers: number): number {
  const { influxdb, secretsManager } = LATENCY_MS;
  const width = Math.max(CONCURRENCY, atOnce);
  const reading = secretsManager * (1 + Math.ceil((Math.ceil((consumers + 1) / 20) - 1) / width));
  const rotated = operations.PutSecretValue ?? 0;
  const rotation = ROTATION.influxdb * influxdb + ROTATION.secretsManager * secretsManager;
  return Math.max(reading, secretsManager + influxdb) + Math.ceil(rotated / width) * rotation;
}
