import * as z from 'zod/mini';

// The SDK gives types to what it passes on, and checks nothing of it.

/** The values are looked at one by one, so that a strange one is the problem of one consumer. */
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

/** A version's value: text, or binary data where there is no text. */
export const ValueAnswer = z.object({
  VersionId: z.string(),
  CreatedDate: z.date(),
  SecretString: z.optional(z.string()),
  VersionStages: z.optional(z.array(z.string())),
});

/** Without the ARN nobody could tell whose the secret's tokens are: their markers name it. */
export const ArnAnswer = z.object({ ARN: z.string() });

export const DescriptionAnswer = z.extend(ArnAnswer, {
  VersionIdsToStages: z._default(z.record(z.string(), z.array(z.string())), {}),
  RotationEnabled: z._default(z.boolean(), false),
  LastChangedDate: z.optional(z.date()),
  DeletedDate: z.optional(z.date()),
});
