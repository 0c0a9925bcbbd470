import type { Budget } from '../../calls/budget.ts';
import { CallError } from '../../calls/call-error.ts';
import { endsRun } from '../../calls/failure.ts';
import { allSideBySide } from '../../calls/side-by-side.ts';
import { adoptedId } from '../../config/adopted.ts';
import type { Configuration, ConsumerSettings } from '../../config/configuration.ts';
import { homeOf } from '../../config/secret-name.ts';
import { rotatedIn } from '../../config/self.ts';
import { InfluxdbError } from '../../influxdb/errors.ts';
import type { SecretReading } from '../../secrets-manager/secret.ts';
import { tokenHash } from '../document/document.ts';
import { inMarker, type Marker } from '../document/marker.ts';
import { namedIn, whoseDocument } from '../document/own.ts';
import { dueFirst } from './due-first.ts';
import type { Elsewhere } from './elsewhere.ts';
import { type Interest, ListedRows, Listing } from './listing.ts';
import { type ObservedSecret, observed } from './observed-secret.ts';
import { observedOwn, type SignedIn, signedInAs } from './own-secret.ts';
import { Protections } from './protections.ts';
import type { ReadingInfluxdb } from './reads.ts';
import { Resolver } from './resolve-names.ts';
import { type IsRotators, rotatorsOwn } from './rotators-own.ts';
import { SecretValues } from './secret-values.ts';
import type { Target, UnresolvedTarget } from './target.ts';
import { noSuchOrg } from './unresolved.ts';

/** What is, for all consumers: first the secrets, then the authorizations (docs/protocol.md, F3: never the other way round). */
export interface Observation {
  /** By consumer. */
  readonly secrets: ReadonlyMap<string, ObservedSecret>;
  readonly targets: ReadonlyMap<string, Target | UnresolvedTarget>;
  readonly listing: Listing;
  readonly protections: Protections;
  readonly values: SecretValues;
  readonly isRotators: IsRotators;
  /** The users by id that the configuration names as owners, wherever InfluxDB knows them. */
  readonly owners: ReadonlySet<string>;
  /** Undefined where the rotator's own token is not rotated. */
  readonly signedIn?: SignedIn | undefined;
}

/** Orgs beside the configured one that documents may name: somebody who can write a secret must not make us list more. */
const MAX_FORMER_ORGS = 4;

/**
 * @param readings the current values, the rotator's own among them, as read at the start of the run.
 * @param rotatorToken what the run authenticates with; only compared.
 * @param elsewhere given where the configuration has only some of the deployment's consumers.
 */
export async function observe(
  configuration: Configuration,
  readings: ReadonlyMap<string, SecretReading>,
  rotatorToken: string,
  influxdb: ReadingInfluxdb,
  budget: Pick<Budget, 'leftToReadMs'>,
  elsewhere?: Elsewhere,
): Promise<Observation> {
  const { consumers, deployment } = configuration;
  const { tokenSecret, self } = configuration.influxdb;
  const reading = readings.get(tokenSecret);
  const arn = arnIn(reading);
  const own = arn === undefined ? undefined : { arn, home: homeOf(arn) };
  const byArn = Map.groupBy(consumers, ({ secret }) => arnIn(readings.get(secret)));
  const secrets = new Map(
    consumers.map((settings) => [
      settings.name,
      observed(ofItsOwn(settings, readings, own, byArn), deployment, settings),
    ]),
  );
  const secret = self && reading && observedOwn(reading, rotatorToken, deployment, self);
  if (self !== undefined && secret !== undefined) secrets.set(self.name, secret);
  const atFirst = budget.leftToReadMs();
  const resolver = new Resolver(configuration.influxdb, influxdb, () => budget.leftToReadMs() < atFirst / 2);
  const targets = await resolver.resolveAll(dueFirst(consumers, secrets));
  const owners = new Set(resolver.resolvedOwners());
  const listing = await list(influxdb, configuration, { secrets, targets, owners }, rotatorToken, elsewhere);
  const protections = new Protections(configuration, secrets, listing, rotatorToken, elsewhere);
  const values = new SecretValues(configuration, secrets, listing);
  const signedIn = self && secret && (await signedInAs(influxdb, listing, secret, rotatorToken));
  // The token of a secret that nobody rotated yet may be any of this user's.
  if (signedIn?.userId !== undefined && listing.markerOf(signedIn.row?.id ?? '') !== undefined)
    owners.add(signedIn.userId);
  const isRotators = rotatorsOwn(rotatorToken);
  return { secrets, targets, listing, protections, values, isRotators, owners, signedIn };
}

/**
 * The value of a consumer's secret, if it is one that we may write. The configuration compares names and ARNs as texts;
 * here are the ARNs that they turned out to be.
 */
