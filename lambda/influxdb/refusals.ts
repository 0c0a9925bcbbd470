import { CallError } from '../calls/call-error.ts';
import type { Permission } from '../config/permission.ts';
import type { NewAuthorization } from './authorization.ts';
import { InfluxdbError, isTokenEnd, RotatorRejectedError } from './errors.ts';
import { lackedTypes } from './permissions.ts';

/** What a refusal of a call with the rotator's own token means, and what to do. Any other error is as it was. */
export function asRotatorsError(error: unknown): unknown {
  if (!(error instanceof InfluxdbError)) return error;
  if (isTokenEnd(error)) return new RotatorRejectedError(error);
  if (!error.isMissingRight) return error;
  const lacked = leastPermission(error.lackedRight ?? '');
  return lacked === undefined ? error : error.with(remedyFor(error, lacked), [{ kind: 'right', permission: lacked }]);
}

/** The least permission that gives this right, which is in InfluxDB's notation: InfluxDB names one row, where the rotator needs all of the org. */
export function leastPermission(right: string): Permission | undefined {
  const [, action, orgID, type = '', id] =
    /^(read|write):(?:orgs\/([0-9a-f]{16})\/)?([A-Za-z]{1,32})(?:\/([0-9a-f]{16}))?$/.exec(right) ?? [];
  if (action !== 'read' && action !== 'write') return undefined;
  const isRow = type === 'authorizations' && orgID !== undefined;
  return {
    action,
    resource: { type, ...(id !== undefined && !isRow && { id }), ...(orgID !== undefined && { orgID }) },
  };
}

function remedyFor({ status }: InfluxdbError, lacked: Permission): string {
  // Of a mint: InfluxDB first checks what the rotator may do, and then what it may grant.
  const why = status === 403 ? ', and can grant only what it has itself' : '';
  return `the rotator's token lacks ${JSON.stringify(lacked)}${why}; if these ids are what you mean, replace it with a token that also has this permission, as docs/rotator-token.md says; rightsNeeded in the report lists them all`;
}

/** What InfluxDB says of an owner or an org that does not exist, and of a type that it does not know: no more. */
const NOT_MADE = 'unable to create token';
const UNKNOWN_TYPE = /unknown resource type/;

/** What can be looked up after a refused mint. */
export interface Looks {
  /** Undefined where InfluxDB does not tell. */
  exists(route: '/api/v2/users/{id}' | '/api/v2/orgs/{id}', id: string): Promise<boolean | undefined>;
  resourceTypes(): Promise<readonly string[]>;
  readonly serverVersion: string | undefined;
}

/** Says which part of a refused mint InfluxDB does not know. Any other error is as it was. */
export async function asMintError(error: unknown, wanted: NewAuthorization, looks: Looks): Promise<unknown> {
  if (!(error instanceof InfluxdbError) || error.status !== 400) return error;
  const isUnknownType = UNKNOWN_TYPE.test(error.reason);
  if (error.reason !== NOT_MADE && !isUnknownType) return error;
  const why = isUnknownType ? await unknownTypes(wanted, looks) : await unknownOwnerOrOrg(wanted, looks);
  if (why === undefined) return error;
  return new CallError('INFLUXDB_REFUSED', 'refused', `InfluxDB made no token: ${why}`, { cause: error });
}

async function unknownOwnerOrOrg({ userId, orgId }: NewAuthorization, looks: Looks): Promise<string> {
  const owner = `the owner ${userId} does not exist: correct "owner", or create the user`;
  const org = `the org ${orgId} does not exist: correct influxdb.orgId`;
  const hasOwner = await looks.exists('/api/v2/users/{id}', userId);
  if (hasOwner === false) return owner;
  const hasOrg = await looks.exists('/api/v2/orgs/{id}', orgId);
  if (hasOrg === false) return org;
  if (hasOrg !== hasOwner) return hasOrg ? owner : org;
  return `either the owner ${userId} or the org ${orgId} does not exist: correct "owner" or influxdb.orgId`;
}

async function unknownTypes({ permissions }: NewAuthorization, looks: Looks): Promise<string | undefined> {
  try {
    return lackedTypes(permissions, await looks.resourceTypes(), looks.serverVersion);
  } catch (error) {
    if (error instanceof CallError) return undefined;
    throw error;
  }
}
