import { answerJson, type Handler, noContent, parameter } from './endpoint.ts';
import { ApiError } from './errors.ts';
import { goId, goString, goStringPointer, type Shape } from './go-json-decode.ts';
import { parseId } from './ids.ts';
import { bodyOrInternalError, bodyOrInvalid, optionalText, text } from './json-body.ts';
import { pageById, pageOf } from './paging.ts';
import { allowed, demand } from './permissions.ts';
import type { User } from './rows.ts';
import type { Store } from './store.ts';

const userShape = {
  kind: 'struct',
  type: 'influxdb.User',
  fields: { id: goId, name: goString, oauthID: goString, status: { kind: 'string', type: 'influxdb.Status' } },
} as const satisfies Shape;

const updateShape = {
  kind: 'struct',
  type: 'influxdb.UserUpdate',
  fields: { name: goStringPointer, status: { kind: 'string', type: 'influxdb.Status', pointer: true } },
} as const satisfies Shape;

const passwordShape = {
  kind: 'struct',
  type: 'tenant.passwordSetRequest',
  fields: { password: goString },
} as const satisfies Shape;

export function answerUser({ id, name, oauthId, status }: User) {
  return { links: { self: `/api/v2/users/${id}` }, id, name, ...(oauthId ? { oauthID: oauthId } : {}), status };
}

export const getMe: Handler = ({ store, caller }) => {
  demand(caller, 'read', { type: 'users', id: caller.userId });
  return answerJson(200, answerUser(find(store, caller.userId)));
};

/** `GET /api/v2/users`: users that the caller may not read are left out after paging, so a page may be short. */
export const listUsers: Handler = ({ store, query, caller }) => {
  const page = pageOf(query);
  const id = parameter(query, 'id');
  const name = parameter(query, 'name');
  const users = (): User[] => {
    if (id !== undefined) return [find(store, parseId(id))];
    if (name !== undefined) return [found(store.userNamed(name))];
    // Cloud does not list its users.
    return store.mode === 'cloud' ? [] : pageById(store.tables.users.values(), page);
  };
  const visible = users().filter((user) =>
    allowed(caller, { action: 'read', resource: { type: 'users', id: user.id } }),
  );
  return answerJson(200, { links: { self: '/api/v2/users' }, users: visible.map(answerUser) });
};

export const getUser: Handler = ({ store, caller, id }) => {
  const userId = parseId(id);
  demand(caller, 'read', { type: 'users', id: userId });
  return answerJson(200, answerUser(find(store, userId)));
};

/** `POST /api/v2/users` needs the right on all users, and takes any status. */
export const createUser: Handler = ({ store, request, caller }) => {
  const body = bodyOrInternalError(request.body, userShape);
  demand(caller, 'write', { type: 'users' });
  const fields = {
    name: text(body.name),
    oauthId: optionalText(body.oauthID),
    status: text(body.status) || 'active',
  };
  return answerJson(201, answerUser(store.addUser(fields, optionalText(body.id))));
};

export const updateUser: Handler = ({ store, request, caller, id }) => {
  const userId = parseId(id);
  const update = bodyOrInternalError(request.body, updateShape);
  const status = optionalText(update.status);
  if (status !== undefined && status !== 'active' && status !== 'inactive')
    throw new ApiError('invalid', 'invalid status: must be active or inactive');
  demand(caller, 'write', { type: 'users', id: userId });
  const user = find(store, userId);
  const name = optionalText(update.name) ?? user.name;
  if (name !== user.name && store.userNamed(name))
    throw new ApiError('conflict', `user with name ${name} already exists`);
  if (name === '') throw new ApiError('empty value', 'key required');
  const written = { ...user, name, status: status ?? user.status };
  store.tables.users.set(userId, written);
  return answerJson(200, answerUser(written));
};

/** Keeps the user's authorizations. They do not work any more, but can still be deleted. */
export const deleteUser: Handler = ({ store, caller, id }) => {
  const userId = parseId(id);
  demand(caller, 'write', { type: 'users', id: userId });
  const user = find(store, userId);
  store.tables.users.delete(user.id);
  store.tables.passwords.delete(user.id);
  for (const org of store.tables.orgs.values())
    store.tables.orgs.set(org.id, { ...org, ownerIds: org.ownerIds.filter((ownerId) => ownerId !== user.id) });
  return noContent;
};

/** `POST /api/v2/users/{id}/password`: the right to write a user is enough to become that user. */
export const setPassword: Handler = ({ store, request, caller, id }) => {
  const body = bodyOrInvalid(request.body, passwordShape, '');
  const userId = idOfRoute(id);
  demand(caller, 'write', { type: 'users', id: userId });
  const password = text(body.password);
  demandPassword(password);
  if (!store.tables.users.has(userId)) throw new ApiError('forbidden', 'your userID is incorrect');
  store.tables.passwords.set(userId, password);
  return noContent;
};

export function demandPassword(password: string): void {
  const length = Buffer.byteLength(password);
  if (length < 8 || length > 72) throw new ApiError('invalid', 'passwords must be between 8 and 72 characters long');
}

function idOfRoute(id: string): string {
  try {
    return parseId(id);
  } catch (error) {
    if (error instanceof ApiError) throw new ApiError('internal error', 'invalid user ID provided in route');
    throw error;
  }
}

function find(store: Store, id: string): User {
  return found(store.tables.users.get(id));
}

function found(user: User | undefined): User {
  if (!user) throw new ApiError('not found', 'user not found');
  return user;
}
