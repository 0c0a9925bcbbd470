import type { Limits } from '../config/configuration.ts';
import type { Budget } from './budget.ts';
import { CallError } from './call-error.ts';
import type { Clock } from './clock.ts';

/** What every call needs to know of its surroundings. */
export interface CallContext {
  readonly clock: Clock;
  readonly budget: Budget;
  readonly limits: Pick<Limits, 'callTimeoutMs' | 'requestLifeMs'>;
}

export interface CallOptions {
  /**
   * Which failures are tried again. `read`: all but a refusal. `idempotent-write`: the same, and no attempt begins late.
   * `single-effect`: only those that certainly did nothing.
   */
  readonly retry: 'read' | 'idempotent-write' | 'single-effect';
  /** Called for every attempt that got no answer, even if a later one succeeds: the first may still take effect. */
  readonly onUnanswered?: (() => void) | undefined;
}

const ATTEMPTS = 4;
const FIRST_DELAY_MS = 250;

/**
 * Runs `attempt` within `callTimeout` each, and all attempts and waits within `requestLife`, so that nothing sent can
 * outlive the lease. Waits double from 250 ms, or are what the service asked for. One scheduled job has no herd to
 * spread, so there is no jitter.
 */
export async function call<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  { clock, budget, limits }: CallContext,
  { retry, onUnanswered }: CallOptions,
): Promise<T> {
  const deadline = clock.now() + Math.min(limits.requestLifeMs, budget.remainingMs());
  for (let count = 1; ; count += 1) {
    if (retry !== 'read') budget.assertTimeToWrite();
    try {
      return await attempt(clock.timeout(limits.callTimeoutMs));
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (error.kind === 'unanswered') onUnanswered?.();
      const delayMs = error.retryAfterMs ?? FIRST_DELAY_MS * 2 ** (count - 1);
      const late = clock.now() + delayMs + limits.callTimeoutMs > deadline;
      if (count === ATTEMPTS || late || !isWorthAnother(error, retry)) throw error;
      await clock.sleep(delayMs);
    }
  }
}

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
