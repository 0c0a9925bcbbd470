import { answerAuthorization } from './authorization-answer.ts';
import { answerJson, type Handler } from './endpoint.ts';
import { ApiError } from './errors.ts';
import { type Decoded, goId, goIdPointer, goString, type Shape } from './go-json-decode.ts';
import { bodyOrInvalid, optionalText, text } from './json-body.ts';
import {
  allowed,
  type Caller,
  demand,
  isAction,
  type Permission,
  permissionText,
  resourceTypes,
} from './permissions.ts';
import type { Status } from './rows.ts';

const status: Shape = { kind: 'string', type: 'influxdb.Status' };

// The server's resource has these three fields: a `name` or an `org` that is sent with them is silently dropped.
const resource: Shape = {
  kind: 'struct',
  type: 'influxdb.Resource',
  fields: { type: { kind: 'string', type: 'influxdb.ResourceType' }, id: goIdPointer, orgID: goIdPointer },
};

const permission: Shape = {
  kind: 'struct',
  type: 'influxdb.Permission',
  fields: { action: { kind: 'string', type: 'influxdb.Action' }, resource },
};

const requestShape = {
  kind: 'struct',
  type: 'authorization.postAuthorizationRequest',
  fields: {
    status,
    orgID: goId,
    userID: goIdPointer,
    description: goString,
    permissions: { kind: 'list', type: '[]influxdb.Permission', item: permission },
  },
} as const satisfies Shape;

/** `POST /api/v2/authorizations`: the checks are in the server's order, the first that fails is the answer. */
export const createAuthorization: Handler = ({ store, request, caller }) => {
  const body = bodyOrInvalid(request.body, requestShape, 'invalid json structure: ');
  const permissions = permissionsOf(body);
  const orgId = optionalText(body.orgID);
  if (orgId === undefined) throw new ApiError('invalid', 'org id required: invalid ID');
  const wantedStatus = statusOf(body);
  if (!store.tables.users.has(caller.userId)) throw unableToCreate();
  const userId = optionalText(body.userID) ?? caller.userId;
  demand(caller, 'write', { type: 'authorizations', orgID: orgId });
  demand(caller, 'write', { type: 'users', id: userId });
  demandGrantable(caller, permissions, orgId);
  if (!store.tables.users.has(userId) || !store.tables.orgs.has(orgId)) throw unableToCreate();
  const fields = { status: wantedStatus, description: text(body.description), orgId, userId, permissions };
  const { row, token } = store.addAuthorization(fields);
  return answerJson(201, answerAuthorization(store, row, token));
};

const unableToCreate = () => new ApiError('invalid', 'unable to create token');

function permissionsOf(body: Decoded): Permission[] {
  const decoded = (body.permissions ?? []) as readonly (Decoded | undefined)[];
  if (decoded.length === 0) throw new ApiError('invalid', 'authorization must include permissions');
  return decoded.map((one) => {
    const { type, id, orgID } = (one?.resource ?? {}) as Decoded;
    const action = text(one?.action);
    if (!resourceTypes.some((known) => known === type))
      throw new ApiError('invalid', 'invalid resource type for permission: unknown resource type for permission');
    if (!isAction(action))
      throw new ApiError('invalid', 'invalid action type for permission: unknown action for permission');
    const place = {
      ...(id === undefined ? {} : { id: text(id) }),
      ...(orgID === undefined ? {} : { orgID: text(orgID) }),
    };
    return { action, resource: { type: text(type), ...place } };
  });
}

function statusOf(body: Decoded): Status {
  const wanted = text(body.status) || 'active';
  if (wanted === 'active' || wanted === 'inactive') return wanted;
  throw new ApiError('invalid', 'invalid status: must be active or inactive');
}

// No escalation: a caller grants only what it holds itself.
function demandGrantable(caller: Caller, permissions: readonly Permission[], orgId: string): void {
  for (const one of permissions) {
    if (allowed(caller, one)) continue;
    const name = permissionText(one);
    throw new ApiError('forbidden', `permission ${name} is not allowed: ${name} is unauthorized`);
  }
  if (permissions.some(({ resource: { type } }) => type === 'instance')) {
    const message = 'authorizations cannot be created with the instance type, it is only used during setup';
    throw new ApiError('internal error', message);
  }
  const foreign = permissions.find(({ resource: { orgID } }) => orgID !== undefined && orgID !== orgId);
  if (foreign) throw new ApiError('invalid', `permission ${permissionText(foreign)} is not for org id ${orgId}`);
}
