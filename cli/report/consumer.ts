import * as z from 'zod';
import { HEALTHS } from '../status/health.ts';
import { Count, RECORD_NUMBERS, time } from './parts.ts';

const TIMES = {
  mintedAt: time.optional(),
  currentFrom: time.optional().describe('when it became the current token'),
  currentTo: time.optional().describe('when another one became the current token'),
  graceUntil: time.optional().describe('before then it is not switched off'),
  offAt: time.optional().describe('when it was switched off'),
  keptUntil: time.optional().describe('before then it is not deleted'),
  intendedAt: time.optional().describe('when its deletion was announced, in a record of its own'),
  deletedAt: time.optional(),
  refusedAt: time.optional().describe('when InfluxDB was seen to refuse it after its deletion: the proof'),
};

const LIFE = z
  .strictObject({
    authorizationId: z.string(),
    role: z.enum(['current', 'superseded', 'stray', 'pending', 'uncertain']),
    status: z.enum(['active', 'inactive', 'gone', 'unknown']),
    ...TIMES,
    atLatest: z
      .array(z.enum(Object.keys(TIMES) as [keyof typeof TIMES]))
      .optional()
      .describe('times that no server shows: it was so by then'),
    refusedWith: z.int().optional().describe('the HTTP status of the refusal'),
    notRefused: z.string().optional().describe('why there is no proof that it is refused'),
    overdueAt: time.optional().describe('when it is older than the limit'),
    granted: z.array(z.string()).optional().describe('what InfluxDB granted, in its own notation'),
    probes: z
      .array(z.strictObject({ right: z.string(), answer: z.string() }))
      .optional()
      .describe('how it was verified before it became current'),
    isReconstructed: z.boolean().describe('something of it was found out by a later run'),
    records: RECORD_NUMBERS,
  })
  .describe('what became of one token, and when');

const EXCEPTION = z.strictObject({
  reason: z.string(),
  approvedBy: z.string(),
  until: time,
  inForce: z.boolean(),
});

const POLICY = z.strictObject({
  rotateEveryMs: Count.optional(),
  maxTokenAgeMs: Count.optional(),
  gracePeriodMs: Count.optional(),
});

/** One member of the population. */
export const CONSUMER = z.strictObject({
  consumer: z.string(),
  secret: z.string(),
  secretArn: z.string().optional(),
  owner: z.string().optional().describe('the user that owns the token'),
  reach: z.array(z.string()).describe('what the token may do; nothing where it is not known'),
  rotation: z.enum(['schedule', 'secrets-manager']).optional(),
  policy: POLICY,
  health: z.enum(HEALTHS),
  reason: z.string().describe('what is due, or what is wrong'),
  code: z.string().describe('of docs/codes.md'),
  access: z.enum(['works', 'none', 'unknown', 'retired']),
  seenAt: time.describe('when it was so'),
  authorizationId: z.string().optional().describe('of the current token'),
  mintedAt: time.optional().describe('of the current token'),
  ageMs: Count.optional().describe('of the current token, at the end of the period'),
  overdueAt: time.optional().describe('when the current token is older than the limit'),
  isOverdue: z.boolean().describe('a live token of it is older than the limit, and no exception excuses that'),
  lastRotationAt: time.optional(),
  nextRotationAt: time.optional(),
  rotations: Count.describe('in the period'),
  proofs: z
    .strictObject({ count: Count, first: time.optional(), last: time.optional() })
    .describe('tries of its current token in the period, which InfluxDB accepted'),
  exception: EXCEPTION.optional(),
  next: z.string().optional().describe('the command to type next'),
  tokens: z.array(LIFE).describe('in the order in which they were made'),
  records: RECORD_NUMBERS,
});

export type ConsumerEntry = z.infer<typeof CONSUMER>;
export type TokenLife = z.infer<typeof LIFE>;
