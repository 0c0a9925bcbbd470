import * as z from 'zod/mini';
import { DURATION } from './duration.ts';
import { ID } from './influxdb-id.ts';

const duration = (description: string) =>
  z.string().check(z.regex(DURATION), z.meta({ description, examples: ['24h', '30d'] }));

/** How the rotator's own token is rotated, as people write it. Without it, people replace that token. */
export const SelfFile = z
  .strictObject({
    rotateEvery: z.optional(duration("Age at which the rotator's own token is replaced")),
    gracePeriod: z.optional(
      duration('How long its old token keeps working. At least the lease of every deployment that reads the secret'),
    ),
    holdPeriod: z.optional(duration('How long its old token is kept after it was switched off, before it is deleted')),
    maxTokenAge: z.optional(duration('Greatest age that it may reach before it is switched off')),
    adopt: z.optional(
      z.string().check(
        z.regex(ID),
        z.meta({
          description:
            'Id of the authorization, made by hand, whose token the secret holds before the first rotation: it is ended afterwards',
        }),
      ),
    ),
  })
  .check(z.meta({ description: "Rotate the rotator's own token, too; {} takes all defaults" }));

export type SelfFile = z.infer<typeof SelfFile>;
