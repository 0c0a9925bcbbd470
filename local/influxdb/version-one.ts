import type { Request } from '../http/server.ts';
import { callerOf } from './authenticate.ts';
import { mayRead } from './buckets.ts';
import { type Exchange, noContent, parameter } from './endpoint.ts';
import { ApiError } from './errors.ts';
import { goJson } from './go-json.ts';
import type { Caller } from './permissions.ts';
import type { Bucket } from './rows.ts';
import { basicCredentials } from './sessions.ts';
import type { Store } from './store.ts';
import { demandWrite, plainBody, writePoints } from './write.ts';

/** Authentication of the 1.x paths: it is stricter about the scheme, and refuses inactive tokens. */
export function authenticateVersionOne(store: Store, request: Request): Caller {
  const token = tokenOf(request);
  if (token === undefined) throw new ApiError('unauthorized', 'unauthorized access');
  const row = store.authorizationOf(token);
  if (row === undefined || row.status !== 'active') throw new ApiError('unauthorized', 'Unauthorized');
  const user = store.tables.users.get(row.userId);
  if (user === undefined || user.status === 'inactive') throw new ApiError('forbidden', 'User is inactive');
  return callerOf(row);
}

function tokenOf({ url, headers }: Request): string | undefined {
  if (url.searchParams.get('u') && url.searchParams.get('p')) return url.searchParams.get('p') ?? undefined;
  const token = /^Token ([^ ]*)$/.exec(headers.authorization ?? '')?.[1];
  if (token !== undefined) return token.slice(token.indexOf(':') + 1);
  return basicCredentials(headers.authorization)?.password;
}

/** 1.x names of precisions, in those of 2.x; minutes and hours are not served here. */
const precisions: Readonly<Record<string, string>> = { n: 'ns', ns: 'ns', u: 'us', us: 'us', ms: 'ms', s: 's' };

export function writeVersionOne({ store, request, query, caller }: Exchange) {
  const precision = precisions[parameter(query, 'precision') ?? 'ns'];
  if (precision === undefined)
    throw new ApiError('invalid', 'invalid precision; valid precision units are ns, us, ms, and s');
  const bucket = mappedBucket(store, caller, query);
  demandWrite(caller, bucket.orgId, bucket.id);
  writePoints(store, bucket, plainBody(request), precision);
  return noContent;
}

/** Answers whether the bucket may be read, not what InfluxQL asks for. */
export function queryVersionOne({ store, query, caller }: Exchange) {
  const bucket = mappedBucket(store, caller, query);
  const result = mayRead(caller, bucket) ? { statement_id: 0 } : { statement_id: 0, error: 'database not found' };
  const headers = { 'Content-Type': 'application/json' };
  return { status: 200, headers, body: `${goJson({ results: [result] })}\n` };
}

// Every bucket is reachable under its name, or as `database/retention policy`.
function mappedBucket(store: Store, caller: Caller, query: URLSearchParams): Bucket {
  const db = parameter(query, 'db') ?? '';
  const rp = parameter(query, 'rp');
  const names = [rp === undefined ? db : `${db}/${rp}`, ...(rp === 'autogen' ? [db] : [])];
  for (const name of names) {
    const bucket = store.bucketNamed(caller.orgId ?? '', name);
    if (bucket) return bucket;
  }
  throw new ApiError('not found', 'no dbrp mapping found');
}
