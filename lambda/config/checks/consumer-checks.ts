import { DAY_MS, formatDuration } from '../duration.ts';
import type { Durations } from '../durations.ts';
import { ID } from '../influxdb-id.ts';
import { objectAt } from '../is-object.ts';
import type { Problem } from '../problems.ts';
import { isArn } from '../secret-name.ts';
import type { Allowed } from '../when.ts';
import { ageProblem } from './age-checks.ts';
import type { CanaryWait } from './canary-checks.ts';
import { tokenKeyProblem } from './token-key.ts';

interface Surroundings {
  readonly file: Record<string, unknown>;
  readonly cloud: boolean;
  /** The id of the configured org, where it is given. */
  readonly orgId: string | undefined;
  /** Where the consumer is in the file: `consumers[0]`. */
  readonly path: string;
  readonly durations: Durations;
  /** Undefined where it is refused by itself. */
  readonly when: Allowed | undefined;
  readonly canaries: CanaryWait | undefined;
}

export type Say = (key: string, message: string, more?: Pick<Problem, 'value' | 'expectedAt'>) => void;

/** Checks one consumer's keys against each other, and against the keys that apply to all consumers. */
export function consumerProblems(
  consumer: Record<string, unknown>,
  { file, cloud, orgId, path, durations, when, canaries }: Surroundings,
): Problem[] {
  const problems: Problem[] = [];
  const say: Say = (key, message, more) =>
    problems.push({ path: key === '' ? path : `${path}.${key}`, message, ...more });
  const inForce = { ...objectAt(file, 'defaults'), ...consumer };
  if (consumer.retired !== true) {
    checkAccess(consumer, { cloud, path }, say);
    checkOrgs(consumer, orgId, say);
  }
  checkOwner(inForce, { cloud, path }, say);
  if (consumer.createSecret === true && typeof consumer.secret === 'string' && isArn(consumer.secret))
    say('createSecret', 'must not be true for a secret that is given by its ARN: give the name that it will have');
  const keyProblem = tokenKeyProblem(inForce.tokenKey);
  if (keyProblem !== undefined) say('tokenKey', keyProblem);
  checkTimes(durations, say);
  if (inForce.rotation === 'secrets-manager') checkService(inForce, durations, say);
  if (consumer.exception !== undefined) checkException(inForce, say);
  const isCanary = canaries?.consumers.has(String(consumer.name)) === true;
  const soakMs = isCanary || consumer.retired === true ? undefined : canaries?.ms;
  const tooOld = when === undefined ? undefined : ageProblem(durations, when, soakMs);
  if (tooOld !== undefined) say('maxTokenAge', tooOld);
  return problems;
}

const HOUR_MS = 60 * 60 * 1000;

/** What Secrets Manager can rotate: a secret that exists, in whole hours, and any time of the day on which it is due. */
function checkService(
  { createSecret, rotateEvery: value }: Record<string, unknown>,
  { schedule, lease, rotateEvery, gracePeriod, maxTokenAge }: Durations,
  say: Say,
): void {
  if (createSecret === true)
    say('createSecret', 'must not be true with "rotation": "secrets-manager", which can rotate only what exists');
  if (
    rotateEvery !== undefined &&
    (rotateEvery % HOUR_MS > 0 || rotateEvery < 4 * HOUR_MS || rotateEvery > 999 * DAY_MS)
  )
    say('rotateEvery', 'must be whole hours, at least 4h and at most 999d, with "rotation": "secrets-manager"', {
      value,
    });
  if (lease === undefined || gracePeriod === undefined || rotateEvery === undefined) return;
  if (maxTokenAge === undefined || schedule === undefined) return;
  const longest = rotateEvery + DAY_MS + schedule + gracePeriod + lease;
  if (longest > maxTokenAge && longest - DAY_MS <= maxTokenAge)
    say(
      'maxTokenAge',
      `must be at least ${formatDuration(longest)} with "rotation": "secrets-manager", which may be a day late: rotateEvery + 1d + schedule + gracePeriod + lease (is ${formatDuration(maxTokenAge)})`,
    );
}

/** That it is over is only warned of: what was accepted once is not refused later. */
function checkException({ retired, rotation }: Record<string, unknown>, say: Say): void {
  if (retired === true)
    say('exception', 'must not be given with "retired": true, which ends the tokens: remove one of them');
  if (rotation === 'secrets-manager')
    say(
      'exception',
      'must not be given with "rotation": "secrets-manager", which nothing here can keep from rotating: remove it, or set "rotation" to "schedule" and end the rotation there (aws secretsmanager cancel-rotate-secret)',
    );
}

type Where = Pick<Surroundings, 'cloud' | 'path'>;

