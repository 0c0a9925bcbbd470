import * as z from 'zod';
import type { Fault } from '../../lambda/evidence/fault.ts';

const KINDS = [
  'changed',
  'removed',
  'duplicated',
  'reordered',
  'inserted',
  'cut-off',
  'forked',
] as const satisfies readonly Fault['kind'][];

/** What `verify-evidence` prints with `--json`. */
export const VERIFICATION = z
  .strictObject({
    deployment: z.string(),
    place: z.string().describe('s3://BUCKET/PREFIX, or a folder'),
    intact: z.boolean().describe('true if nothing was found that is not as it was written'),
    problems: z.array(z.string()).describe('what is not as it should be, as sentences; empty if intact'),
    fault: z
      .strictObject({
        kind: z.enum(KINDS),
        number: z.int().describe('of the first record that is not as it was written'),
        file: z.string(),
        line: z.int().describe('counted from 1'),
        message: z.string(),
      })
      .optional()
      .describe('the first one; left out if the chain is whole'),
    records: z.int(),
    first: z.strictObject({ number: z.int(), at: z.string() }).optional().describe('the oldest record'),
    head: z
      .strictObject({ number: z.int(), at: z.string(), hash: z.string() })
      .optional()
      .describe('the newest record: note it as NUMBER:HASH, for --head'),
    anchored: z.int().describe('how many records were compared with what the log or somebody knows of them'),
    sample: z
      .array(z.strictObject({ consumer: z.string(), number: z.int(), problem: z.string().optional() }))
      .describe('the latest records of some consumers, compared with how their tokens are now'),
    unknown: z.array(z.string()).describe('what could not be looked at, as sentences'),
  })
  .describe('Whether the evidence is as it was written');

export type Verification = z.infer<typeof VERIFICATION>;
