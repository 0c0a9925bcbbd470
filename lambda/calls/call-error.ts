import { CodedError, type ErrorCode } from '../log/coded-error.ts';
import type { Mend } from '../log/mend.ts';

/**
 * How a call failed, which decides what may follow it:
 * - `refused`: the service answered no; nothing happened.
 * - `throttled`: the service answered "not now"; nothing happened.
 * - `unreachable`: no connection was made; nothing happened.
 * - `unanswered`: a time-out, a lost connection, a 5xx or an unreadable answer; it may have taken effect, or still may.
 * - `not-sent`: the run has no time left for the call; nothing happened.
 */
export type FailureKind = 'refused' | 'throttled' | 'unreachable' | 'unanswered' | 'not-sent';

/** A call to InfluxDB or Secrets Manager that failed. The message never holds a token, header, body or query. */
export class CallError extends CodedError {
  override readonly name: string = 'CallError';
  override readonly code: ErrorCode;
  override readonly mends: readonly Mend[];
  readonly kind: FailureKind;
  /** How long the service asked us to wait before retrying, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** True if the service has too much to do, or a quota is used up: fewer calls a second would be answered. */
  readonly isOverload: boolean;

  constructor(
    code: ErrorCode,
    kind: FailureKind,
    message: string,
    options: ErrorOptions & {
      readonly retryAfterMs?: number | undefined;
      /** @default what is throttled */
      readonly isOverload?: boolean | undefined;
      readonly mends?: readonly Mend[] | undefined;
    } = {},
  ) {
    super(message, options);
    this.code = code;
    this.kind = kind;
    this.mends = options.mends ?? [];
    this.retryAfterMs = options.retryAfterMs;
    this.isOverload = options.isOverload ?? kind === 'throttled';
  }

  /** True if the call certainly had no effect and never will. */
  get hadNoEffect(): boolean {
    return this.kind !== 'unanswered';
  }

  /** True if every other consumer would fail the same way, so that the run ends early and reports the error once. */
  get endsRun(): boolean {
    return false;
  }
}
