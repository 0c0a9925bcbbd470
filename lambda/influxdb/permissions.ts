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
  const lines = [...new Set(permissions.map(describePermission))].sort();
  return `sha256:${hash('sha256', lines.join('\n'), 'hex')}`;
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

function readAndWrite(resource: Permission['resource']): Permission[] {
  return [
    { action: 'read', resource },
    { action: 'write', resource },
  ];
}
