import * as z from 'zod/mini';
import { BUCKET, PREFIX } from './evidence.ts';

const bucket = z
  .string()
  .check(z.regex(BUCKET), z.meta({ description: 'Name of the S3 bucket that keeps the evidence' }));
const prefix = z
  .string()
  .check(
    z.regex(PREFIX),
    z.meta({ description: 'What the names of its objects begin with, up to a slash, e.g. influxdb/' }),
  );
const folder = z
  .string()
  .check(z.minLength(1), z.meta({ description: 'A folder instead, where the handler does not run in AWS' }));

/** Where evidence is kept. Without it there is none, and nothing of this costs a call or a right. */
export const EvidenceFile = z
  .union([z.strictObject({ bucket, prefix: z.optional(prefix) }), z.strictObject({ folder })], {
    error: 'must be an object with a "bucket", and with a "prefix" if it should have one; or with a "folder" alone',
  })
  .check(z.meta({ description: 'Where evidence of every rotation is kept' }));
