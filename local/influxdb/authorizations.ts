import { answerAuthorization } from './authorization-answer.ts';
import { answerJson, type Exchange, type Handler, noContent, parameter } from './endpoint.ts';
import { ApiError } from './errors.ts';
import { goStringPointer, type Shape } from './go-json-decode.ts';
import { parseId } from './ids.ts';
import { bodyOrInternalError, optionalText } from './json-body.ts';
import { type Action, allowed, type Caller, demand } from './permissions.ts';
import type { Status, StoredAuthorization } from './rows.ts';
import type { Store } from './store.ts';

const updateShape = {
  kind: 'struct',
  type: 'influxdb.AuthorizationUpdate',
  fields: { status: { kind: 'string', type: 'influxdb.Status', pointer: true }, description: goStringPointer },
} as const satisfies Shape;

/** `GET /api/v2/authorizations`: rows that the caller may not read are silently left out. There is no paging. */
export const listAuthorizations: Handler = ({ store, query, caller }) => {
  const rows = filtered(store, query).filter((row) => visible(caller, row));
  const authorizations = rows.flatMap((row) => {
    const { orgs, users } = store.tables;
    return orgs.has(row.orgId) && users.has(row.userId) ? [answerAuthorization(store, row)] : [];
  });
  return answerJson(200, { links: { self: '/api/v2/authorizations' }, authorizations });
};

export const getAuthorization: Handler = ({ store, caller, id }) => {
  const row = find(store, parseId(id));
  demandOn(caller, 'read', row);
  return answerJson(200, answerAuthorization(store, row));
};

/** Reads the row, and writes the whole row back in a second step, which undoes whatever happened in between. */
export const updateAuthorization: Handler = async ({ store, request, caller, id }) => {
  const rowId = parseId(id);
  const update = bodyOrInternalError(request.body, updateShape);
  const row = find(store, rowId);
  demandOn(caller, 'read', row);
  demandOn(caller, 'write', row);
  const status = optionalText(update.status) ?? row.status;
  const description = optionalText(update.description) ?? row.description;
  const updatedAt = store.stamp();
  await store.betweenPatchReadAndWrite?.(rowId);
  const written = { ...row, status: storedStatus(status), description, updatedAt };
  store.tables.authorizations.set(rowId, written);
  return answerJson(200, answerAuthorization(store, written));
};

export const deleteAuthorization: Handler = ({ store, caller, id }: Exchange) => {
  const row = find(store, parseId(id));
  demandOn(caller, 'write', row);
  store.tables.authorizations.delete(row.id);
  return noContent;
};

function find(store: Store, id: string): StoredAuthorization {
  const row = store.tables.authorizations.get(id);
  if (!row) throw new ApiError('not found', 'authorization not found');
  return row;
}

// The right on the owner is checked by id, so an org-wide right on users never matches.
function demandOn(caller: Caller, action: Action, row: StoredAuthorization): void {
  demand(caller, action, { type: 'authorizations', id: row.id, orgID: row.orgId });
  demand(caller, action, { type: 'users', id: row.userId });
}

function visible(caller: Caller, row: StoredAuthorization): boolean {
  const resources = [
    { type: 'authorizations', id: row.id, orgID: row.orgId },
    { type: 'users', id: row.userId },
  ];
  return resources.every((resource) => allowed(caller, { action: 'read', resource }));
}

// An empty status is stored as active, so an empty status in a PATCH switches an authorization on.
function storedStatus(status: string): Status {
  if (status === '') return 'active';
  if (status === 'active' || status === 'inactive') return status;
  throw new ApiError('invalid', 'encodeAuthorization: unknown authorization status');
}

function filtered(store: Store, query: URLSearchParams): StoredAuthorization[] {
  let userId = idParameter(query, 'userID');
  let orgId = idParameter(query, 'orgID');
  const id = idParameter(query, 'id');
  const user = parameter(query, 'user');
  if (userId === undefined && user !== undefined) {
    userId = store.userNamed(user)?.id;
    if (userId === undefined) throw new ApiError('not found', 'user not found');
  }
  const org = parameter(query, 'org');
  if (orgId === undefined && org !== undefined) {
    orgId = store.orgNamed(org)?.id;
    if (orgId === undefined) throw new ApiError('not found', `organization name "${org}" not found`);
  }
  if (id !== undefined) return [find(store, id)];
  const token = parameter(query, 'token');
  // Only Cloud looks at the token; OSS ignores the parameter and lists everything.
  const ofToken = store.mode === 'cloud' && token !== undefined ? [store.authorizationOf(token)] : undefined;
  return (ofToken ?? store.storedAuthorizations()).filter(
    (row): row is StoredAuthorization =>
      row !== undefined &&
      (userId === undefined || row.userId === userId) &&
      (orgId === undefined || row.orgId === orgId),
  );
}

function idParameter(query: URLSearchParams, name: string): string | undefined {
  const text = parameter(query, name);
  return text === undefined ? undefined : parseId(text);
}
