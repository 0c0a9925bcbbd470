import type { ConsumerSettings } from '../config/configuration.ts';
import type { Permission } from '../config/permission.ts';
import { allAccessPermissions, operatorPermissions, permissionsHash } from './permissions.ts';

/** Ids of the names that a configuration uses. */
export interface Ids {
  readonly orgId: string;
  readonly users: ReadonlyMap<string, string>;
  readonly buckets: ReadonlyMap<string, string>;
  /** Resource types that the server knows. */
  readonly types: readonly string[];
}

/** The least that a rotator of these consumers must hold: no token can grant what its maker does not have. */
export function rotatorPermissions(
  consumers: readonly ConsumerSettings[],
  { orgId, users, buckets, types }: Ids,
): Permission[] {
  const wanted: Permission[] = both({ type: 'authorizations', orgID: orgId });
  for (const { owner, access, createOwner } of consumers) {
    const userId = users.get(owner ?? '') ?? owner ?? '';
    // Users are made with the right to write all users, and only then.
    wanted.push(...both(createOwner ? { type: 'users' } : { type: 'users', id: userId }));
    switch (access.kind) {
      case 'buckets': {
        const bucket = (name: string) => ({ type: 'buckets', id: buckets.get(name) ?? name, orgID: orgId });
        // To look a bucket up by its name is to read it, also for a consumer that only writes it.
        const read = [...access.read, ...access.write.filter((name) => buckets.has(name))];
        wanted.push(...read.map((name): Permission => ({ action: 'read', resource: bucket(name) })));
        wanted.push(...access.write.map((name): Permission => ({ action: 'write', resource: bucket(name) })));
        break;
      }
      case 'all-access':
        wanted.push(...allAccessPermissions(orgId, userId, types));
        break;
      case 'operator':
        wanted.push(...operatorPermissions(types));
        break;
      case 'permissions':
        wanted.push(...access.permissions);
        break;
    }
  }
  return [...new Map(wanted.map((permission) => [permissionsHash([permission]), permission])).values()];
}

function both(resource: Permission['resource']): Permission[] {
  return [
    { action: 'read', resource },
    { action: 'write', resource },
  ];
}
