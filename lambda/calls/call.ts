import type { Limits } from '../config/configuration.ts';
import { type Budget, OutOfTimeError } from './budget.ts';
import type { CallCounts } from './call-counts.ts';
import { CallError } from './call-error.ts';
import type { Clock } from './clock.ts';
import type { Crew } from './crew.ts';
import type { RateLimiter } from './rate-limiter.ts';

/** What every call needs: the time, how much of it the run has left, and the limits in milliseconds. */
export interface CallContext {
  readonly clock: Clock;
  readonly budget: Budget;
  readonly limits: Pick<Limits, 'callTimeoutMs' | 'requestLifeMs'>;
  /** @default that nobody counts */
  readonly counts?: CallCounts | undefined;
  /** How many workers there are follows from how the calls go. @default that there are always as many */
  readonly crew?: Crew | undefined;
}

export interface CallOptions {
  /**
   * Which failures are retried. `read` and `idempotent-write`: all except refusals. `single-effect`: only failures that
   * certainly had no effect. None begins an attempt shortly before the invocation ends.
   */
  readonly retry: 'read' | 'idempotent-write' | 'single-effect';
  /** Called for every attempt that got no answer, even if a later one succeeds: the first may still take effect. */
  readonly onUnanswered?: (() => void) | undefined;
  /** Where each attempt waits for its turn, and what it takes of the rate. @default that it does not wait */
  readonly rate?: { readonly limiter: RateLimiter; readonly cost: number } | undefined;
}

/** What a caller is told by who must know of missing answers. */
export type OnUnanswered = Pick<CallOptions, 'onUnanswered'>;

const ATTEMPTS = 4;
const FIRST_DELAY_MS = 250;

/**
 * Makes up to four attempts. Each may take `callTimeout`, and all of them with their waits `requestLife`, so that
 * nothing sent can outlive the lease. The waits for a turn count, too: what a caller saw before it must not be older.
 * Between attempts, waits double from 250 ms, unless the service asked for another. They have no jitter, since a single
 * scheduled job does not compete with copies of itself.
 * @throws {CallError} the failure of the last attempt.
 * @throws {OutOfTimeError} instead of beginning a call too late.
 */
export async function call<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  { clock, budget, limits, counts, crew }: CallContext,
  { retry, onUnanswered, rate }: CallOptions,
): Promise<T> {
  const what = retry === 'read' ? 'read' : 'write';
  const deadline = clock.now() + Math.min(limits.requestLifeMs, budget.remainingMs());
  let failure: CallError | undefined;
  const isLateAfter = (ms: number) => clock.now() + ms + limits.callTimeoutMs > deadline;
  const assertInTime = () => {
    // An attempt without an answer may have had its effect, and "nothing was sent" would hide it.
    if (failure !== undefined && !budget.mayBegin(what)) throw failure;
    budget.assertMayBegin(what);
    if (rate !== undefined && isLateAfter(0)) throw failure ?? new OutOfTimeError(WAITED_TOO_LONG);
  };
  for (let count = 1; ; count += 1) {
    const askedAt = clock.now();
    const turn = await rate?.limiter.turn(rate.cost, assertInTime);
    assertInTime();
    if (counts !== undefined && count > 1) counts.retried += 1;
    const sentAt = clock.now();
    const answered = () => rate && crew?.answered(rate.limiter, sentAt - askedAt, clock.now() - sentAt);
    try {
      const answer = await attempt(clock.timeout(limits.callTimeoutMs));
      answered();
      return answer;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      failure = error;
      if (error.kind === 'unanswered') onUnanswered?.();
      if (error.kind === 'refused') answered();
      if (error.kind === 'unanswered' || error.isOverload) crew?.overload();
      if (error.isOverload) {
        if (counts !== undefined) counts.throttled += 1;
        if (turn !== undefined) rate?.limiter.refused(turn, rate.cost);
      }
      const delayMs = error.retryAfterMs ?? FIRST_DELAY_MS * 2 ** (count - 1);
      if (count === ATTEMPTS || isLateAfter(delayMs) || !isWorthAnother(error, retry)) throw error;
      await clock.sleep(delayMs);
    }
  }
}

const WAITED_TOO_LONG =
  'the call waited so long for its turn that it could not end within limits.requestLife any more, because the service takes fewer calls a second than are due';

function isWorthAnother(error: CallError, retry: CallOptions['retry']): boolean {
  switch (error.kind) {
    case 'refused':
    case 'not-sent':
      return false;
    case 'unanswered':
      return retry !== 'single-effect';
    case 'throttled':
    case 'unreachable':
      return true;
  }
}
