import type { ConsumerSettings } from '../../config/configuration.ts';
import { ownDocument } from '../document/own.ts';
import type { ObservedSecret } from './observed-secret.ts';

/**
 * Whose token is due first, or who has none. Where there is no time to look up the names of all, the next run looks up those
 * of others.
 */
export function longestServedFirst(
  consumers: readonly ConsumerSettings[],
  secrets: ReadonlyMap<string, ObservedSecret>,
): readonly ConsumerSettings[] {
  const dueAt = ({ name, rotateEveryMs, rotateEarlyMs }: ConsumerSettings) => {
    const secret = secrets.get(name);
    if (secret?.kind !== 'value') return 0;
    const document = ownDocument(secret.content, secret.identity);
    return document === undefined ? 0 : document.mintedAt + rotateEveryMs - rotateEarlyMs;
  };
  return consumers
    .map((settings) => ({ settings, at: dueAt(settings) }))
    .sort((one, other) => one.at - other.at)
    .map(({ settings }) => settings);
}
