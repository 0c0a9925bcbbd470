import { UsageError } from './function/rotator.ts';
import { tell } from './terminal.ts';

/** @returns the exit code of the work; 2 if it cannot be done as it was asked for, which is told. */
export async function tellingMisuse(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    tell(error.message);
    return 2;
  }
}
