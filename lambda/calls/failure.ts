import { CodedError, type ErrorCode } from '../log/coded-error.ts';
import type { Log } from '../log/log.ts';
import type { Mend } from '../log/mend.ts';
import { CallError } from './call-error.ts';

/** True for a failure that every other consumer would meet, too. */
export function endsRun(error: unknown): boolean {
  return error instanceof CallError && error.endsRun;
}

/** The code of a failure for reports and logs; `UNEXPECTED` for an error that we did not throw on purpose. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof CodedError ? error.code : 'UNEXPECTED';
}

/** What mends a failure: a property for a report, missing where nothing is known. */
export function mendsOf(error: unknown): { readonly mends?: readonly Mend[] } {
  return error instanceof CodedError && error.mends.length > 0 ? { mends: error.mends } : {};
}

/** The text of a failure for reports and logs. It leaves out messages that we did not write and could quote a token. */
export function messageOf(error: unknown): string {
  if (error instanceof CodedError) return error.message;
  return `unexpected ${error instanceof Error ? error.name : 'error'}: a defect, please report it with the log line UNEXPECTED_ERROR`;
}

/** Logs the name and the stack frames of an unexpected error, but not its message. Ignores a `CodedError`. */
export function logDefect(log: Log, error: unknown, consumer: string | undefined): void {
  if (error instanceof CodedError) return;
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  log('UNEXPECTED_ERROR', {
    consumer,
    error: error instanceof Error ? error.name : typeof error,
    frames: frames.map((line) => line.trim()),
  });
}
