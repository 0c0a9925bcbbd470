import { hash } from 'node:crypto';
import type { Permission } from '../config/permission.ts';

/** A permission in InfluxDB's own notation, e.g. `read:orgs/<org>/buckets/<id>`. */
export function describePermission({ action, resource: { type, id, orgID } }: Permission): string {
  const owner = orgID === undefined ? '' : `orgs/${orgID}/`;
  return `${action}:${owner}${type}${id === undefined ? '' : `/${id}`}`;
}

const SHOWN = 10;

/** Several permissions for people to read: the first ten, since a server may answer any number of them. */
export function describePermissions(permissions: readonly Permission[]): string {
  const shown = permissions.slice(0, SHOWN).map(describePermission);
  if (permissions.length > SHOWN) shown.push(`and ${permissions.length - SHOWN} more`);
  return shown.join(', ') || 'none';
}

/** `sha256:…` of the permissions in canonical order: the same for the same rights, however they are listed. */
export function permissionsHash(permissions: readonly Permission[]): string {
  return `sha256:${hash('sha256', inCanonicalOrder(permissions), 'hex')}`;
}

/** True for the same rights, however they are listed. */
export function areSamePermissions(some: readonly Permission[], others: readonly Permission[]): boolean {
  if (some.length === others.length && some.every((each, index) => isSame(each, others[index]))) return true;
  return inCanonicalOrder(some) === inCanonicalOrder(others);
}

function isSame(one: Permission, other: Permission | undefined): boolean {
  const { type, id, orgID } = one.resource;
  const there = other?.resource;
  return one.action === other?.action && type === there?.type && id === there.id && orgID === there.orgID;
}

function inCanonicalOrder(permissions: readonly Permission[]): string {
  return [...new Set(permissions.map(describePermission))].sort().join('\n');
}

/** The bucket permissions of a token that reads and writes these buckets, given by id. */
export function bucketPermissions(orgID: string, read: readonly string[], write: readonly string[]): Permission[] {
  return [
    ...read.map((id): Permission => ({ action: 'read', resource: { type: 'buckets', id, orgID } })),
    ...write.map((id): Permission => ({ action: 'write', resource: { type: 'buckets', id, orgID } })),
  ];
}

/**
 * What `influx auth create --all-access` grants: everything in the org, and the owner's own user.
 * @param types the resource types that the server knows (`GET /api/v2/resources`).
 */
export function allAccessPermissions(orgID: string, userId: string, types: readonly string[]): Permission[] {
  return types.flatMap((type): Permission[] => {
    if (type === 'instance') return [];
    if (type === 'orgs') return [{ action: 'read', resource: { type, id: orgID } }];
    const resource = type === 'users' ? { type, id: userId } : { type, orgID };
    return readAndWrite(resource);
  });
}

/** What `influx auth create --operator` grants: everything in every org. */
export function operatorPermissions(types: readonly string[]): Permission[] {
  return types.flatMap((type) => (type === 'instance' ? [] : readAndWrite({ type })));
}

/** True if a token with these permissions has this right, and may grant it: InfluxDB's own rule. */
export function covers(held: readonly Permission[], { action, resource: wanted }: Permission): boolean {
  return held.some(({ action: may, resource: { type, id, orgID } }) => {
    if (may !== action || type !== wanted.type) return false;
    if (id !== undefined) return id === wanted.id;
    return orgID === undefined || orgID === wanted.orgID;
  });
}

export function distinct(permissions: readonly Permission[]): Permission[] {
  return [...new Map(permissions.map((permission) => [describePermission(permission), permission])).values()];
}

export function readAndWrite(resource: Permission['resource']): Permission[] {
  return [
    { action: 'read', resource },
    { action: 'write', resource },
  ];
}

/** An id alone needs wider rights of the rotator, and a type alone would reach every org. */
export function withinOrg({ action, resource }: Permission, orgID: string): Permission {
  const global = resource.type === 'orgs' || resource.type === 'users';
  return { action, resource: global || resource.orgID !== undefined ? resource : { ...resource, orgID } };
}

/** The resource types of InfluxDB 2.0, which every server knows. */
const FIRST_TYPES: ReadonlySet<string> = new Set([
  ...['authorizations', 'buckets', 'dashboards', 'orgs', 'sources', 'tasks', 'telegrafs', 'users', 'variables'],
  ...['scrapers', 'secrets', 'labels', 'views', 'documents', 'notificationRules', 'notificationEndpoints'],
  ...['checks', 'dbrp'],
]);

export function hasOnlyFirstTypes(permissions: readonly Permission[]): boolean {
  return permissions.every(({ resource }) => FIRST_TYPES.has(resource.type));
}

/** A sentence on the types that a server does not know; undefined if it knows all. */
export function lackedTypes(
  permissions: readonly Permission[],
  known: readonly string[],
  version: string | undefined,
): string | undefined {
  const types = new Set(permissions.map(({ resource }) => resource.type));
  const lacked = [...types].filter((type) => !known.includes(type)).map((type) => `"${type}"`);
  if (lacked.length === 0) return undefined;
  const what = lacked.length === 1 ? 'resource type' : 'resource types';
  return `this server, InfluxDB ${version ?? 'of an unknown version'}, does not have the ${what} ${lacked.join(', ')} of "permissions": take them out, or upgrade the server`;
}
