import type { Configuration } from '../../config/configuration.ts';
import { homeOf } from '../../config/secret-name.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import type { SecretReading } from '../../secrets-manager/secret.ts';
import { namedIn } from '../document/own.ts';
import type { SecretContent } from '../document/secret-content.ts';
import { Listing } from './listing.ts';
import { contentOf, type ObservedSecret, observed } from './observed-secret.ts';
import { Protections } from './protections.ts';
import type { ReadingInfluxdb } from './reads.ts';
import { Resolver } from './resolve-names.ts';
import type { Target, UnresolvedTarget } from './target.ts';

/** What is, for all consumers: first the secrets, then the authorizations (docs/protocol.md, F3: never the other way round). */
export interface Observation {
  /** By consumer. */
  readonly secrets: ReadonlyMap<string, ObservedSecret>;
  readonly targets: ReadonlyMap<string, Target | UnresolvedTarget>;
  readonly listing: Listing;
  readonly protections: Protections;
}

/** Beyond this many owners, one list of the org is cheaper than one for each. */
const MAX_LISTS = 8;

/**
 * @param readings the current values, the rotator's own among them, as read at the start of the run.
 * @param rotatorToken what the run authenticates with; only compared, never kept.
 */
export async function observe(
  configuration: Configuration,
  readings: ReadonlyMap<string, SecretReading>,
  rotatorToken: string,
  influxdb: ReadingInfluxdb,
): Promise<Observation> {
  const { consumers } = configuration;
  const secrets = new Map(
    consumers.map(({ name, secret, tokenKey }) => [name, observed(atHome(configuration, readings, secret), tokenKey)]),
  );
  const contents = new Map([...secrets].map(([name, secret]) => [name, contentOf(secret)]));
  const resolver = new Resolver(configuration.influxdb, influxdb);
  const targets = new Map<string, Target | UnresolvedTarget>();
  for (const settings of consumers) targets.set(settings.name, await resolver.resolve(settings));
  const rows = await list(influxdb, contents.values(), resolver);
  const listing = new Listing(rows);
  const protections = new Protections(configuration, contents, listing, rotatorToken);
  return { secrets, targets, listing, protections };
}

/** A secret of another account or Region than the rotator's own is refused: its quotas, keys and alarms are elsewhere. */
function atHome(
  { influxdb }: Configuration,
  readings: ReadonlyMap<string, SecretReading>,
  secret: string,
): SecretReading {
  const reading = readings.get(secret) ?? { kind: 'unreadable', detail: 'it was not read' };
  const own = readings.get(influxdb.tokenSecret);
  if (reading.kind !== 'value' || own?.kind !== 'value' || homeOf(reading.arn) === homeOf(own.arn)) return reading;
  return {
    kind: 'unreadable',
    detail: "it is in another account or Region than the rotator's own secret, which is not supported",
  };
}

/** The authorizations of every owner that the configuration or a document names. */
async function list(
  influxdb: ReadingInfluxdb,
  contents: Iterable<SecretContent | undefined>,
  resolver: Resolver,
): Promise<Authorization[]> {
  const owners = new Set(resolver.resolvedOwners());
  // A value that was replaced by hand does not say whose the tokens were; their owner may not be the configured one.
  let ownersAreKnown = true;
  for (const content of contents) {
    const named = namedIn(content);
    if (named === undefined) ownersAreKnown = false;
    else for (const { userId } of named) owners.add(userId);
  }
  const orgId = resolver.knownOrgId();
  if (orgId !== undefined && (owners.size > MAX_LISTS || !ownersAreKnown))
    return influxdb.listAuthorizations({ orgID: orgId });
  const rows: Authorization[] = [];
  for (const userID of owners) rows.push(...(await influxdb.listAuthorizations({ userID })));
  return rows;
}
