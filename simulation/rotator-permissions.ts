import type { Access, ConsumerSettings } from '../lambda/config/configuration.ts';
import type { Permission } from '../lambda/config/permission.ts';
import { allAccessPermissions, operatorPermissions, permissionsHash } from '../lambda/influxdb/permissions.ts';

/** The ids of the names that a configuration uses; `users` and `buckets` map names to ids. */
export interface Ids {
  readonly orgId: string;
  readonly users: ReadonlyMap<string, string>;
  readonly buckets: ReadonlyMap<string, string>;
  /** The resource types that the server knows (`GET /api/v2/resources`). */
  readonly types: readonly string[];
}

/**
 * The fewest permissions with which a token can rotate these consumers, since a token grants only what it holds.
 * @param own the rotator's own user, where its own token is rotated, too.
 */
export function rotatorPermissions(
  consumers: readonly ConsumerSettings[],
  ids: Ids,
  own: readonly string[] = [],
): Permission[] {
  const { orgId, users } = ids;
  const wanted: Permission[] = both({ type: 'authorizations', orgID: orgId });
  for (const id of own) wanted.push(...both({ type: 'users', id }));
  for (const { owner, access, createOwner } of consumers) {
    const userId = users.get(owner ?? '') ?? owner ?? '';
    // Only a token that may write all users can create one.
    wanted.push(...both(createOwner ? { type: 'users' } : { type: 'users', id: userId }));
    wanted.push(...neededFor(access, userId, ids));
  }
  return [...new Map(wanted.map((permission) => [permissionsHash([permission]), permission])).values()];
}

/** A token grants only what it holds. */
function neededFor(access: Access, userId: string, { orgId, buckets, types }: Ids): readonly Permission[] {
  switch (access.kind) {
    case 'buckets': {
      const bucket = (name: string) => ({ type: 'buckets', id: buckets.get(name) ?? name, orgID: orgId });
      // Finding a bucket by its name takes the right to read it, even for a consumer that only writes.
      const read = [...access.read, ...access.write.filter((name) => buckets.has(name))];
      return [
        ...read.map((name): Permission => ({ action: 'read', resource: bucket(name) })),
        ...access.write.map((name): Permission => ({ action: 'write', resource: bucket(name) })),
      ];
    }
    case 'all-access':
      return allAccessPermissions(orgId, userId, types);
    case 'operator':
      return operatorPermissions(types);
    case 'permissions':
      return access.permissions;
    case 'rotator':
      return [];
  }
}

function both(resource: Permission['resource']): Permission[] {
  return [
    { action: 'read', resource },
    { action: 'write', resource },
  ];
}
