import * as z from 'zod';
import { OUTCOME } from './status/outcome.ts';
import { STATUS } from './status/status.ts';

/** What the program prints with `--json`: `status` the one, every other command, and a `status` that failed, the other. */
export function answerSchema(): object {
  return z.toJSONSchema(z.union([STATUS, OUTCOME]));
}
