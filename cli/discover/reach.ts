import type { Permission } from '../../lambda/config/permission.ts';
import type { Authorization } from '../../lambda/influxdb/authorization.ts';
import {
  allAccessPermissions,
  covers,
  describePermission,
  operatorPermissions,
} from '../../lambda/influxdb/permissions.ts';

/** What a token may do, in the form of a configuration. */
export type Reach =
  | { readonly access: 'all-access' | 'operator' }
  /** By id. */
  | { readonly read: readonly string[]; readonly write: readonly string[] }
  | { readonly permissions: readonly Permission[] };

/** @param types the resource types that the server knows. */
export function reachOf({ orgId, userId, permissions }: Authorization, types: readonly string[]): Reach {
  const hasAll = (wanted: readonly Permission[]) => wanted.every((each) => covers(permissions, each));
  if (hasAll(operatorPermissions(types))) return { access: 'operator' };
  if (hasAll(allAccessPermissions(orgId, userId, types))) return { access: 'all-access' };
  const isOneBucket = ({ resource: { type, id } }: Permission) => type === 'buckets' && id !== undefined;
  if (!permissions.every(isOneBucket)) return { permissions };
  const those = (action: Permission['action']) => [
    ...new Set(permissions.flatMap((each) => (each.action === action ? (each.resource.id ?? []) : []))),
  ];
  return { read: those('read'), write: those('write') };
}

/** The buckets that are named one by one. */
export function bucketsIn(reach: Reach): readonly string[] {
  return 'read' in reach ? [...reach.read, ...reach.write] : [];
}

const SHOWN = 6;

/** @param nameOf a bucket, where its id is known. */
export function describeReach(reach: Reach, nameOf: (bucket: string) => string): string {
  if ('access' in reach) return reach.access;
  if ('permissions' in reach) return shortened(reach.permissions.map(shownShortly));
  const parts = [...listed('reads', reach.read, nameOf), ...listed('writes', reach.write, nameOf)];
  return parts.join(', ') || 'nothing';
}

/** Where it is the whole type, whose org it is goes without saying. */
function shownShortly(permission: Permission): string {
  const {
    action,
    resource: { type, id },
  } = permission;
  return id === undefined ? `${action}:${type}` : describePermission(permission);
}

function listed(verb: string, buckets: readonly string[], nameOf: (bucket: string) => string): string[] {
  return buckets.length === 0 ? [] : [`${verb} ${shortened(buckets.map(nameOf))}`];
}

function shortened(texts: readonly string[]): string {
  const more = texts.length - SHOWN;
  return `${texts.slice(0, SHOWN).join(' ')}${more > 0 ? ` and ${more} more` : ''}`;
}
