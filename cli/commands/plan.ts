import { type Rotator, runIn } from '../function/rotator.ts';
import { ask } from './ask.ts';
import { printOutcome } from './print-outcome.ts';

/** What a run would do, and how everything is. @returns the exit code. */
export async function showPlan(
  rotator: Rotator,
  request: object,
  { json }: { readonly json: boolean },
): Promise<number> {
  const answer = await ask(rotator, request);
  // Of a plan that failed for somebody, Lambda passes on the summary alone.
  const seen = runIn(answer) ?? runIn(await rotator.ask({ ...request, action: 'status' }));
  printOutcome(answer, seen, { json, typed: rotator.typed });
  return answer.failure === undefined ? 0 : 1;
}
