import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Configuration } from '../config/configuration.ts';

/**
 * `sha256:…` of the configuration as it was understood, as canonical JSON: with its defaults, and without its comments.
 * What JSON does not have, such as a time without end, counts as a text.
 */
export function configurationHash(configuration: Configuration): string {
  const plain: unknown = JSON.parse(
    JSON.stringify(configuration, (_key, value: unknown) =>
      typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
    ),
  );
  return `sha256:${createHash('sha256')
    .update(canonicalize(plain) ?? '')
    .digest('hex')}`;
}
