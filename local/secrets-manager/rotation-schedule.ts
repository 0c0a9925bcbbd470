import type { Secret } from './secret.ts';
import { CURRENT, holder } from './staging-labels.ts';

const UNIT_MS: Readonly<Record<string, number>> = { hour: 3_600_000, day: 86_400_000 };

/** Known for `AutomaticallyAfterDays` and `rate(…)`; a `cron(…)` schedule is kept, but never comes. */
export function intervalOf({ rotationRules }: Secret): number | undefined {
  if (rotationRules === undefined) return undefined;
  const { automaticallyAfterDays: days, scheduleExpression = '' } = rotationRules;
  const rate = /^rate\((\d+) (hour|day)s?\)$/.exec(days === undefined ? scheduleExpression : `rate(${days} days)`);
  return rate === null ? undefined : Number(rate[1]) * (UNIT_MS[rate[2] ?? ''] ?? 0);
}

/**
 * When the next rotation is due, in milliseconds since the epoch. A value that somebody puts counts as a rotation. The
 * service rotates at some time on or before that date; this server rotates at that very time.
 */
export function nextRotationAt(secret: Secret): number | undefined {
  const interval = secret.rotationEnabled ? intervalOf(secret) : undefined;
  if (interval === undefined) return undefined;
  const { lastRotatedAt = 0, rotationEnabledAt = 0 } = secret;
  const current = holder(secret, CURRENT);
  return Math.max(lastRotatedAt, rotationEnabledAt, current?.createdAt ?? secret.createdAt) + interval;
}
