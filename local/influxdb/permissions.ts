import { ApiError } from './errors.ts';

/** The types that a permission may name, in the order of `GET /api/v2/resources`. */
export const resourceTypes = [
  'authorizations',
  'buckets',
  'dashboards',
  'orgs',
  'sources',
  'tasks',
  'telegrafs',
  'users',
  'variables',
  'scrapers',
  'secrets',
  'labels',
  'views',
  'documents',
  'notificationRules',
  'notificationEndpoints',
  'checks',
  'dbrp',
  'notebooks',
  'annotations',
  'remotes',
  'replications',
  'instance',
] as const;

export interface Resource {
  readonly type: string;
  readonly id?: string;
  readonly orgID?: string;
}

export interface Permission {
  readonly action: string;
  readonly resource: Resource;
}

/** Who sends a request: the holder of a token, or a session. An inactive one authenticates, but has no rights. */
export interface Caller {
  readonly userId: string;
  readonly orgId: string | undefined;
  readonly active: boolean;
  readonly permissions: readonly Permission[];
}

const actions = ['read', 'write'] as const;
export type Action = (typeof actions)[number];

export function isAction(action: string): action is Action {
  return actions.some((known) => known === action);
}

export function permissionText({ action, resource: { type, id, orgID } }: Permission): string {
  const path = [...(orgID === undefined ? [] : ['orgs', orgID]), type, ...(id === undefined ? [] : [id])];
  return `${action}:${path.join('/')}`;
}

/** Does `held` satisfy `wanted`? An id is compared without its org, and write does not imply read. */
function holds(held: Permission, wanted: Permission): boolean {
  if (held.action !== wanted.action) return false;
  if (held.resource.type === 'instance') return true;
  if (held.resource.type !== wanted.resource.type) return false;
  if (held.resource.id !== undefined) return held.resource.id === wanted.resource.id;
  return held.resource.orgID === undefined || held.resource.orgID === wanted.resource.orgID;
}

export function allowed(caller: Caller, wanted: Permission): boolean {
  if (!caller.active) return false;
  const { any, byId } = sorted(caller.permissions);
  const { action, resource } = wanted;
  return byId.has(`${action}:${resource.type}/${resource.id}`) || any.some((held) => holds(held, wanted));
}

interface Sorted {
  /** Those that name one thing, which may be thousands. */
  readonly byId: ReadonlySet<string>;
  readonly any: readonly Permission[];
}

const known = new WeakMap<readonly Permission[], Sorted>();

function sorted(permissions: readonly Permission[]): Sorted {
  const before = known.get(permissions);
  if (before !== undefined) return before;
  const isOfOne = ({ resource: { type, id } }: Permission) => type !== 'instance' && id !== undefined;
  const byId = new Set(
    permissions.filter(isOfOne).map(({ action, resource: { type, id } }) => `${action}:${type}/${id}`),
  );
  const found = { byId, any: permissions.filter((each) => !isOfOne(each)) };
  known.set(permissions, found);
  return found;
}

/** Throws the server's answer to a missing right, which is 401 and not 403. */
export function demand(caller: Caller, action: Action, resource: Resource): void {
  const wanted = { action, resource };
  if (!caller.active) throw new ApiError('unauthorized', 'token is inactive');
  if (!allowed(caller, wanted)) throw new ApiError('unauthorized', `${permissionText(wanted)} is unauthorized`);
}

function each(resource: (type: string) => readonly Resource[]): Permission[] {
  return resourceTypes
    .filter((type) => type !== 'instance')
    .flatMap((type) => actions.flatMap((action) => resource(type).map((one) => ({ action, resource: one }))));
}

/** What the set-up token holds: every type in every org. */
export function operatorPermissions(): Permission[] {
  return each((type) => [{ type }]);
}

/** What the owner of an org holds in a session. */
export function ownerPermissions(orgId: string): Permission[] {
  return each((type) => [type === 'orgs' ? { type, id: orgId } : { type, orgID: orgId }]);
}

/** What the UI and the CLI call all-access: no other org, and no other user. */
export function allAccessPermissions(orgId: string, userId: string): Permission[] {
  return each((type) => {
    if (type === 'orgs') return [{ type, id: orgId }];
    return [type === 'users' ? { type, id: userId } : { type, orgID: orgId }];
  }).filter(({ action, resource }) => resource.type !== 'orgs' || action === 'read');
}

export function mePermissions(userId: string): Permission[] {
  return actions.map((action) => ({ action, resource: { type: 'users', id: userId } }));
}

export function instancePermissions(): Permission[] {
  return actions.map((action) => ({ action, resource: { type: 'instance' } }));
}
