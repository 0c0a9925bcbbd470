import { Secrets } from '../../lambda/calls/secrets.ts';
import { CodedError } from '../../lambda/log/coded-error.ts';
import { BrokenOffError } from '../questions.ts';
import type { Outcome } from '../status/outcome.ts';
import { jsonLines, print, tell } from '../terminal.ts';
import { whyFailed } from './setup-lines.ts';

/** Work with a token that was given, which no message repeats. @returns the exit code of the work; 1 if it failed. */
export function tellingFailure(work: () => Promise<number>, options: { readonly json: boolean }): Promise<number> {
  return new Secrets().during(() =>
    work().catch((error: unknown) => {
      if (!(error instanceof BrokenOffError) && !(error instanceof CodedError)) throw error;
      const failure = whyFailed(error);
      tell(failure);
      printFailure(failure, options);
      return 1;
    }),
  );
}

/** So that a script which reads stdout alone sees it. */
export function printFailure(failure: string, { json }: { readonly json: boolean }): void {
  const outcome: Outcome = { failure };
  if (json) print(jsonLines(outcome));
}
