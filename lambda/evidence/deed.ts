import * as z from 'zod/mini';

/** ISO 8601 in UTC, with milliseconds. */
export const Time = z.iso.datetime();
export const Id = z.string();

/** What the run knows of a token: what the report says (`TokenReport`), without what is undefined. */
export const Token = z.object({
  authorizationId: Id,
  /** Where it is and whose, as far as the run saw it: who lists these sees it if it is there. */
  orgId: z.optional(Id),
  userId: z.optional(Id),
  role: z.enum(['current', 'superseded', 'stray', 'pending', 'uncertain']),
  status: z.enum(['active', 'inactive', 'gone', 'unknown']),
  mintedAt: z.optional(Time),
  supersededAt: z.optional(Time),
  inactiveSince: z.optional(Time),
  /** Of an older one: before then it is not switched off, or, where it is off already, not deleted. */
  endsAt: z.optional(Time),
  overdueAt: z.optional(Time),
  /** In the census: when its deletion was put on record as intended. */
  intendedAt: z.optional(Time),
});

/** One try of one permission, and what InfluxDB answered. */
const Probe = z.object({ right: z.string(), answer: z.string() });

/** One thing that was done, or was found done. */
export const Deed = z.object({
  what: z.enum([
    'secret-created',
    'owner-created',
    'minted',
    'stored',
    'activated',
    'verified',
    'promoted',
    'copied-forward',
    'reactivated',
    'noted-compromised',
    'switched-off',
    'deleted',
    /** InfluxDB refused the token of a deleted authorization. */
    'refused',
    /** There is no proof that it is refused; `reason` says why. */
    'not-refused',
    /** A rotation that failed was undone: what it had made is gone. */
    'undone',
    /** A call was not answered, so that nobody knows whether it had an effect; a later record tells. */
    'unanswered',
  ]),
  /** When it was done, by the clock of the run; of a reconstructed one, by the servers' own times. */
  at: z.optional(Time),
  /** Of a reconstructed one whose time no server shows: the time between two looks at it. */
  between: z.optional(z.tuple([Time, Time])),
  authorizationId: z.optional(Id),
  versionId: z.optional(z.string()),
  /** Of a promotion: the version that was current before. */
  replaces: z.optional(z.string()),
  /** Of a mint: the owner, and what InfluxDB granted, in its own notation. */
  userId: z.optional(Id),
  granted: z.optional(z.array(z.string())),
  /** Of a verification. */
  probes: z.optional(z.array(Probe)),
  /** Of a refusal: the HTTP status. */
  status: z.optional(z.int()),
  /** Of a deletion: what InfluxDB said of the authorization right before. */
  found: z.optional(z.string()),
  reason: z.optional(z.string()),
  reasonCode: z.optional(z.string()),
  /** AWS's own id of the request, which CloudTrail has, too. */
  awsRequestId: z.optional(z.string()),
  /** Not seen by the run that did it, which died or could not write: found by this one, from what it left. */
  reconstructed: z.optional(z.literal(true)),
});

export type Token = z.infer<typeof Token>;
export type Deed = z.infer<typeof Deed>;
