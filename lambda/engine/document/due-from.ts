import type { ConsumerSettings } from '../../config/configuration.ts';

type Due = Pick<ConsumerSettings, 'rotateEveryMs' | 'rotateEarlyMs' | 'exception'>;

/**
 * From when on its age is a reason to replace a token that was made then: an exception puts that off. In milliseconds since
 * the epoch.
 */
export function dueFrom({ rotateEveryMs, rotateEarlyMs, exception }: Due, minted: number): number {
  return Math.max(minted + rotateEveryMs - rotateEarlyMs, exception?.until ?? 0);
}
