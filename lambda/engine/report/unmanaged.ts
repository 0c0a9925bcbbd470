import type { Configuration } from '../../config/configuration.ts';
import { fingerprintOf } from '../document/marker.ts';
import type { Listing, MarkedRow } from '../observe/listing.ts';
import { arnOf, type ObservedSecret } from '../observe/observed-secret.ts';
import type { Reason } from '../plan/reason.ts';

/** Authorizations that carry this deployment's name, but belong to no configured consumer: reported, never touched. */
export function findUnmanaged(
  configuration: Configuration,
  secrets: ReadonlyMap<string, ObservedSecret>,
  listing: Listing,
): Reason[] {
  const fingerprints = new Map<string, string>();
  for (const [consumer, secret] of secrets) {
    const arn = arnOf(secret);
    if (arn !== undefined) fingerprints.set(consumer, fingerprintOf(arn));
  }
  const configured = new Set(configuration.consumers.map(({ name }) => name));
  const ofDeployment = listing.marked().filter(({ marker }) => marker.deployment === configuration.deployment);
  const notConfigured = ofDeployment.filter(({ marker }) => !configured.has(marker.consumer));
  const anotherSecret = ofDeployment.filter(({ marker: { consumer, fingerprint } }) => {
    const own = fingerprints.get(consumer);
    return own !== undefined && own !== fingerprint;
  });
  return [...notices('NOT_CONFIGURED', notConfigured), ...notices('ANOTHER_SECRET', anotherSecret)];
}

/** One for each consumer. */
function notices(code: 'NOT_CONFIGURED' | 'ANOTHER_SECRET', rows: readonly MarkedRow[]): Reason[] {
  const byConsumer = Map.groupBy(rows, ({ marker }) => marker.consumer);
  return [...byConsumer].map(([consumer, group]) => ({
    code,
    consumer,
    authorizationIds: group.map(({ row }) => row.id),
  }));
}
