import type { ConsumerFile } from './file/schema.ts';
import type { Permission } from './permission.ts';

/** What a token may do. Buckets are names or ids, permissions are InfluxDB's own, and a rotator can rotate all tokens. */
export type Access =
  | { readonly kind: 'buckets'; readonly read: readonly string[]; readonly write: readonly string[] }
  | { readonly kind: 'all-access' }
  | { readonly kind: 'operator' }
  | { readonly kind: 'permissions'; readonly permissions: readonly Permission[] }
  | { readonly kind: 'rotator' };

/** A consumer's access as it is written. */
export function accessOf({ read = [], write = [], access, permissions }: ConsumerFile): Access {
  if (access !== undefined) return { kind: access };
  if (permissions !== undefined) return { kind: 'permissions', permissions: permissions.map(asInfluxdbHasIt) };
  return { kind: 'buckets', read, write };
}

/** InfluxDB reads ids in either case, and answers them in lower case. */
function asInfluxdbHasIt({ action, resource: { type, id, orgID } }: Permission): Permission {
  return {
    action,
    resource: {
      type,
      ...(id !== undefined && { id: id.toLowerCase() }),
      ...(orgID !== undefined && { orgID: orgID.toLowerCase() }),
    },
  };
}
