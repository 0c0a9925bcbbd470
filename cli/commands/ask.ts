import type { Answer, Rotator } from '../function/rotator.ts';
import { tell } from '../terminal.ts';

/** Asks, and tells what failed. */
export async function ask(rotator: Rotator, ...asked: Parameters<Rotator['ask']>): Promise<Answer> {
  const answer = await rotator.ask(...asked);
  if (answer.failure !== undefined) tell(answer.failure);
  return answer;
}
