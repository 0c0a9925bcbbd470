import * as z from 'zod';
import type { RunReport } from '../../lambda/engine/report/report.ts';
import type { Typed } from '../typed.ts';
import { DEED, deedsOf } from './deeds.ts';
import { STATUS, statusOf } from './status.ts';

/** What a plan or an act prints with `--json`, and a `status` that could not be had. */
export const OUTCOME = z
  .strictObject({
    failure: z.string().optional().describe('what was not done, and why; left out if all was'),
    deeds: z.array(DEED).optional().describe('left out where AWS Lambda gave the summary of a failure alone'),
    status: STATUS.optional().describe('how the consumers are then'),
  })
  .describe('What was done, or would be');

export type Outcome = z.infer<typeof OUTCOME>;

/** @param seen how everything is after it. */
export function outcomeOf(
  done: RunReport | undefined,
  failure: string | undefined,
  seen: RunReport | undefined,
  typed: Typed,
): Outcome {
  return {
    ...(failure !== undefined && { failure }),
    ...(done !== undefined && { deeds: deedsOf(done) }),
    ...(seen !== undefined && { status: statusOf(seen, typed) }),
  };
}