function ofItsOwn(
  { name, secret }: ConsumerSettings,
  readings: ReadonlyMap<string, SecretReading>,
  own: { readonly arn: string; readonly home: string | undefined } | undefined,
  byArn: ReadonlyMap<string | undefined, readonly ConsumerSettings[]>,
): SecretReading {
  const refused = (detail: string, remedy: string): SecretReading => ({ kind: 'unreadable', detail, remedy });
  const reading = readings.get(secret);
  if (reading === undefined) return refused('it was not read', 'the next run reads it');
  if (reading.kind !== 'value' || own === undefined) return reading;
  if (reading.arn === own.arn) return refused("it is the rotator's own secret, which no consumer can have", OWN);
  // Its quotas, keys and alarms are elsewhere.
  if (homeOf(reading.arn) !== own.home)
    return refused(
      "it is in another account or Region than the rotator's own secret, which is not supported",
      'deploy one function for each account and Region',
    );
  const twin = byArn.get(reading.arn)?.find((other) => other.name !== name);
  return twin === undefined ? reading : refused(`it is the secret of consumer ${twin.name}, too`, OWN);
}

const OWN = 'give each consumer a secret of its own';

function arnIn(reading: SecretReading | undefined): string | undefined {
  return reading?.kind === 'value' ? reading.arn : undefined;
}

/**
 * Every authorization of the configured org, and of each other org that a consumer's own document names. One list costs
 * the server the same scan whatever it answers, and a list by owner would forget the owners that nobody names any more.
 */
async function list(
  influxdb: ReadingInfluxdb,
  configuration: Configuration,
  { secrets, targets, owners }: Pick<Observation, 'secrets' | 'targets' | 'owners'>,
  rotatorToken: string,
  elsewhere: Elsewhere | undefined,
): Promise<Listing> {
  const { influxdb: influxdbSettings } = configuration;
  const consumers = rotatedIn(configuration);
  const named = consumers.flatMap(({ name }) => {
    const secret = secrets.get(name);
    if (secret?.kind !== 'value') return [];
    const own = whoseDocument(secret.content, secret.identity);
    return own.kind === 'own' || own.kind === 'copied' ? (namedIn(secret.content) ?? []) : [];
  });
  const hashes = [...secrets.values()].flatMap((secret) => (secret.kind === 'value' ? (secret.tokenHash ?? []) : []));
  const values = new Set([tokenHash(rotatorToken), ...hashes]);
  const interest: Interest = {
    ids: new Set([
      ...named.map(({ authorizationId }) => authorizationId),
      ...consumers.flatMap((settings) => adoptedId(settings) ?? []),
    ]),
    owners: new Set([...owners, ...named.map(({ userId }) => userId)]),
    values,
    ...(elsewhere && { isElsewhere: isElsewhere(configuration, new Set([...values].map(inMarker))) }),
  };
  const configured = new ListedRows(interest);
  // By its name, if that is how it is configured: a minimal rotator may not look the id up, though it may list.
  const { orgId, org } = influxdbSettings;
  await influxdb
    .listAuthorizations(orgId === undefined ? { org: org ?? '' } : { orgID: orgId }, configured)
    .catch((error: unknown) => {
      if (!(error instanceof InfluxdbError) || error.absent !== 'org') throw error;
      const known = [...targets.values()].flatMap((target) =>
        target.kind === 'unresolved' ? (target.mends ?? []) : [],
      );
      const named = known.find((mend) => mend.kind === 'name' && mend.of === 'org');
      const mends = [named ?? ({ kind: 'name', of: 'org', name: org ?? orgId ?? '' } as const)];
      throw new CallError('INFLUXDB_REFUSED', 'refused', noSuchOrg({ org: org ?? orgId }), { cause: error, mends });
    });
  const known = new Set([orgId, ...[...targets.values()].map(orgOf), ...configured.rows.map((row) => row.orgId)]);
  const former = new Set(named.flatMap((each) => each.orgId ?? []).filter((id) => !known.has(id)));
  const ofFormer = await allSideBySide([...former].slice(0, MAX_FORMER_ORGS), async (orgID) => {
    const rows = new ListedRows(interest);
    return (await isListed(influxdb, orgID, rows)) ? [rows] : [];
  });
  return Listing.of([configured, ...ofFormer.flat()]);
}

/** One that says whose value a secret of this run holds counts here, too. */
function isElsewhere(configuration: Configuration, held: ReadonlySet<string>): (marker: Marker) => boolean {
  const { deployment } = configuration;
  const here = new Set(rotatedIn(configuration).map(({ name }) => name));
  return (marker) =>
    marker.deployment === deployment && !here.has(marker.consumer) && !held.has(marker.tokenHash ?? '');
}

/** False if InfluxDB refuses this list: somebody who can write one secret must not end the run for all. */
async function isListed(influxdb: ReadingInfluxdb, orgID: string, rows: ListedRows): Promise<boolean> {
  try {
    await influxdb.listAuthorizations({ orgID }, rows);
    return true;
  } catch (error) {
    if (error instanceof InfluxdbError && error.kind === 'refused' && !endsRun(error)) return false;
    throw error;
  }
}

function orgOf(target: Target | UnresolvedTarget): string | undefined {
  return target.kind === 'resolved' ? target.orgId : undefined;
}
