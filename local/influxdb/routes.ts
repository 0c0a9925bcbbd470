import { createAuthorization } from './authorization-create.ts';
import { deleteAuthorization, getAuthorization, listAuthorizations, updateAuthorization } from './authorizations.ts';
import { createBucket, deleteBucket, getBucket, listBuckets, updateBucket } from './buckets.ts';
import type { Handler } from './endpoint.ts';
import type { ErrorLayout } from './errors.ts';
import { createOrg, deleteOrg, getOrg, listOrgs, updateOrg } from './orgs.ts';
import { apiLinks, health, metrics, ping, ready, resources } from './probes.ts';
import { query } from './query.ts';
import { signIn, signOut } from './sessions.ts';
import { getSetup, postSetup } from './setup.ts';
import type { TokenMode } from './store.ts';
import { createUser, deleteUser, getMe, getUser, listUsers, setPassword, updateUser } from './users.ts';
import { queryVersionOne, writeVersionOne } from './version-one.ts';
import { write } from './write.ts';

/** How a path authenticates its caller: not at all, by the rules of `/api/v2`, or by those of the 1.x paths. */
type Authentication = 'none' | 'v2' | 'v1';

/** A path and what its methods do. */
interface Route {
  readonly path: string;
  readonly methods: Readonly<Record<string, Handler>>;
  readonly authentication: Authentication;
  readonly layout: ErrorLayout;
}

const open = (path: string, methods: Route['methods']): Route => ({
  path,
  methods,
  authentication: 'none',
  layout: 'indented',
});
const api = (path: string, methods: Route['methods']): Route => ({
  path,
  methods,
  authentication: 'v2',
  layout: 'indented',
});

const routes: readonly Route[] = [
  open('/health', { GET: health }),
  open('/ready', { GET: ready }),
  open('/ping', { GET: ping, HEAD: ping }),
  open('/metrics', { GET: metrics }),
  open('/api/v2', { GET: apiLinks }),
  open('/api/v2/setup', { GET: getSetup, POST: postSetup }),
  open('/api/v2/signin', { POST: signIn }),
  open('/api/v2/signout', { POST: signOut }),
  api('/api/v2/authorizations', { GET: listAuthorizations, POST: createAuthorization }),
  api('/api/v2/authorizations/{id}', {
    GET: getAuthorization,
    PATCH: updateAuthorization,
    DELETE: deleteAuthorization,
  }),
  api('/api/v2/me', { GET: getMe }),
  api('/api/v2/users', { GET: listUsers, POST: createUser }),
  api('/api/v2/users/{id}', { GET: getUser, PATCH: updateUser, DELETE: deleteUser }),
  api('/api/v2/users/{id}/password', { POST: setPassword }),
  api('/api/v2/orgs', { GET: listOrgs, POST: createOrg }),
  api('/api/v2/orgs/{id}', { GET: getOrg, PATCH: updateOrg, DELETE: deleteOrg }),
  api('/api/v2/buckets', { GET: listBuckets, POST: createBucket }),
  api('/api/v2/buckets/{id}', { GET: getBucket, PATCH: updateBucket, DELETE: deleteBucket }),
  api('/api/v2/resources', { GET: resources }),
  { ...api('/api/v2/write', { POST: write }), layout: 'compact' },
  { ...api('/api/v2/query', { POST: query }), layout: 'compact' },
  { path: '/write', methods: { POST: writeVersionOne }, authentication: 'v1', layout: 'compact' },
  { path: '/query', methods: { GET: queryVersionOne, POST: queryVersionOne }, authentication: 'v1', layout: 'compact' },
];

// Cloud's API does not create users, and has no health endpoint.
const cloudRoutes = routes
  .filter(({ path }) => path !== '/health')
  .map((route) => (route.path === '/api/v2/users' ? { ...route, methods: { GET: listUsers } } : route));

export interface RouteMatch {
  readonly route: Route;
  /** The part of the path that stands where the route has `{id}`. */
  readonly id: string;
}

/** The route of a path. One trailing slash makes no difference. */
export function matchRoute(mode: TokenMode, pathname: string): RouteMatch | undefined {
  const path = pathname.length > 1 && pathname.endsWith('/') ? pathname.slice(0, -1) : pathname;
  const parts = path.split('/');
  for (const route of mode === 'cloud' ? cloudRoutes : routes) {
    const wanted = route.path.split('/');
    if (wanted.length !== parts.length) continue;
    if (!wanted.every((part, index) => part === '{id}' || part === parts[index])) continue;
    return { route, id: parts[wanted.indexOf('{id}')] ?? '' };
  }
  return undefined;
}
