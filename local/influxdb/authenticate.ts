import type { Request } from '../http/server.ts';
import { ApiError } from './errors.ts';
import { type Caller, instancePermissions, mePermissions, ownerPermissions } from './permissions.ts';
import type { StoredAuthorization } from './rows.ts';
import type { Store } from './store.ts';

export const sessionCookie = 'influxdb-oss-session';
/** Milliseconds for which a session lives on at least after it was used. */
const renewalMs = 20 * 60_000;

const unauthorized = () => new ApiError('unauthorized', 'unauthorized access');

/**
 * The caller of a request, by token or by session; a token wins. An inactive token authenticates, but has no rights.
 * Throws 401 for an unknown token, and 403 when the user behind a known one is inactive or gone.
 */
export function authenticate(store: Store, request: Request): Caller {
  const token = tokenOf(request);
  const caller = token === undefined ? callerOfSession(store, request) : callerOfToken(store, token);
  const user = store.tables.users.get(caller.userId);
  if (user === undefined || user.status === 'inactive') throw new ApiError('forbidden', 'User is inactive');
  return caller;
}

export function callerOf(row: StoredAuthorization): Caller {
  return { userId: row.userId, orgId: row.orgId, active: row.status === 'active', permissions: row.permissions };
}

// One space only: a further one belongs to the token, which is then unknown.
function tokenOf(request: Request): string | undefined {
  return /^(?:token|bearer) (.*)$/is.exec(request.headers.authorization ?? '')?.[1];
}

function callerOfToken(store: Store, token: string): Caller {
  // A well-formed JWT is never looked up, and there is no key to accept one with.
  const row = isJwt(token) ? undefined : store.authorizationOf(token);
  if (row === undefined || store.refuses?.(row)) throw unauthorized();
  return callerOf(row);
}

function isJwt(token: string): boolean {
  const [head, claims, ...rest] = token.split('.');
  if (head === undefined || claims === undefined || rest.length !== 1) return false;
  return [head, claims].every((part) => {
    try {
      return typeof JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) === 'object';
    } catch {
      return false;
    }
  });
}

function callerOfSession(store: Store, request: Request): Caller {
  const key = sessionKeyOf(request);
  const session = key === undefined ? undefined : store.tables.sessions.get(key);
  if (key === undefined || session === undefined || session.expiresAt <= store.now()) throw unauthorized();
  store.tables.sessions.set(key, { ...session, expiresAt: Math.max(session.expiresAt, store.now() + renewalMs) });
  return {
    userId: session.userId,
    orgId: undefined,
    active: true,
    permissions: sessionPermissions(store, session.userId),
  };
}

export function sessionKeyOf(request: Request): string | undefined {
  const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  return cookies.find((cookie) => cookie.startsWith(`${sessionCookie}=`))?.slice(sessionCookie.length + 1);
}

/** The union of what the user owns and of all their authorizations, the inactive ones included. */
function sessionPermissions(store: Store, userId: string): Caller['permissions'] {
  const owned = [...store.tables.orgs.values()].filter(({ ownerIds }) => ownerIds.includes(userId));
  return [
    ...owned.flatMap(({ id }) => ownerPermissions(id)),
    ...(store.tables.instanceOwnerId === userId ? instancePermissions() : []),
    ...store.storedAuthorizations().flatMap((row) => (row.userId === userId ? row.permissions : [])),
    ...mePermissions(userId),
  ];
}
