import type { Configuration } from '../../config/configuration.ts';
import { fingerprintOf } from '../document/marker.ts';
import type { Listing } from '../observe/listing.ts';
import type { ObservedSecret } from '../observe/observed-secret.ts';
import type { Reason } from '../plan/reason.ts';

/** Authorizations that carry this deployment's name, but belong to no configured consumer: reported, never touched. */
export function findUnmanaged(
  configuration: Configuration,
  secrets: ReadonlyMap<string, ObservedSecret>,
  listing: Listing,
): Reason[] {
  const fingerprints = new Map<string, string>();
  for (const [consumer, secret] of secrets) {
    if ('arn' in secret) fingerprints.set(consumer, fingerprintOf(secret.arn));
  }
  const configured = new Set(configuration.consumers.map(({ name }) => name));
  const ofDeployment = listing.marked().filter(({ marker }) => marker.deployment === configuration.deployment);
  const notConfigured = ofDeployment.filter(({ marker }) => !configured.has(marker.consumer));
  const anotherSecret = ofDeployment.filter(({ marker: { consumer, fingerprint } }) => {
    const own = configured.has(consumer) ? fingerprints.get(consumer) : undefined;
    return own !== undefined && own !== fingerprint;
  });
  return [...notices('NOT_CONFIGURED', notConfigured), ...notices('ANOTHER_SECRET', anotherSecret)];
}

function notices(
  code: 'NOT_CONFIGURED' | 'ANOTHER_SECRET',
  rows: ReturnType<Listing['marked']>,
): Reason<'NOT_CONFIGURED' | 'ANOTHER_SECRET'>[] {
  const byConsumer = Map.groupBy(rows, ({ marker }) => marker.consumer);
  return [...byConsumer].map(([consumer, group]) => ({
    code,
    consumer,
    authorizationIds: group.map(({ row }) => row.id),
  }));
}
