import type { Configuration } from '../../config/configuration.ts';
import { rotatedIn } from '../../config/self.ts';
import { CodedError } from '../../log/coded-error.ts';
import type { Retire } from '../../requests/request.ts';
import { graceEndsAt } from '../document/grace.ts';
import { keptUntil } from '../document/keep-until.ts';
import { describeIdentity, type Marker, markerHash } from '../document/marker.ts';
import type { Listing, MarkedRow } from '../observe/listing.ts';
import { fingerprintIn, type ObservedSecret } from '../observe/observed-secret.ts';
import type { ConsumerProtections } from '../observe/protections.ts';
import type { Reason } from './reason.ts';
import type { EndStep } from './steps.ts';

/** What a run sees beyond its consumers. */
export interface Beyond {
  readonly now: number;
  readonly configuration: Configuration;
  readonly secrets: ReadonlyMap<string, ObservedSecret>;
  readonly listing: Listing;
  /** By consumer, what `AWSPREVIOUS` holds; only read where an end is asked for. */
  readonly previous: ReadonlyMap<string, string>;
  /** Of every consumer's secret and of the rotator. */
  readonly protections: ConsumerProtections;
}

/** What a `retire` asks for must not be ended, or not yet. Nothing was written. */
export class RetireRefusedError extends CodedError {
  override readonly name = 'RetireRefusedError';
  override readonly code = 'RETIRE_REFUSED';
}

/**
 * Tokens with a marker of this deployment that no configured secret reaches: its consumer is gone or was renamed, or its
 * secret made anew. They are ended only where an operator asks for it: switched off now, and deleted by a run after the
 * hold period, since their rows then say so.
 *
 * @throws {RetireRefusedError} if the one that is asked for must not be ended.
 */
export function planUnreached(beyond: Beyond, asked: Retire | undefined): EndStep[] {
  const { deployment } = beyond.configuration;
  const ended = beyond.listing
    .marked()
    .filter(({ row, marker }) => marker.ended && row.status === 'inactive' && marker.deployment === deployment);
  const over = whereUnreached(beyond, ended).filter(isHeldLongEnough(beyond));
  const steps = over.map(({ row: { id: authorizationId }, marker }) => ({
    ...stepFor(marker, authorizationId),
    ...{ kind: 'delete' as const, reason: { code: 'UNREACHED' as const, authorizationId } },
  }));
  return asked === undefined ? steps : [...steps, ...retirement(beyond, asked)];
}

function retirement(beyond: Beyond, asked: Retire): EndStep[] {
  const { authorizationId, action: request, reason: text, by } = asked;
  const marker = beyond.listing.markerOf(authorizationId);
  const why = whyNot(beyond, authorizationId, marker);
  if (marker === undefined || why !== undefined)
    throw new RetireRefusedError(`authorization ${authorizationId} is not retired: ${why}`);
  // A command that is given again has nothing to do.
  if (marker.ended && beyond.listing.get(authorizationId)?.status === 'inactive') return [];
  const reason: Reason = { code: 'REQUESTED', request, text, by };
  return [{ ...stepFor(marker, authorizationId), kind: 'switch-off', reason, asked: true }];
}

function whyNot(beyond: Beyond, id: string, marker: Marker | undefined): string | undefined {
  const { now, configuration, secrets, listing, protections } = beyond;
  const { deployment, limits } = configuration;
  const row = listing.get(id);
  if (row === undefined)
    return "no list shows it: it is gone, or the rotator's token may not see it (retire takes the authorization's id)";
  if (marker === undefined)
    return 'it has no marker of ours, so nothing tells whose it is: delete it by hand, or name it as "adopt" of the consumer whose token it is';
  if (marker.deployment !== deployment) return `its marker is that of ${describeIdentity(marker)}`;
  const unread = [...secrets]
    .filter(([, { kind }]) => kind === 'unreadable' || kind === 'binary')
    .map(([name]) => name);
  if (unread.length > 0) return `the secrets of ${unread.join(', ')} could not be read, and may hold it`;
  const use = protections.inUse(id, marker.tokenHash);
  if (use !== undefined)
    return `${use.why}: what is in use is replaced (rotate), or ended with its consumer ("retired": true); if it leaked, and its consumer is retired already, delete it in InfluxDB (influx auth delete --id ${id})`;
  if (whereUnreached(beyond, [{ row, marker }]).length === 0)
    return `it is consumer ${marker.consumer}'s own, which ends it by its rules: ask for the consumer instead (rotate)`;
  const held = whyHeldLately(beyond, marker);
  if (held !== undefined) return held;
  const oldAt = row.createdAt + limits.leaseMs;
  if (oldAt > now)
    return `it is younger than the lease until ${new Date(oldAt).toISOString()}: a run may be at work on it, so ask again then`;
  const until = keptUntil(row.description, now);
  return until === undefined ? undefined : `it is kept until ${new Date(until).toISOString()}`;
}

/** The consumer may have another name now, and its readers the token that its secret held before. */
function whyHeldLately({ now, configuration, secrets, previous }: Beyond, marker: Marker): string | undefined {
  for (const { name, gracePeriodMs } of rotatedIn(configuration)) {
    const secret = secrets.get(name);
    const token = previous.get(name);
    if (token !== undefined && marker.tokenHash === markerHash(token))
      return `AWSPREVIOUS of consumer ${name}'s secret holds it, and readers may: ask again after the next rotation of ${name}`;
    if (secret?.kind !== 'value' || secret.identity.fingerprint !== marker.fingerprint) continue;
    const until = graceEndsAt(secret.createdAt, configuration.limits, { gracePeriodMs });
    if (until > now) return `consumer ${name}'s secret held it, and readers may until ${new Date(until).toISOString()}`;
  }
  return undefined;
}

/** No configured consumer has this name, or it has another secret now. */
function whereUnreached({ configuration, secrets }: Beyond, rows: readonly MarkedRow[]): readonly MarkedRow[] {
  if (rows.length === 0) return [];
  const configured = new Set(rotatedIn(configuration).map(({ name }) => name));
  return rows.filter(({ marker: { consumer, fingerprint } }) => {
    if (!configured.has(consumer)) return true;
    const secret = secrets.get(consumer);
    const own = secret && fingerprintIn(secret);
    return own !== undefined && own !== fingerprint;
  });
}

function isHeldLongEnough({ now, configuration, protections }: Beyond): (each: MarkedRow) => boolean {
  const holdMs = rotatedIn(configuration).reduce((longest, each) => Math.max(longest, each.holdPeriodMs), 0);
  return ({ row, marker }) =>
    protections.inUse(row.id, marker.tokenHash) === undefined &&
    row.updatedAt + holdMs <= now &&
    keptUntil(row.description, now) === undefined;
}

function stepFor(
  { deployment, consumer, fingerprint }: Marker,
  authorizationId: string,
): Omit<EndStep, 'kind' | 'reason'> {
  const identity = { deployment, consumer, fingerprint };
  return { authorizationId, identity, countsSince: undefined, compromised: false, adopted: false, aside: false };
}
