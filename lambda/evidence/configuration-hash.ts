import canonicalize from 'canonicalize';
import type { Configuration } from '../config/configuration.ts';
import { hashOf } from './link.ts';

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
  return hashOf(canonicalize(plain) ?? '');
}
