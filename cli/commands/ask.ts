import type { Answer, Rotator } from '../function/rotator.ts';
import { tell } from '../terminal.ts';

/** Asks, and tells what failed. */
export async function ask(rotator: Rotator, request: object): Promise<Answer> {
  const answer = await rotator.ask(request);
  if (answer.failure !== undefined) tell(answer.failure);
  return answer;
}
