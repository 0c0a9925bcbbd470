import { redact } from '../../calls/redact.ts';
import { leastPermission } from '../../influxdb/refusals.ts';
import { MOST_SHARERS } from '../observe/values-of-others.ts';
import { listed } from './listed.ts';

// Parts of the sentences in describe.ts.

/** That their secrets hold a token that the sentence has named: "the secret of consumer grafana holds it". */
export function secretsOf(consumers: readonly string[]): string {
  if (consumers.length === 1) return `the secret of consumer ${consumers[0]} holds it`;
  return `the secrets of consumers ${someOf(consumers)} hold it`;
}

export function idsIn(authorizationIds: readonly string[]): string {
  const { shown, more } = listed(authorizationIds);
  return `${shown.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}

/** As it stands in the rotator's permissions, where InfluxDB's notation says so much. */
export function asPermission(right: string): string {
  const permission = leastPermission(right);
  return permission === undefined ? right : JSON.stringify(permission);
}

/** Somebody else's text: short, on one line, and without anything that could be a token. */
export function quotable(text: string): string {
  return redact(text).slice(0, 60);
}

export function describeKeeping(until: number): string {
  if (until === Number.POSITIVE_INFINITY)
    return 'kept for good: its keep-until is no date such as 2026-12-24T18:00:00Z; correct or remove it';
  return `kept until ${new Date(until).toISOString()}`;
}

/** A time that is known, as ISO 8601. */
export function at(time: number): string {
  return new Date(time).toISOString();
}

/** When a wait ends by itself, where that is known. */
export function untilThen(until: number | undefined): string {
  return until === undefined || !Number.isFinite(until) ? '' : ` until ${at(until)}`;
}

/** Of a command that is refused until then. */
export function notBefore(until: number | undefined): string {
  return until === undefined ? '' : ` (not before ${at(until)}: until then, a run may be at work on the youngest)`;
}

/** No more than are named; there may be thousands. */
export function someOf(consumers: readonly string[]): string {
  const others = consumers.length > MOST_SHARERS ? ' and others' : '';
  return `${consumers.slice(0, MOST_SHARERS).join(', ')}${others}`;
}
