import type { ConsumerSettings } from '../../config/configuration.ts';
import { isInForce, TOLD_AHEAD_MS } from '../../config/exception.ts';
import type { Facts } from './facts.ts';
import type { Reason } from './reason.ts';

type Policy = Pick<ConsumerSettings, 'maxTokenAgeMs' | 'exception'>;

/** Until when a token that was made then may be current: no longer than `maxTokenAge`, or than an exception lets it. */
export function mayBeCurrentUntil({ maxTokenAgeMs, exception }: Policy, mintedAt: number): number {
  return Math.max(mintedAt + maxTokenAgeMs, exception?.until ?? 0);
}

/** What an operator should know of the exception: that it ends soon, or that it is over and still configured. */
export function notesOnException({ settings: { exception }, now }: Facts): Reason[] {
  if (exception === undefined) return [];
  const { reason: why, until } = exception;
  if (!isInForce(exception, now)) return [{ code: 'EXCEPTION_EXPIRED', why, until }];
  return until - TOLD_AHEAD_MS <= now ? [{ code: 'EXCEPTION_ENDS', why, until }] : [];
}
