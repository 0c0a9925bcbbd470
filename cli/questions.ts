import { confirm, isCancel } from '@clack/prompts';
import { UsageError } from './function/rotator.ts';
import { tell } from './terminal.ts';

export const NOTHING_DONE = 'nothing was done';

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
  if (isCancel(answer)) throw new BrokenOffError(NOTHING_DONE);
  return answer as Exclude<T, symbol>;
}

/** @throws {UsageError} where nobody can be asked. */
export async function isSure(): Promise<boolean> {
  if (!canAsk()) throw new UsageError('nobody can be asked here whether this is meant: give --yes');
  const sure = await confirm({ message: 'Go on? (y or n)', initialValue: false, output: process.stderr });
  if (isCancel(sure) || !sure) {
    tell(NOTHING_DONE);
    return false;
  }
  return true;
}
