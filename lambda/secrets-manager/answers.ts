import * as z from 'zod/mini';

// The SDK has types for the answers it passes on, but checks nothing in them.

/** `readBatch` checks the values one by one, so that a malformed one is a problem of its own consumer only. */
export const BatchAnswer = z.object({
  SecretValues: z._default(z.array(z.record(z.string(), z.unknown())), []),
  Errors: z._default(
    z.array(
      z.object({
        SecretId: z.optional(z.string()),
        ErrorCode: z.optional(z.string()),
        Message: z.optional(z.string()),
      }),
    ),
    [],
  ),
});
export type BatchAnswer = z.infer<typeof BatchAnswer>;

/** A version's value. It is binary if there is no `SecretString`. */
export const ValueAnswer = z.object({
  VersionId: z.string(),
  CreatedDate: z.date(),
  SecretString: z.optional(z.string()),
  VersionStages: z.optional(z.array(z.string())),
});

/** The ARN is required, because the markers of tokens hold its fingerprint: it tells which tokens are this secret's. */
export const ArnAnswer = z.object({ ARN: z.string() });

/** A secret that was made, and AWS's id of the request, which the SDK reads from the answer's header. */
export const CreatedAnswer = z.pipe(
  z.extend(ArnAnswer, { $metadata: z.object({ requestId: z.optional(z.string()) }) }),
  z.transform(({ ARN: arn, $metadata }) => ({ arn, awsRequestId: $metadata.requestId })),
);
export type CreatedAnswer = z.infer<typeof CreatedAnswer>;

export const DescriptionAnswer = z.extend(ArnAnswer, {
  VersionIdsToStages: z._default(z.record(z.string(), z.array(z.string())), {}),
  RotationEnabled: z._default(z.boolean(), false),
  PrimaryRegion: z.optional(z.string()),
  OwningService: z.optional(z.string()),
  Type: z.optional(z.string()),
  NextRotationDate: z.optional(z.date()),
  LastChangedDate: z.optional(z.date()),
  DeletedDate: z.optional(z.date()),
});
