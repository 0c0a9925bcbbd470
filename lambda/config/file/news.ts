import * as z from 'zod/mini';
import { DURATION } from '../duration.ts';

const TOPIC = /^arn:aws[a-z-]*:sns:[a-z-]+-\d{1,2}:\d{12}:[A-Za-z0-9_-]{1,256}$/;

/** How people are told of changes. Without it they are not, and nothing of this costs a call or a right. */
export const NewsFile = z.strictObject({
  topic: z.optional(z.string().check(z.regex(TOPIC))),
  format: z.optional(z.enum(['text', 'chat'])),
  digest: z.optional(z.enum(['daily', 'weekly'])),
  warnBefore: z.optional(z.string().check(z.regex(DURATION))),
});
