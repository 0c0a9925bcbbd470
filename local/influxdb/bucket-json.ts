import { ApiError } from './errors.ts';
import { type Decoded, goId, goString, goStringPointer, type Shape } from './go-json-decode.ts';
import { integer, optionalText } from './json-body.ts';
import type { Bucket } from './rows.ts';

const seconds: Shape = { kind: 'integer', type: 'int64' };
const ruleFields = { type: goString, everySeconds: seconds, shardGroupDurationSeconds: seconds };

export const createShape = {
  kind: 'struct',
  type: 'tenant.postBucketRequest',
  fields: {
    orgID: goId,
    name: goString,
    description: goString,
    rp: goString,
    retentionRules: {
      kind: 'list',
      type: '[]tenant.retentionRule',
      item: { kind: 'struct', type: 'tenant.retentionRule', fields: ruleFields },
    },
  },
} as const satisfies Shape;

export const updateShape = {
  kind: 'struct',
  type: 'tenant.bucketUpdate',
  fields: {
    name: goStringPointer,
    description: goStringPointer,
    retentionRules: {
      kind: 'list',
      type: '[]tenant.retentionRuleUpdate',
      item: { kind: 'struct', type: 'tenant.retentionRuleUpdate', fields: ruleFields },
    },
  },
} as const satisfies Shape;

/** Throws the server's answer to retention rules that it does not accept. */
export function demandRules(body: Decoded): void {
  const unprocessable = (message: string) => new ApiError('unprocessable entity', message);
  const rules = rulesOf(body);
  if (rules.length > 1) throw unprocessable('buckets cannot have more than one retention rule at this time');
  if (integer(rules[0]?.everySeconds) < 0) throw unprocessable('expiration seconds cannot be negative');
  if (integer(rules[0]?.shardGroupDurationSeconds) < 0)
    throw unprocessable('shard-group duration seconds cannot be negative');
}

/** The fields that a body sets, on top of those of `before`. */
export function bucketFields(body: Decoded, before?: Bucket) {
  const rule = rulesOf(body)[0];
  return {
    name: optionalText(body.name) ?? before?.name ?? '',
    description: optionalText(body.description) ?? before?.description ?? '',
    retentionPolicy: optionalText(body.rp) ?? before?.retentionPolicy ?? '',
    retentionSeconds: integer(rule?.everySeconds ?? before?.retentionSeconds),
    shardGroupSeconds: integer(rule?.shardGroupDurationSeconds ?? before?.shardGroupSeconds),
  };
}

function rulesOf(body: Decoded): readonly (Decoded | undefined)[] {
  return (body.retentionRules ?? []) as readonly (Decoded | undefined)[];
}

export function answerBucket(bucket: Bucket) {
  const { id, orgId, retentionSeconds, shardGroupSeconds } = bucket;
  return {
    id,
    orgID: orgId,
    type: bucket.type,
    ...(bucket.description === '' ? {} : { description: bucket.description }),
    name: bucket.name,
    ...(bucket.retentionPolicy === '' ? {} : { rp: bucket.retentionPolicy }),
    retentionRules: [{ type: 'expire', everySeconds: retentionSeconds, shardGroupDurationSeconds: shardGroupSeconds }],
    createdAt: bucket.createdAt,
    updatedAt: bucket.updatedAt,
    links: {
      labels: `/api/v2/buckets/${id}/labels`,
      members: `/api/v2/buckets/${id}/members`,
      org: `/api/v2/orgs/${orgId}`,
      owners: `/api/v2/buckets/${id}/owners`,
      self: `/api/v2/buckets/${id}`,
      write: `/api/v2/write?org=${orgId}&bucket=${id}`,
    },
    labels: [],
  };
}
