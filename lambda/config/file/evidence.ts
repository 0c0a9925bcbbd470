import * as z from 'zod/mini';
import { BUCKET, PREFIX } from '../evidence.ts';

const bucket = z.string().check(z.regex(BUCKET));
const prefix = z.string().check(z.regex(PREFIX));
const folder = z.string().check(z.minLength(1));

/** Where evidence is kept. Without it there is none, and nothing of this costs a call or a right. */
export const EvidenceFile = z.union(
  [z.strictObject({ bucket, prefix: z.optional(prefix) }), z.strictObject({ folder })],
  { error: 'must be an object with a "bucket", and with a "prefix" if it should have one; or with a "folder" alone' },
);
