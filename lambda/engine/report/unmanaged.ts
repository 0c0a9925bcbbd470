import { adoptedId, type Configuration } from '../../config/configuration.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import { fingerprintOf, parseMarker } from '../document/marker.ts';
import { ledgerIn } from '../document/own.ts';
import type { Listing, MarkedRow } from '../observe/listing.ts';
import type { Observation } from '../observe/observe.ts';
import { arnOf, contentOf, type ObservedSecret } from '../observe/observed-secret.ts';
import type { Reason } from '../plan/reason.ts';
import type { Planned } from './consumer-report.ts';

/** More than this many are counted, not listed. */
const MOST_LISTED = 100;

/** What nobody manages is reported in every run for as long as it lives (T5); never touched. */
export interface Unmanaged {
  readonly notices: readonly Reason[];
  /** Authorizations of the configured owners that nothing manages. */
  readonly count: number;
}

export function findUnmanaged(
  configuration: Configuration,
  observation: Observation,
  planned: readonly Planned[],
): Unmanaged {
  const { secrets, listing } = observation;
  const handMade = findHandMade(configuration, observation, adoptedBy(planned));
  const notices: Reason[] = [...findMarked(configuration, secrets, listing), ...findShared(secrets)];
  for (const { id, userId, description, status, createdAt } of handMade.slice(0, MOST_LISTED)) {
    const made = new Date(createdAt).toISOString();
    notices.push({ code: 'UNMANAGED_TOKEN', authorizationId: id, userId, description, status, createdAt: made });
  }
  const more = handMade.length - MOST_LISTED;
  if (more > 0) notices.push({ code: 'MORE_UNMANAGED', more });
  return { notices, count: handMade.length };
}

/** Authorizations with this deployment's marker that belong to no configured consumer, or not to its secret. */
function findMarked(
  { deployment, consumers }: Configuration,
  secrets: ReadonlyMap<string, ObservedSecret>,
  listing: Listing,
): Reason[] {
  const fingerprints = new Map<string, string>();
  for (const [consumer, secret] of secrets) {
    const arn = arnOf(secret);
    if (arn !== undefined) fingerprints.set(consumer, fingerprintOf(arn));
  }
  const configured = new Set(consumers.map(({ name }) => name));
  const ofDeployment = listing.marked().filter(({ marker }) => marker.deployment === deployment);
  const notConfigured = ofDeployment.filter(({ marker }) => !configured.has(marker.consumer));
  const anotherSecret = ofDeployment.filter(({ marker: { consumer, fingerprint } }) => {
    const own = fingerprints.get(consumer);
    return own !== undefined && own !== fingerprint;
  });
  return [...groups('NOT_CONFIGURED', notConfigured), ...groups('ANOTHER_SECRET', anotherSecret)];
}

/** One for each consumer. */
function groups(code: 'NOT_CONFIGURED' | 'ANOTHER_SECRET', rows: readonly MarkedRow[]): Reason[] {
  const byConsumer = Map.groupBy(rows, ({ marker }) => marker.consumer);
  return [...byConsumer].map(([consumer, group]) => ({
    code,
    consumer,
    authorizationIds: group.map(({ row }) => row.id),
  }));
}

/** What the configuration adopts, by its id or by what "auto" found. */
function adoptedBy(planned: readonly Planned[]): ReadonlySet<string | undefined> {
  return new Set(
    planned.flatMap(({ facts: { settings, secret }, outcome }) => {
      if (settings.adopt !== 'auto') return adoptedId(settings);
      const notes = outcome.kind === 'decision' ? outcome.notes : [];
      const found = notes.flatMap((note) => (note.code === 'ADOPTS' ? note.authorizationId : []));
      return [...found, ...ledgerIn(contentOf(secret)).map(({ authorizationId }) => authorizationId)];
    }),
  );
}

/** On Cloud one user owns everything, the rotator's own token and people's included: nothing is said of these. */
function findHandMade(
  { consumers }: Configuration,
  { targets, listing }: Observation,
  adopted: ReadonlySet<string | undefined>,
): Authorization[] {
  const owners = new Set<string>();
  for (const { name, owner } of consumers) {
    const target = targets.get(name);
    if (owner !== undefined && target?.kind === 'resolved' && target.userId !== undefined) owners.add(target.userId);
  }
  return [...listing.rows()].filter(
    ({ id, userId, description }) => owners.has(userId) && !adopted.has(id) && parseMarker(description) === undefined,
  );
}

/** Two applications with one token: neither can be rotated without the other. */
function findShared(secrets: ReadonlyMap<string, ObservedSecret>): Reason[] {
  const holders = new Map<string, string[]>();
  for (const [consumer, secret] of secrets) {
    const token = contentOf(secret)?.token;
    if (token !== undefined && token !== '') holders.set(token, [...(holders.get(token) ?? []), consumer]);
  }
  return [...holders.values()]
    .filter(({ length }) => length > 1)
    .map((consumers) => ({ code: 'SHARED_VALUE', consumers }));
}
