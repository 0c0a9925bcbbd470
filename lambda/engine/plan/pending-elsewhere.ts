import type { Authorization } from '../../influxdb/authorization.ts';
import { authorizationNamedIn } from '../document/own.ts';
import type { Facts } from './facts.ts';

/**
 * R14a: whether Secrets Manager may still make this authorization current.
 *
 * H20: a rotation that is switched off and on again, both of which touch the secret, goes on with the same version. With
 * rotation off, this lasts no longer than the version may still become current (H21), whatever touches the secret.
 */
export function isPending(
  { answers, secret, settings, limits, now }: Facts,
  { id, createdAt }: Authorization,
): boolean {
  // A label sits on one version: while this one still has AWSPENDING, as after each of our promotions, no other does.
  const nothingIsPending = secret.kind === 'value' && secret.holdsPending;
  if (nothingIsPending && answers.knownDescription() === 'unasked') return false;
  const { pending, current, rotationEnabled, lastChangedAt = now } = answers.description() ?? {};
  if (pending === undefined || pending === current) return false;
  const over = Math.min(
    lastChangedAt + settings.gracePeriodMs,
    createdAt + 2 * (limits.leaseMs + settings.gracePeriodMs),
  );
  if (!rotationEnabled && over <= now) return false;
  return authorizationNamedIn(answers.version('AWSPENDING')?.content) === id;
}
