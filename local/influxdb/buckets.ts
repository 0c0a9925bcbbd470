import { answerBucket, bucketFields, createShape, demandRules, updateShape } from './bucket-json.ts';
import { answerJson, type Handler, noContent, parameter } from './endpoint.ts';
import { ApiError } from './errors.ts';
import { goQuoted } from './go-json.ts';
import { parseId } from './ids.ts';
import { bodyOrInvalid, optionalText } from './json-body.ts';
import { findOrg, findOrgNamed } from './orgs.ts';
import { type Page, pageById, pageOf, pagingLinks } from './paging.ts';
import { allowed, type Caller, demand, type Resource } from './permissions.ts';
import type { Bucket } from './rows.ts';
import type { Store } from './store.ts';

/** `GET /api/v2/buckets`: the name is looked up before any right, so a missing bucket and an unreadable one differ. */
export const listBuckets: Handler = ({ store, query, caller }) => {
  const page = pageOf(query);
  const filter = {
    orgID: idParameter(query, 'orgID'),
    org: parameter(query, 'org'),
    bucket: parameter(query, 'name'),
    id: idParameter(query, 'id'),
  };
  const buckets = filtered(store, filter, page).filter((bucket) => mayRead(caller, bucket));
  const given = Object.fromEntries(
    Object.entries(filter).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  const links = pagingLinks('/api/v2/buckets', page, given, buckets.length);
  return answerJson(200, { links, buckets: buckets.map(answerBucket) });
};

export const getBucket: Handler = ({ store, caller, id }) => {
  const bucket = findBucket(store, parseId(id));
  demand(caller, 'read', readResource(bucket));
  return answerJson(200, answerBucket(bucket));
};

export const createBucket: Handler = ({ store, request, caller }) => {
  const body = bodyOrInvalid(request.body, createShape, 'failed to unmarshal json: ');
  const orgId = optionalText(body.orgID);
  if (orgId === undefined) throw new ApiError('invalid', 'organization id must be provided');
  demandRules(body);
  demand(caller, 'write', { type: 'buckets', orgID: orgId });
  const { shardGroupSeconds, ...fields } = bucketFields(body);
  demandName(fields.name);
  findOrg(store, orgId);
  return answerJson(201, answerBucket(store.addBucket({ orgId, type: 'user', ...fields }, shardGroupSeconds)));
};

export const updateBucket: Handler = ({ store, request, caller, id }) => {
  const bucketId = parseId(id);
  const update = bodyOrInvalid(request.body, updateShape, 'failed to unmarshal json: ');
  demandRules(update);
  const bucket = findBucket(store, bucketId);
  demand(caller, 'write', { type: 'buckets', id: bucketId, orgID: bucket.orgId });
  const name = optionalText(update.name) ?? bucket.name;
  if (name !== bucket.name) {
    if (bucket.type === 'system') throw new ApiError('invalid', 'system buckets cannot be renamed');
    demandName(name);
    if (store.bucketNamed(bucket.orgId, name)) throw new ApiError('conflict', 'bucket name is not unique');
  }
  const written = {
    ...bucket,
    ...bucketFields(update, bucket),
    updatedAt: store.stamp(),
  };
  store.tables.buckets.set(bucketId, written);
  return answerJson(200, answerBucket(written));
};

/** Leaves the authorizations that name the bucket as they are. */
export const deleteBucket: Handler = ({ store, caller, id }) => {
  const bucket = findBucket(store, parseId(id));
  demand(caller, 'write', { type: 'buckets', id: bucket.id, orgID: bucket.orgId });
  if (bucket.type === 'system') throw new ApiError('invalid', 'system buckets cannot be deleted');
  store.tables.buckets.delete(bucket.id);
  store.tables.points.delete(bucket.id);
  return noContent;
};

export function mayRead(caller: Caller, bucket: Bucket): boolean {
  return allowed(caller, { action: 'read', resource: readResource(bucket) });
}

// Reading a system bucket takes the right to read its org; a right on buckets does not help.
function readResource({ id, orgId, type }: Bucket): Resource {
  return type === 'system' ? { type: 'orgs', id: orgId } : { type: 'buckets', id, orgID: orgId };
}

function findBucket(store: Store, id: string): Bucket {
  const bucket = store.tables.buckets.get(id);
  if (!bucket) throw new ApiError('not found', 'bucket not found');
  return bucket;
}

export function findBucketNamed(store: Store, orgId: string, name: string): Bucket {
  const bucket = store.bucketNamed(orgId, name);
  if (!bucket) throw new ApiError('not found', `bucket ${goQuoted(name)} not found`);
  return bucket;
}

function demandName(name: string): void {
  const invalid = (why: string) => new ApiError('invalid', `bucket name ${name} is invalid. ${why}`);
  if (name.startsWith('_')) throw invalid('Buckets may not start with underscore');
  if (name.includes('"')) throw invalid('Bucket names may not include quotation marks');
}

interface Filter {
  readonly orgID: string | undefined;
  readonly org: string | undefined;
  readonly bucket: string | undefined;
  readonly id: string | undefined;
}

function filtered(store: Store, { orgID, org, bucket: name, id }: Filter, page: Page): Bucket[] {
  if (id !== undefined) return [findBucket(store, id)];
  const orgId = orgID ?? (org === undefined ? undefined : findOrgNamed(store, org).id);
  if (orgId !== undefined)
    return name === undefined ? pageOfOrg(store, orgId, page) : [findBucketNamed(store, orgId, name)];
  if (name === undefined) return pageById(store.tables.buckets.values(), page);
  // Without an org, the offset counts buckets of any name, but the limit only those of this one.
  const skipped = pageById(store.tables.buckets.values(), { ...page, limit: Number.MAX_SAFE_INTEGER });
  return skipped.filter((bucket) => bucket.name === name).slice(0, page.limit);
}

/** An org's buckets are sorted by name; `after` names the last one of the previous page. */
function pageOfOrg(store: Store, orgId: string, page: Page): Bucket[] {
  const buckets = [...store.tables.buckets.values()].filter((bucket) => bucket.orgId === orgId);
  buckets.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  if (page.descending) buckets.reverse();
  const rest = buckets.slice(Math.max(0, page.offset));
  const from = page.after === undefined ? 0 : rest.findIndex(({ id }) => id === page.after) + 1;
  const known = page.after === undefined || from > 0;
  return known ? rest.slice(from, from + page.limit) : [];
}

function idParameter(query: URLSearchParams, name: string): string | undefined {
  const id = parameter(query, name);
  return id === undefined ? undefined : parseId(id);
}
