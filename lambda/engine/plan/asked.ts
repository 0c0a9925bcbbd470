import type { Limits } from '../../config/configuration.ts';
import type { Rotate } from '../../requests/request.ts';
import type { Asked, Facts } from './facts.ts';
import type { Reason } from './reason.ts';

/** Why something is done that nobody but an operator wants. */
export function requested({ command: { action, reason, by } }: Asked): Reason<'REQUESTED'> {
  return { code: 'REQUESTED', request: action, text: reason, by };
}

/** The rotation that is asked for, if one is. */
export function rotationAsked({ asked }: Pick<Facts, 'asked'>): Rotate | undefined {
  return asked?.command.action === 'rotate' ? asked.command : undefined;
}

/** An operator says that the token leaked: then all that the consumer had before may have leaked, too (H17). */
export function isLeakAsked(facts: Pick<Facts, 'asked'>): boolean {
  return rotationAsked(facts)?.compromised === true;
}

/** An operator has looked at what blocks this consumer, and wants a new token all the same. */
export function isForced(facts: Pick<Facts, 'asked'>): boolean {
  return rotationAsked(facts)?.force === true;
}

/** How long a request of a run may still take effect after it looked, and that of a command after it was sent. */
export function settlingMs({ requestLifeMs, callTimeoutMs }: Limits): number {
  return requestLifeMs + 2 * callTimeoutMs;
}

/** The time that an invocation keeps for the look at a consumer that follows a wait. */
export function nextLookMs({ callTimeoutMs }: Limits): number {
  return 6 * callTimeoutMs;
}
