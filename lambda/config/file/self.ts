import * as z from 'zod/mini';
import { DURATION } from '../duration.ts';
import { ID } from '../influxdb-id.ts';

const duration = z.optional(z.string().check(z.regex(DURATION)));

/** How the rotator's own token is rotated, as people write it. Without it, people replace that token. */
export const SelfFile = z.strictObject({
  rotateEvery: duration,
  gracePeriod: duration,
  holdPeriod: duration,
  maxTokenAge: duration,
  adopt: z.optional(z.string().check(z.regex(ID))),
});

export type SelfFile = z.infer<typeof SelfFile>;