function checkAccess(
  { read, write, access, permissions }: Record<string, unknown>,
  { cloud, path }: Where,
  say: Say,
): void {
  const kinds = [read !== undefined || write !== undefined, access !== undefined, permissions !== undefined].filter(
    Boolean,
  ).length;
  if (kinds === 0)
    say('', 'does not say what its token may do: give "read" and "write" with buckets, or "access", or "permissions"', {
      expectedAt: ['read', 'write', 'access', 'permissions'].map((key) => `${path}.${key}`),
    });
  if (kinds > 1)
    say('', 'says in more than one way what its token may do: keep one of "read"/"write", "access" and "permissions"');
  if (isEmptyOrAbsent(read) && isEmptyOrAbsent(write) && (read !== undefined || write !== undefined))
    say('read', 'names no bucket, and neither does "write": a token needs at least one');
  if (Array.isArray(permissions) && permissions.length === 0)
    say('permissions', 'must not be empty: InfluxDB does not make a token without permissions');
  for (const [key, buckets] of Object.entries({ read, write })) {
    if (!Array.isArray(buckets)) continue;
    const repeated = buckets.find((bucket, index) => buckets.indexOf(bucket) !== index);
    if (typeof repeated === 'string') say(key, 'names a bucket twice: keep one of them', { value: repeated });
    checkWhiteSpace(key, buckets, say);
  }
  if (cloud && access === 'operator')
    say('access', 'must not be "operator" on InfluxDB Cloud, which has no operator tokens');
}

/** InfluxDB makes a token only for permissions of the token's own org. */
function checkOrgs({ permissions }: Record<string, unknown>, orgId: string | undefined, say: Say): void {
  if (orgId === undefined || !Array.isArray(permissions)) return;
  for (const [index, permission] of permissions.entries()) {
    const orgID: unknown = permission?.resource?.orgID;
    if (typeof orgID !== 'string' || !ID.test(orgID) || orgID.toLowerCase() === orgId) continue;
    say(
      `permissions[${index}].resource.orgID`,
      `must be that of the configured org (${orgId}), because InfluxDB makes no token with permissions of another org: correct it, or leave it out`,
      { value: orgID },
    );
  }
}

/** InfluxDB takes white space at the ends of a bucket's name as a part of it, so that a single such name may be right. */
function checkWhiteSpace(key: string, buckets: readonly unknown[], say: Say): void {
  const names = buckets.filter((bucket) => typeof bucket === 'string');
  const twin = names.find((name) => name !== name.trim() && names.some((other) => isTwin(name, other)));
  if (twin !== undefined)
    say(key, 'names two buckets that differ only by white space at the ends: keep the one that InfluxDB has', {
      value: twin,
    });
}

function isTwin(name: string, other: string): boolean {
  return name !== other && name.trim() === other.trim();
}

function isEmptyOrAbsent(buckets: unknown): boolean {
  return buckets === undefined || (Array.isArray(buckets) && buckets.length === 0);
}

function checkOwner({ owner, createOwner }: Record<string, unknown>, { cloud, path }: Where, say: Say): void {
  if (cloud && owner !== undefined)
    say('owner', "must not be given on InfluxDB Cloud, where the user behind the rotator's token is the only owner", {
      value: owner,
    });
  if (cloud && createOwner === true)
    say('createOwner', 'must not be given on InfluxDB Cloud, whose API cannot create users');
  if (!cloud && owner === undefined)
    say('owner', 'is missing: name the InfluxDB user who will own the token, and who owns nothing else', {
      expectedAt: [`${path}.owner`, 'defaults.owner'],
    });
}

/** The grace period outlasts the caches, and an old token is gone before the next rotation. */
export function checkTimes(
  { lease, rotateEvery, gracePeriod, holdPeriod, consumerCacheTtl, spread }: Durations,
  say: Say,
): void {
  if (gracePeriod !== undefined && consumerCacheTtl !== undefined && gracePeriod <= consumerCacheTtl) {
    say(
      'gracePeriod',
      `must be longer than consumerCacheTtl (${formatDuration(consumerCacheTtl)}), or an application could still use a cached token that no longer works (is ${formatDuration(gracePeriod)})`,
    );
  }
  if (lease === undefined || gracePeriod === undefined || rotateEvery === undefined) return;
  const least = gracePeriod + (holdPeriod ?? 0) + lease + (spread ?? 0);
  if (holdPeriod !== undefined && least >= rotateEvery) {
    say(
      'rotateEvery',
      `must be longer than gracePeriod + holdPeriod + lease${spread ? ' + spread' : ''} = ${formatDuration(least)}, or the next rotation could come before the old token is gone (is ${formatDuration(rotateEvery)})`,
    );
  }
}
