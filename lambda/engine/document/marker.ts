import { hash } from 'node:crypto';

/** Who an authorization or a document belongs to. */
export interface Identity {
  readonly deployment: string;
  readonly consumer: string;
  /** Of the secret's ARN: tells apart two stacks with the same names, and a secret from the one it replaced. */
  readonly fingerprint: string;
}

/** What the description of an authorization that we made says. */
export interface Marker extends Identity {
  /** The id of the rotation that minted it; also the id of the secret version that first held its token. */
  readonly rotationId: string;
}

const PREFIX = 'influxdb-token-rotation';
const PATTERN = new RegExp(
  `^${PREFIX}/([A-Za-z0-9._-]{1,64})/([A-Za-z0-9._-]{1,64})/([0-9a-f]{8})/([0-9a-f-]{36})(?=[\\s;,]|$)`,
);

/** `Date.parse` alone takes "week-51" for a day in 1951. */
const ISO_DATE = /^\d{4}-\d\d-\d\d(?:T\S+)?$/;

export function fingerprintOf(secretArn: string): string {
  return hash('sha256', secretArn, 'hex').slice(0, 8);
}

export function formatMarker({ deployment, consumer, fingerprint }: Identity, rotationId: string): string {
  return [PREFIX, deployment, consumer, fingerprint, rotationId].join('/');
}

/** Undefined for a description that we did not write. */
export function parseMarker(description: string): Marker | undefined {
  const [, deployment, consumer, fingerprint, rotationId] = PATTERN.exec(description) ?? [];
  if (deployment === undefined || consumer === undefined || fingerprint === undefined || rotationId === undefined) {
    return undefined;
  }
  return { deployment, consumer, fingerprint, rotationId };
}

/**
 * Set by an operator: not to be switched off before, in milliseconds since the epoch. The latest of several; infinite if
 * one is no date. It counts in any description: an adopted authorization has no marker, and a marker may be spoilt.
 */
export function keepUntilOf(description: string): number | undefined {
  return [...description.matchAll(/(?<![\w-])keep-until=([^\s;,]*)/gi)]
    .map(([, date = '']) => (ISO_DATE.test(date) ? Date.parse(date) : Number.NaN))
    .map((time) => (Number.isNaN(time) ? Number.POSITIVE_INFINITY : time))
    .reduce<number | undefined>((latest, date) => Math.max(latest ?? date, date), undefined);
}

/** How an operator's wish to keep an authorization reads in a sentence; undefined if there is none, or no longer. */
export function keptBy(description: string, now: number): string | undefined {
  const keepUntil = keepUntilOf(description);
  if (keepUntil === undefined || keepUntil <= now) return undefined;
  if (keepUntil === Number.POSITIVE_INFINITY)
    return 'kept for good: its keep-until is no date such as 2026-12-24T18:00:00Z; correct or remove it';
  return `kept until ${new Date(keepUntil).toISOString()}`;
}

export function isSameIdentity(one: Identity, other: Identity): boolean {
  return (
    one.deployment === other.deployment && one.consumer === other.consumer && one.fingerprint === other.fingerprint
  );
}
