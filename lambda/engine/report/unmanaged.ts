import type { Configuration } from '../../config/configuration.ts';
import type { SecretReading } from '../../secrets-manager/secret.ts';
import { fingerprintOf } from '../document/marker.ts';
import type { Listing } from '../plan/facts.ts';

/** Authorizations that carry this deployment's name, but belong to no configured consumer: reported, never touched. */
export function findStrangers(
  configuration: Configuration,
  readings: ReadonlyMap<string, SecretReading>,
  listing: Listing,
): string[] {
  const fingerprints = new Map<string, string>();
  for (const [consumer, reading] of readings)
    if ('arn' in reading) fingerprints.set(consumer, fingerprintOf(reading.arn));
  const configured = new Set(configuration.consumers.map(({ name }) => name));
  const unconfigured = new Map<string, string[]>();
  const otherSecrets = new Map<string, string[]>();
  for (const { row, marker } of listing.marked()) {
    if (marker.deployment !== configuration.deployment) continue;
    const { consumer, fingerprint } = marker;
    if (!configured.has(consumer)) append(unconfigured, consumer, row.id);
    else if (fingerprints.has(consumer) && fingerprints.get(consumer) !== fingerprint)
      append(otherSecrets, consumer, row.id);
  }
  return [
    ...[...unconfigured].map(
      ([consumer, ids]) =>
        `consumer ${consumer} is no longer configured, and its authorizations remain (${ids.join(', ')}): to end them, configure it again with "retired": true`,
    ),
    ...[...otherSecrets].map(
      ([consumer, ids]) =>
        `authorizations ${ids.join(', ')} name consumer ${consumer}, but another secret than the configured one (a second stack of this name, or a secret made anew): they are left alone`,
    ),
  ];
}

function append(lists: Map<string, string[]>, key: string, value: string): void {
  lists.set(key, [...(lists.get(key) ?? []), value]);
}
