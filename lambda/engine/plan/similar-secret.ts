import { nearest } from '../../config/nearest.ts';

/**
 * The name that somebody may have meant for a secret that does not exist: with the consumer's own name, spelt as it is.
 * Undefined if it is not like that. No right is needed: nothing is listed.
 */
export function similarSecret(secret: string, consumer: string): string | undefined {
  if (secret.startsWith('arn:')) return undefined;
  const start = secret.lastIndexOf('/') + 1;
  const last = secret.slice(start);
  return last === consumer || nearest(last, [consumer]) === undefined ? undefined : secret.slice(0, start) + consumer;
}
