import { CallError } from '../call-error.ts';
import type { Configuration, ConsumerSettings } from '../config/configuration.ts';
import type { Authorization } from '../influxdb/authorization.ts';
import type { InfluxdbClient } from '../influxdb/client.ts';
import { InfluxdbError } from '../influxdb/errors.ts';
import { homeOf, type SecretReading } from '../secrets-manager/secret.ts';
import type { SecretStore } from '../secrets-manager/store.ts';
import { readSecretContent, tokenHash } from './document.ts';
import { Listing, type Target, type UnresolvedTarget } from './facts.ts';
import type { AuthorizationLookup, LookRequest } from './look.ts';
import { Resolver } from './resolve.ts';

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

/** An authorization that is in use: by a consumer, or by the rotator itself (`consumer` undefined). */
export interface Claim {
  readonly authorizationId: string;
  readonly consumer: string | undefined;
  readonly reason: string;
  /** In milliseconds since the epoch; undefined for good. */
  readonly until?: number;
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
  const claims = [
    ...claimsById(contents),
    ...claimsByLedger(configuration, contents),
    ...claimsByValue(listing, contents, rotatorToken),
  ];
  return { readings, targets, listing, claims };
}

type Content = ReturnType<typeof readSecretContent> | undefined;

/** A value that was replaced by hand no longer says whose the tokens were; their owner may not be the configured one. */
function namesItsOwners(content: Content): boolean {
  return content !== undefined && 'document' in content;
}

function contentOf(readings: ReadonlyMap<string, SecretReading>, { name, tokenKey }: ConsumerSettings): Content {
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

function* claimsById(contents: ReadonlyMap<string, Content>): Generator<Claim> {
  for (const [consumer, content] of contents) {
    if (content === undefined || !('document' in content) || content.kind === 'foreign') continue;
    yield {
      authorizationId: content.document.authorizationId,
      consumer,
      reason: `it is the current one of consumer ${consumer}`,
    };
  }
}

/** Two consumers may have shared a token before they were served: each has a grace period of its own. */
function* claimsByLedger(
  { consumers, limits }: Configuration,
  contents: ReadonlyMap<string, Content>,
): Generator<Claim> {
  for (const { name, gracePeriodMs } of consumers) {
    const content = contents.get(name);
    if (content === undefined || !('document' in content)) continue;
    for (const { authorizationId, since, compromised } of content.document.superseded) {
      if (compromised) continue;
      const until = since + limits.leaseMs + gracePeriodMs;
      yield { authorizationId, consumer: name, until, reason: `consumer ${name}'s readers may still hold it` };
    }
  }
}

/**
 * What another secret holds must not be switched off, whoever made it. The value is found by its hash where a document
 * notes one, and on servers without token hashing in the rows themselves.
 */
function* claimsByValue(
  listing: Listing,
  contents: ReadonlyMap<string, Content>,
  rotatorToken: string,
): Generator<Claim> {
  const authorizationsOf = new Map<string, Set<string>>();
  const link = (hash: string | undefined, authorizationId: string) => {
    if (hash === undefined) return;
    authorizationsOf.set(hash, (authorizationsOf.get(hash) ?? new Set()).add(authorizationId));
  };
  for (const row of listing.rows())
    if (row.token !== '' && row.token !== 'redacted') link(tokenHash(row.token), row.id);
  for (const content of contents.values()) {
    if (content === undefined || !('document' in content)) continue;
    link(content.document.tokenHash, content.document.authorizationId);
    for (const entry of content.document.superseded) link(entry.tokenHash, entry.authorizationId);
  }
  const claimed = (token: string) => authorizationsOf.get(tokenHash(token)) ?? [];
  for (const authorizationId of claimed(rotatorToken)) {
    yield { authorizationId, consumer: undefined, reason: 'the rotator itself uses it' };
  }
  for (const [consumer, content] of contents) {
    if (content?.token === undefined) continue;
    for (const authorizationId of claimed(content.token)) {
      yield { authorizationId, consumer, reason: `the secret of consumer ${consumer} holds it` };
    }
  }
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
