import { z } from 'zod';
import { CHECK } from './check/check.ts';
import { OUTCOME } from './status/outcome.ts';
import { STATUS } from './status/status.ts';

/** What the program prints with `--json`: `status` the first, `check` the last, every other command the other. */
export function answerSchema(): object {
  return z.toJSONSchema(z.union([STATUS, OUTCOME, CHECK]));
}
