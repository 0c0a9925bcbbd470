import { gunzipSync } from 'node:zlib';
import type { Answer, Request } from '../http/server.ts';
import { findBucketNamed } from './buckets.ts';
import { type Handler, noContent, parameter } from './endpoint.ts';
import { ApiError } from './errors.ts';
import { goQuoted } from './go-json.ts';
import { isId } from './ids.ts';
import { isPrecision, parseLines } from './line-protocol.ts';
import { orgOfQuery } from './orgs.ts';
import { allowed, type Caller } from './permissions.ts';
import type { Bucket, Point } from './rows.ts';
import type { Store } from './store.ts';

/** `POST /api/v2/write`: names are looked up before any right is checked, so a token that only writes can use them. */
export const write: Handler = ({ store, request, query, caller }) => {
  const precision = demandPrecision(query);
  const bucketText = parameter(query, 'bucket');
  if (bucketText === undefined) throw new ApiError('not found', 'bucket not found');
  const body = plainBody(request);
  const org = orgOfQuery(store, query);
  // An id can name a bucket of any org, but the right is checked in the org that the request names.
  const byId = isId(bucketText) ? store.tables.buckets.get(bucketText.toLowerCase()) : undefined;
  const bucket = byId ?? findBucketNamed(store, org.id, bucketText);
  demandWrite(caller, org.id, bucket.id);
  return writePoints(store, bucket, body, precision);
};

function demandPrecision(query: URLSearchParams): string {
  const precision = parameter(query, 'precision') ?? 'ns';
  if (!isPrecision(precision))
    throw new ApiError('invalid', 'invalid precision; valid precision units are ns, us, ms, and s');
  return precision;
}

export function demandWrite(caller: Caller, orgId: string, bucketId: string): void {
  const denied = 'insufficient permissions for write';
  if (!caller.active) throw new ApiError('forbidden', `${denied}: token is inactive`);
  const wanted = { action: 'write', resource: { type: 'buckets', id: bucketId, orgID: orgId } };
  if (!allowed(caller, wanted)) throw new ApiError('forbidden', denied);
}

export function plainBody(request: Request): Buffer {
  const encoding = request.headers['content-encoding'];
  if (encoding !== 'gzip' && encoding !== 'x-gzip') return request.body;
  try {
    return gunzipSync(request.body);
  } catch {
    throw new ApiError('internal error', 'An internal error has occurred - check server logs');
  }
}

/** A malformed line makes the whole batch fail. A point that does not fit the bucket is dropped alone. */
export function writePoints(store: Store, bucket: Bucket, body: Buffer, precision: string): Answer {
  const { points, failures } = parseLines(body, store.now(), precision);
  if (failures.length > 0) throw new ApiError('invalid', failures.join('\n'));
  const kept = store.tables.points.get(bucket.id) ?? [];
  const types = fieldTypes(kept);
  const oldest = bucket.retentionSeconds === 0 ? undefined : store.now() - bucket.retentionSeconds * 1000;
  const fresh = points.filter(({ at }) => oldest === undefined || at >= oldest);
  const conflicts = fresh.flatMap((point) => {
    const conflict = conflictOf(point, types);
    if (conflict !== undefined) return [conflict];
    for (const [name, { type }] of point.fields) types.set(typeKey(point, name), type);
    kept.push(point);
    return [];
  });
  store.tables.points.set(bucket.id, kept);
  const [conflict] = conflicts;
  if (conflict !== undefined) throw partial(`${conflict} dropped=${conflicts.length}`);
  const expired = points.length - fresh.length;
  if (expired > 0) {
    const dropped = `dropped ${expired} points outside retention policy of duration ${bucket.retentionSeconds}s`;
    throw partial(`${dropped} dropped=${expired} for database: ${bucket.id} for retention policy: autogen`);
  }
  return noContent;
}

function partial(reason: string): ApiError {
  return new ApiError('unprocessable entity', `failure writing points to database: partial write: ${reason}`);
}

const typeKey = ({ measurement }: Point, field: string): string => JSON.stringify([measurement, field]);

/** The types of a bucket's fields, by its list of points, so that they are not worked out at every write. */
const knownTypes = new WeakMap<readonly Point[], Map<string, string>>();

function fieldTypes(points: readonly Point[]): Map<string, string> {
  const known = knownTypes.get(points);
  if (known) return known;
  const types = new Map<string, string>();
  for (const point of points) for (const [name, { type }] of point.fields) types.set(typeKey(point, name), type);
  knownTypes.set(points, types);
  return types;
}

function conflictOf(point: Point, types: ReadonlyMap<string, string>): string | undefined {
  for (const [name, { type }] of point.fields) {
    const known = types.get(typeKey(point, name));
    if (known === undefined || known === type) continue;
    const input = `input field ${goQuoted(name)} on measurement ${goQuoted(point.measurement)} is type ${type}`;
    return `field type conflict: ${input}, already exists as type ${known}`;
  }
  return undefined;
}
