import { CallError } from '../../calls/call-error.ts';
import type { Configuration, ConsumerSettings } from '../../config/configuration.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import type { InfluxdbClient } from '../../influxdb/client.ts';
import { InfluxdbError } from '../../influxdb/errors.ts';
import { homeOf, type SecretReading } from '../../secrets-manager/secret.ts';
import type { SecretStore } from '../../secrets-manager/store.ts';
import { readSecretContent, type SecretContent } from '../document/document.ts';
import { Listing, type Target, type UnresolvedTarget } from '../plan/facts.ts';
import { type Claim, findClaims } from './protections.ts';
import type { AuthorizationLookup, LookRequest } from './question.ts';
import { Resolver } from './resolve-names.ts';

/** The calls that only read. Observation and dry runs are given nothing else. */
export type ReadingInfluxdb = Pick<
  InfluxdbClient,
  | 'listAuthorizations'
  | 'getAuthorization'
  | 'findBucket'
  | 'getBucket'
  | 'findUser'
  | 'findOrg'
  | 'ownUser'
  | 'resourceTypes'
>;
export type ReadingStore = Pick<SecretStore, 'readCurrent' | 'describe' | 'readVersion'>;

/** What is, for all consumers: first the secrets, then the authorizations (docs/protocol.md, F3: never the other way round). */
export interface Observation {
  readonly readings: ReadonlyMap<string, SecretReading>;
  readonly targets: ReadonlyMap<string, Target | UnresolvedTarget>;
  readonly listing: Listing;
  /** Authorizations that may be written for nobody but the consumer named here, and why. */
  readonly claims: readonly Claim[];
}

/** Beyond this many owners, one list of the org is cheaper than one for each. */
const MAX_LISTS = 8;

/**
 * @param secrets the current values, the rotator's own among them, as read at the start of the run.
 * @param rotatorToken what the run authenticates with; only compared, never kept.
 */
export async function observe(
  configuration: Configuration,
  secrets: ReadonlyMap<string, SecretReading>,
  rotatorToken: string,
  influxdb: ReadingInfluxdb,
): Promise<Observation> {
  const readings = new Map(
    configuration.consumers.map((settings) => [settings.name, atHome(configuration, secrets, settings)]),
  );
  const resolver = new Resolver(configuration.influxdb, influxdb);
  const targets = new Map<string, Target | UnresolvedTarget>();
  for (const settings of configuration.consumers) targets.set(settings.name, await resolver.resolve(settings));
  const contents = new Map(configuration.consumers.map((settings) => [settings.name, contentOf(readings, settings)]));
  const owners = new Set<string>();
  for (const target of targets.values())
    if (target.kind === 'resolved' && target.userId !== undefined) owners.add(target.userId);
  for (const userId of resolver.resolvedOwners()) owners.add(userId);
  for (const content of contents.values()) {
    if (content === undefined || !('document' in content)) continue;
    owners.add(content.document.userId);
    for (const { userId } of content.document.superseded) owners.add(userId);
  }
  const rows = await list(influxdb, [...owners], resolver.knownOrgId(), [...contents.values()].every(namesItsOwners));
  const listing = new Listing(rows);
  return { readings, targets, listing, claims: findClaims(configuration, contents, listing, rotatorToken) };
}

/** A value that was replaced by hand no longer says whose the tokens were; their owner may not be the configured one. */
function namesItsOwners(content: SecretContent | undefined): boolean {
  return content !== undefined && 'document' in content;
}

function contentOf(
  readings: ReadonlyMap<string, SecretReading>,
  { name, tokenKey }: ConsumerSettings,
): SecretContent | undefined {
  const reading = readings.get(name);
  return reading?.kind === 'value' ? readSecretContent(reading.text, reading.versionId, tokenKey) : undefined;
}

/** A secret of another account or Region than the rotator's own is refused: its quotas, keys and alarms are elsewhere. */
function atHome(
  { influxdb }: Configuration,
  secrets: ReadonlyMap<string, SecretReading>,
  { secret }: ConsumerSettings,
): SecretReading {
  const reading = secrets.get(secret) ?? { kind: 'unreadable', detail: 'it was not read' };
  const own = secrets.get(influxdb.tokenSecret);
  if (reading.kind !== 'value' || own?.kind !== 'value' || homeOf(reading.arn) === homeOf(own.arn)) return reading;
  return {
    kind: 'unreadable',
    detail: "it is in another account or Region than the rotator's own secret, which is not supported",
  };
}

async function list(
  influxdb: ReadingInfluxdb,
  owners: readonly string[],
  orgId: string | undefined,
  ownersAreKnown: boolean,
): Promise<Authorization[]> {
  if (orgId !== undefined && (owners.length > MAX_LISTS || !ownersAreKnown))
    return influxdb.listAuthorizations({ orgID: orgId });
  const rows: Authorization[] = [];
  for (const userID of owners) rows.push(...(await influxdb.listAuthorizations({ userID })));
  return rows;
}

/** Looks at one more thing, for one consumer. */
export async function look(
  request: LookRequest,
  secretId: string,
  influxdb: ReadingInfluxdb,
  store: ReadingStore,
): Promise<unknown> {
  switch (request.kind) {
    case 'description':
      return store.describe(secretId);
    case 'version':
      return store.readVersion(secretId, { stage: request.stage });
    case 'authorization':
      return lookUp(influxdb, request.id);
  }
}

async function lookUp(influxdb: ReadingInfluxdb, id: string): Promise<AuthorizationLookup> {
  try {
    return { kind: 'found', row: await influxdb.getAuthorization(id) };
  } catch (error) {
    if (!(error instanceof InfluxdbError) || !(error instanceof CallError) || error.kind !== 'refused') throw error;
    if (error.isAuthorizationGone) return { kind: 'gone' };
    if (error.isOwnerGone) return { kind: 'owner-gone' };
    if (error.isMissingRight) return { kind: 'unseen', detail: error.message };
    throw error;
  }
}
