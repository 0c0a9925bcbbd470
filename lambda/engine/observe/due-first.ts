import type { ConsumerSettings } from '../../config/configuration.ts';
import { dueFrom } from '../document/due-from.ts';
import { ownDocument } from '../document/own.ts';
import type { ObservedSecret } from './observed-secret.ts';

/**
 * Whose token is due first, or who has none, as far as the secrets tell: nothing was listed yet, as `plan/turns.ts` needs.
 * Where there is no time to look up the names of all, the next run looks up those of others.
 */
export function dueFirst(
  consumers: readonly ConsumerSettings[],
  secrets: ReadonlyMap<string, ObservedSecret>,
): readonly ConsumerSettings[] {
  const dueAt = (settings: ConsumerSettings) => {
    const secret = secrets.get(settings.name);
    if (secret?.kind !== 'value') return 0;
    const document = ownDocument(secret.content, secret.identity);
    return document === undefined ? 0 : dueFrom(settings, document.mintedAt);
  };
  return consumers
    .map((settings) => ({ settings, at: dueAt(settings) }))
    .sort((one, other) => one.at - other.at)
    .map(({ settings }) => settings);
}
