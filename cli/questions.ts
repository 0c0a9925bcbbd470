import { isCancel } from '@clack/prompts';

/** Somebody broke off a question. */
export class BrokenOffError extends Error {
  override readonly name = 'BrokenOffError';
}

/** Whether somebody sits at a terminal. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** What somebody answered. @throws {BrokenOffError} */
export async function answerTo<T>(question: Promise<T>): Promise<Exclude<T, symbol>> {
  const answer = await question;
  if (isCancel(answer)) throw new BrokenOffError('nothing was done');
  return answer as Exclude<T, symbol>;
}
