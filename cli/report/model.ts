import * as z from 'zod';
import { CONSUMER } from './consumer.ts';
import { CONTROL } from './control.ts';
import { FIGURES } from './figure.ts';
import { Count, RECORD_NUMBERS, time } from './parts.ts';

const DEED = z
  .strictObject({
    at: time.optional().describe('left out where nobody knows it'),
    consumer: z.string(),
    what: z.string().describe('as the evidence calls it: promoted, switched-off, deleted, and so on'),
    authorizationId: z.string().optional(),
    versionId: z.string().optional(),
    reason: z.string().optional(),
    isReconstructed: z.boolean().describe('a later run found it done; the run that did it could not write it down'),
    records: RECORD_NUMBERS,
  })
  .describe('what was done, without the steps in between');

const FAILURE = z
  .strictObject({
    consumer: z.string(),
    code: z.string().describe('of docs/codes.md'),
    message: z.string().optional(),
    from: time,
    until: time.optional().describe('left out while it goes on'),
    durationMs: Count.describe('until the end, or until the end of the period'),
    records: RECORD_NUMBERS,
  })
  .describe('from the first run that failed until the first that did not');

const COMMAND = z
  .strictObject({
    at: time,
    action: z.string(),
    by: z.string().optional(),
    reason: z.string().optional(),
    records: RECORD_NUMBERS,
  })
  .describe('what a person asked for');

const DUE = z
  .strictObject({
    at: time,
    consumer: z.string(),
    what: z.enum(['rotation', 'overdue', 'grace-ends', 'deletion', 'exception-ends']),
    authorizationId: z.string().optional(),
  })
  .describe('what is to come, the next first');

const OTHER = z.strictObject({
  authorizationId: z.string().optional(),
  what: z.string().describe('whose it is, as far as it is known'),
  records: RECORD_NUMBERS,
});

const SHARED = z.strictObject({ consumers: z.array(z.string()), records: RECORD_NUMBERS });

const RECORD = z
  .strictObject({
    number: z.int(),
    kind: z.enum(['consumer', 'intent', 'run', 'census']),
    at: time,
    hash: z.string().describe('sha256 of its line'),
    file: z.string(),
    consumer: z.string().optional(),
  })
  .describe('a record that something here follows from');

const EVIDENCE = z
  .strictObject({
    place: z.string(),
    files: Count,
    records: Count.describe('of the period'),
    head: z
      .strictObject({ number: z.int(), hash: z.string(), at: time })
      .optional()
      .describe(
        'the last record; note it, and verify-evidence --head NUMBER:HASH shows later that nothing was cut off',
      ),
    isVerified: z.boolean().describe('each record that was read has the hash of the one before it'),
    problems: z.array(z.string()).describe('where the chain is broken'),
  })
  .describe('the chain of records, as it was read');

const SOURCES = z.strictObject({
  evidence: EVIDENCE.optional(),
  status: z.strictObject({ at: time }).optional().describe('what the function says of the present'),
  log: z.strictObject({ since: time }).optional().describe("the function's log, from when on"),
  missing: z.array(z.string()).describe('what could not be asked or read, and what is therefore not in the report'),
});

/** What the report says, in every format. */
export const REPORT = z
  .strictObject({
    format: z.literal('influxdb-token-rotation-report'),
    version: z.literal(1),
    deployment: z.string(),
    at: time.describe('when it was made'),
    from: time,
    to: time,
    sources: SOURCES,
    figures: FIGURES,
    consumers: z.array(CONSUMER).describe('the population, the worst first'),
    done: z.array(DEED).describe('in order'),
    failures: z.array(FAILURE).describe('in order'),
    commands: z.array(COMMAND).describe('in order'),
    unmanaged: z.array(OTHER).describe('authorizations of the configured owners that nothing manages'),
    shared: z.array(SHARED).describe('secrets that hold the same token'),
    due: z.array(DUE),
    controls: z.array(CONTROL).describe('what the evidence says for each control, and what it does not'),
    records: z.array(RECORD).describe('in order; only those that are referred to'),
  })
  .describe('What the evidence of one deployment says about its tokens in a period');

export type Report = z.infer<typeof REPORT>;
export type ReportDeed = z.infer<typeof DEED>;
export type ReportFailure = z.infer<typeof FAILURE>;
export type ReportCommand = z.infer<typeof COMMAND>;
export type ReportDue = z.infer<typeof DUE>;
export type ReportRecord = z.infer<typeof RECORD>;
export type ReportSources = z.infer<typeof SOURCES>;
