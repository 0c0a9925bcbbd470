import { answerJson, type Handler, noContent, parameter } from './endpoint.ts';
import { ApiError } from './errors.ts';
import { goId, goString, goStringPointer, type Shape } from './go-json-decode.ts';
import { isId, parseId } from './ids.ts';
import { bodyOrInvalid, optionalText, text } from './json-body.ts';
import { type Page, pageById, pageOf } from './paging.ts';
import { allowed, type Caller, demand } from './permissions.ts';
import type { Org } from './rows.ts';
import type { Store } from './store.ts';

const time: Shape = { kind: 'string', type: 'time.Time' };

const orgShape = {
  kind: 'struct',
  type: 'influxdb.Organization',
  fields: { id: goId, name: goString, description: goString, createdAt: time, updatedAt: time },
} as const satisfies Shape;

const updateShape = {
  kind: 'struct',
  type: 'influxdb.OrganizationUpdate',
  fields: { name: goStringPointer, description: goStringPointer },
} as const satisfies Shape;

export function answerOrg({ id, name, description, createdAt, updatedAt }: Org) {
  const own = (part: string): string => `/api/v2/orgs/${id}/${part}`;
  return {
    links: {
      buckets: `/api/v2/buckets?org=${name}`,
      dashboards: `/api/v2/dashboards?org=${name}`,
      labels: own('labels'),
      logs: own('logs'),
      members: own('members'),
      owners: own('owners'),
      secrets: own('secrets'),
      self: `/api/v2/orgs/${id}`,
      tasks: `/api/v2/tasks?org=${name}`,
    },
    id,
    name,
    description,
    createdAt,
    updatedAt,
  };
}

export const listOrgs: Handler = ({ store, query, caller }) => {
  const page = pageOf(query);
  const orgs = filtered(store, query, caller, page).filter(({ id }) =>
    allowed(caller, { action: 'read', resource: { type: 'orgs', id } }),
  );
  return answerJson(200, { links: { self: '/api/v2/orgs' }, orgs: orgs.map(answerOrg) });
};

export const getOrg: Handler = ({ store, caller, id }) => {
  const orgId = parseId(id);
  demand(caller, 'read', { type: 'orgs', id: orgId });
  return answerJson(200, answerOrg(findOrg(store, orgId)));
};

export const createOrg: Handler = ({ store, request, caller }) => {
  const body = bodyOrInvalid(request.body, orgShape, 'failed to unmarshal json: ');
  demand(caller, 'write', { type: 'orgs' });
  return answerJson(201, answerOrg(store.addOrg(text(body.name), text(body.description), caller.userId)));
};

export const updateOrg: Handler = ({ store, request, caller, id }) => {
  const orgId = parseId(id);
  const update = bodyOrInvalid(request.body, updateShape, 'failed to unmarshal json: ');
  demand(caller, 'write', { type: 'orgs', id: orgId });
  const org = findOrg(store, orgId);
  const name = optionalText(update.name) ?? org.name;
  if (name !== org.name) store.demandFreeOrgName(name);
  const written = { ...org, name, description: optionalText(update.description) ?? org.description };
  store.tables.orgs.set(orgId, { ...written, updatedAt: store.stamp() });
  return answerJson(200, answerOrg(findOrg(store, orgId)));
};

/** Deletes the org's buckets with it. Its authorizations stay, but are not listed any more. */
export const deleteOrg: Handler = ({ store, caller, id }) => {
  const orgId = parseId(id);
  demand(caller, 'write', { type: 'orgs', id: orgId });
  const org = findOrg(store, orgId);
  for (const bucket of [...store.tables.buckets.values()]) {
    if (bucket.orgId !== org.id) continue;
    store.tables.buckets.delete(bucket.id);
    store.tables.points.delete(bucket.id);
  }
  store.tables.orgs.delete(org.id);
  return noContent;
};

export function findOrg(store: Store, id: string): Org {
  const org = store.tables.orgs.get(id);
  if (!org) throw new ApiError('not found', 'organization not found');
  return org;
}

export function findOrgNamed(store: Store, name: string): Org {
  const org = store.orgNamed(name);
  if (!org) throw new ApiError('not found', `organization name "${name}" not found`);
  return org;
}

/** The org of a write or a query: `org` is an id if it looks like one, else a name; `orgID` wins. Needs no right. */
export function orgOfQuery(store: Store, query: URLSearchParams): Org {
  const org = parameter(query, 'org');
  const orgId = parameter(query, 'orgID');
  if (orgId !== undefined) return findOrg(store, parseId(orgId));
  if (org === undefined) throw new ApiError('invalid', 'Please provide either orgID or org');
  return isId(org) ? findOrg(store, parseId(org)) : findOrgNamed(store, org);
}

function filtered(store: Store, query: URLSearchParams, caller: Caller, page: Page): Org[] {
  // The server ignores a filter by a malformed id.
  const [orgId, wantedUserId] = ['orgID', 'userID'].map((name) => {
    const id = parameter(query, name);
    return id !== undefined && isId(id) ? parseId(id) : undefined;
  });
  const name = parameter(query, 'org');
  if (orgId !== undefined) return [findOrg(store, orgId)];
  if (name !== undefined) return [findOrgNamed(store, name)];
  const all = allowed(caller, { action: 'read', resource: { type: 'orgs' } });
  const userId = wantedUserId ?? (all ? undefined : caller.userId);
  const orgs = [...store.tables.orgs.values()];
  // The server lists orgs in ascending order only, and has no `after` for them.
  return pageById(userId === undefined ? orgs : orgs.filter(({ ownerIds }) => ownerIds.includes(userId)), {
    ...page,
    after: undefined,
    descending: false,
  });
}
