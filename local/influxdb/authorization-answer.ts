import { ApiError } from './errors.ts';
import type { Resource } from './permissions.ts';
import type { StoredAuthorization } from './rows.ts';
import type { Store } from './store.ts';

/** The object as it is sent. Throws 404 when the org or the owner of the row is gone. */
export function answerAuthorization(store: Store, row: StoredAuthorization, token = servedToken(store, row)) {
  const org = store.tables.orgs.get(row.orgId);
  if (!org) throw new ApiError('not found', 'organization not found');
  const user = store.tables.users.get(row.userId);
  if (!user) throw new ApiError('not found', 'user not found');
  return {
    id: row.id,
    token,
    status: row.status,
    description: row.description,
    orgID: row.orgId,
    org: org.name,
    userID: row.userId,
    user: user.name,
    permissions: row.permissions.map(({ action, resource }) => ({ action, resource: named(store, resource) })),
    links: authorizationLinks(row),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

export function authorizationLinks({ id, userId }: StoredAuthorization) {
  return { self: `/api/v2/authorizations/${id}`, user: `/api/v2/users/${userId}` };
}

function servedToken(store: Store, row: StoredAuthorization): string {
  if (store.mode === 'cloud') return 'redacted';
  return row.token ?? '';
}

/** Names are looked up when they are served. As in the server, a resource that is gone loses its org's name, too. */
function named(store: Store, { type, id, orgID }: Resource) {
  const bare = { type, ...(id === undefined ? {} : { id }), ...(orgID === undefined ? {} : { orgID }) };
  const name = id === undefined ? '' : nameOf(store, type, id);
  if (name === undefined) return bare;
  const org = orgID === undefined ? undefined : store.tables.orgs.get(orgID)?.name;
  return { ...bare, ...(name ? { name } : {}), ...(org ? { org } : {}) };
}

function nameOf({ tables }: Store, type: string, id: string): string | undefined {
  if (type === 'buckets') return tables.buckets.get(id)?.name;
  if (type === 'orgs') return tables.orgs.get(id)?.name;
  if (type === 'users') return tables.users.get(id)?.name;
  return '';
}
