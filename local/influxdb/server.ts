import { type Answer, type Request, type RunningServer, type ServeOptions, serve } from '../http/server.ts';
import { authenticate } from './authenticate.ts';
import { ApiError, codeOfStatus, type ErrorLayout, errorAnswer } from './errors.ts';
import type { Caller } from './permissions.ts';
import { version } from './probes.ts';
import { matchRoute, type RouteMatch } from './routes.ts';
import { Store, type TokenMode } from './store.ts';
import { authenticateVersionOne } from './version-one.ts';

export type { TokenMode } from './store.ts';

export interface InfluxdbOptions extends ServeOptions {
  /** What is served of a token after its creation. @default 'hashed', as InfluxDB 2.9 does */
  readonly tokens?: TokenMode;
}

export interface InfluxdbServer extends RunningServer {
  /** What the server holds; tests may look at it, back it up and restore it. */
  readonly store: Store;
}

/**
 * An InfluxDB 2.9 token API on loopback, empty and not set up yet.
 * Its rules are those of https://github.com/influxdata/influxdb/tree/v2.9.1 (`authorization`, `tenant`, `http`).
 */
export async function startInfluxdb(options: InfluxdbOptions = {}): Promise<InfluxdbServer> {
  const store = new Store(options.tokens ?? 'hashed', options.now ?? Date.now);
  const service = {
    operation: (request: Request) => {
      const path = matchRoute(store.mode, request.url.pathname)?.route.path ?? request.url.pathname;
      return `${request.method} ${path}`;
    },
    answer: async (request: Request) => branded(store.mode, await answer(store, request)),
    errorAnswer: (status: number) => {
      const code = codeOfStatus(status);
      return branded(store.mode, { ...errorAnswer(new ApiError(code, code), 'compact'), status });
    },
  };
  const running = await serve(service, options);
  return { ...running, store };
}

function branded(mode: TokenMode, { headers, ...rest }: Answer): Answer {
  const build = mode === 'cloud' ? 'Cloud' : 'OSS';
  return { ...rest, headers: { 'X-Influxdb-Build': build, 'X-Influxdb-Version': version, ...headers } };
}

const nobody: Caller = { userId: '', orgId: undefined, active: false, permissions: [] };

async function answer(store: Store, request: Request): Promise<Answer> {
  const match = matchRoute(store.mode, request.url.pathname);
  if (request.method === 'OPTIONS') return { status: request.headers.origin === undefined ? 405 : 204 };
  let layout: ErrorLayout = 'compact';
  try {
    const caller = callerOf(store, request, match);
    if (match === undefined) {
      layout = 'indented';
      throw new ApiError('not found', 'path not found');
    }
    const handler = match.route.methods[request.method];
    if (handler === undefined) return { status: 405 };
    layout = match.route.layout;
    return await handler({ store, request, query: request.url.searchParams, caller, id: match.id });
  } catch (error) {
    if (error instanceof ApiError) return errorAnswer(error, layout);
    throw error;
  }
}

// Unknown paths require a token, too, so that nobody learns without one which paths exist.
function callerOf(store: Store, request: Request, match: RouteMatch | undefined): Caller {
  const authentication = match?.route.authentication ?? 'v2';
  if (authentication === 'v1') return authenticateVersionOne(store, request);
  // Such a path is open only with the methods it has; any other method requires a token.
  if (authentication === 'none' && request.method in (match?.route.methods ?? {})) return nobody;
  return authenticate(store, request);
}
