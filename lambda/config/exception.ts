import type * as z from 'zod/mini';
import { DAY_MS } from './duration.ts';
import type { ExceptionFile } from './file/exception.ts';

export interface ExceptionSettings {
  readonly reason: string;
  readonly approvedBy: string;
  /** In milliseconds since the epoch. */
  readonly until: number;
}

/** Its end is told so long ahead: time to have it renewed, or to get ready. */
export const TOLD_AHEAD_MS = 14 * DAY_MS;

/** One that lasts longer is a rule, and none. A leap year, and a day for the time zones. */
export const LONGEST_MS = 367 * DAY_MS;

export function exceptionOf(file: z.infer<typeof ExceptionFile> | undefined): ExceptionSettings | undefined {
  return file && { ...file, until: Date.parse(file.until) };
}

export function isInForce(exception: ExceptionSettings | undefined, now: number): boolean {
  return exception !== undefined && now < exception.until;
}
