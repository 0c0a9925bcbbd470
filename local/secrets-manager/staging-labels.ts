import type { Secret, Version } from './secret.ts';
import { ServiceError } from './service-error.ts';

export const CURRENT = 'AWSCURRENT';
export const PREVIOUS = 'AWSPREVIOUS';
export const PENDING = 'AWSPENDING';

const MAX_LABELS = 20;

/** The version that has the label; a label sits on at most one. */
export function holder(secret: Secret, label: string): Version | undefined {
  return [...secret.versions.values()].find(({ stages }) => stages.has(label));
}

/** When `AWSCURRENT` leaves a version, `AWSPREVIOUS` moves there by itself. */
export function moveLabel(secret: Secret, label: string, target: Version): void {
  const from = holder(secret, label);
  if (from === target) return;
  from?.stages.delete(label);
  target.stages.add(label);
  if (label === CURRENT && from) moveLabel(secret, PREVIOUS, from);
}

/** Does not count the `AWSPREVIOUS` that appears by itself, which must never keep a secret from being updated. */
export function checkLabelLimit(secret: Secret, added: readonly string[]): void {
  const present = new Set([...secret.versions.values()].flatMap(({ stages }) => [...stages]));
  const all = new Set([...present, ...added]);
  if (all.size === present.size || all.size <= MAX_LABELS) return;
  throw new ServiceError(
    'LimitExceededException',
    `You can't have more than ${MAX_LABELS} staging labels attached to the versions of a secret.`,
  );
}
