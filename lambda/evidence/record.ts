import * as z from 'zod/mini';
import { Deed, Id, Time, Token } from './deed.ts';

// What the evidence says: one record a line, as canonical JSON (RFC 8785), each with the hash of the line before it.
// `docs/evidence.md` is what auditors rely on. No record holds a token, a part of one, or a hash of one.

const Hash = z.string().check(z.regex(/^sha256:[0-9a-f]{64}$/));
const Count = z.int().check(z.minimum(0));

/** Where a record stands. */
const Link = {
  /** Of this format. A reader refuses a greater one than it knows. */
  version: z.literal(1),
  deployment: z.string(),
  /** 1 for the first record of a deployment, and one more for each. */
  number: z.int().check(z.minimum(1)),
  /** Of the line before, without its line end; of the first record, 64 zeros. */
  previous: Hash,
  /** When it was written, by the clock of the run. */
  at: Time,
  /** The invocation that wrote it: Lambda's id, which the log has as `requestId`. */
  runId: z.string(),
};

const Exception = z.object({ reason: z.string(), approvedBy: z.string(), until: Time });

/** Who or what asked for the run, and under which rules it worked. */
const Asked = z.object({
  /** An action of a request, or `step` for a step of a rotation by Secrets Manager. */
  action: z.string(),
  reason: z.optional(z.string()),
  by: z.optional(z.string()),
});

/** How long a consumer fails is in the census. */
const Failure = z.object({ code: z.string(), message: z.string() });

/** Something was done for a consumer, or failed. */
export const ConsumerRecord = z.object({
  kind: z.literal('consumer'),
  ...Link,
  consumer: z.string(),
  secret: z.string(),
  secretArn: z.optional(z.string()),
  /** The version that was current when the run looked. */
  versionId: z.optional(z.string()),
  state: z.string(),
  why: z.object({ code: z.string(), reason: z.string() }),
  access: z.string(),
  deeds: z.array(Deed),
  /** As they are after the run. Empty of a step of a rotation by Secrets Manager and of a check, which do not look at all. */
  tokens: z.array(Token),
  failure: z.optional(Failure),
});

/** Written before a token is deleted, in this run or in a later one. */
export const IntentRecord = z.object({
  kind: z.literal('intent'),
  ...Link,
  consumer: z.string(),
  authorizationId: Id,
  /** It is not deleted before then. */
  notBefore: Time,
  reason: z.string(),
  reasonCode: z.string(),
  /** Where it is and whose, as far as the run saw it. */
  orgId: z.optional(Id),
  userId: z.optional(Id),
  /** What was done with it and is not on record yet: nothing shows it any more once it is deleted. */
  deeds: z.optional(z.array(Deed)),
});

/** A run that did something. It follows what it did. */
export const RunRecord = z.object({
  kind: z.literal('run'),
  ...Link,
  asked: Asked,
  startedAt: Time,
  durationMs: Count,
  tool: z.string(),
  /** Of the configuration as it was understood, so without its spaces and comments. */
  configurationHash: Hash,
  counts: z.record(z.string(), Count),
  errors: z.array(z.object({ code: z.string(), message: z.string() })),
  /** How many records about consumers and intents are right before it. */
  records: Count,
});

/** One consumer as it was on a day. */
export const CensusEntry = z.object({
  consumer: z.string(),
  secret: z.string(),
  owner: z.optional(z.string()),
  /** What its token may do, as people write it: buckets that it reads and writes, or all access. */
  reach: z.array(z.string()),
  rotation: z.enum(['schedule', 'secrets-manager']),
  rotateEveryMs: Count,
  maxTokenAgeMs: Count,
  gracePeriodMs: Count,
  state: z.string(),
  code: z.string(),
  access: z.string(),
  /** The version that was current when the run looked. */
  versionId: z.optional(z.string()),
  retired: z.optional(z.literal(true)),
  tokens: z.array(Token),
  /** When its token is replaced, as far as the run knows. */
  nextRotationAt: z.optional(Time),
  exception: z.optional(Exception),
  /** Tries of its current token in the last day, which InfluxDB accepted. */
  proofs: z.object({ count: Count, first: z.optional(Time), last: z.optional(Time) }),
  /** Times at which it failed in the last day: from the first run that failed until the first that did not. */
  failures: z.optional(z.array(z.object({ code: z.string(), from: Time, until: z.optional(Time) }))),
});

/** Once a day: all consumers, some in each record. It shows that the job runs, though nothing was due. */
export const CensusRecord = z.object({
  kind: z.literal('census'),
  ...Link,
  tool: z.string(),
  configurationHash: Hash,
  /** Counted from 1. */
  page: z.int().check(z.minimum(1)),
  pages: z.int().check(z.minimum(1)),
  entries: z.array(CensusEntry),
  /** On the first page: authorizations that nothing manages, and values that several secrets share. */
  unmanaged: z.optional(
    z.object({
      count: Count,
      authorizationIds: z.array(Id),
      shared: z.array(z.array(z.string())),
    }),
  ),
});

export const EvidenceRecord = z.discriminatedUnion('kind', [ConsumerRecord, IntentRecord, RunRecord, CensusRecord]);

export type ConsumerRecord = z.infer<typeof ConsumerRecord>;
export type IntentRecord = z.infer<typeof IntentRecord>;
export type RunRecord = z.infer<typeof RunRecord>;
export type CensusRecord = z.infer<typeof CensusRecord>;
export type CensusEntry = z.infer<typeof CensusEntry>;
export type EvidenceRecord = z.infer<typeof EvidenceRecord>;

/** A record before it has its place in the chain. */
export type Unlinked<Record extends EvidenceRecord = EvidenceRecord> = Record extends unknown
  ? Omit<Record, keyof typeof Link>
  : never;
