import type { Configuration } from '../../lambda/config/configuration.ts';
import { type Observation, observe } from '../../lambda/engine/observe/observe.ts';
import { type OwnRow, ownRowsOf } from './own-rows.ts';
import { NO_OWN_SECRET, type OwnSecret, ownSecretIn, whyAnother } from './own-token.ts';
import { neededTarget, type OwnTarget } from './rights.ts';
import { secretsThere } from './secrets-there.ts';
import type { OwnServices } from './services.ts';
import { signedInUser } from './signed-in.ts';

/** What is there, and what is missing. */
export interface Look {
  /** What a person must mend first. */
  readonly problems: readonly string[];
  /** Owners that do not exist, with the consumers that name them. */
  readonly missingOwners: ReadonlyMap<string, readonly string[]>;
  /** The user of the rotator's token; without an id, it is yet to be made. */
  readonly rotatorUser: { readonly name: string; readonly id: string | undefined };
  /** Of consumers, with the consumer that each is for. */
  readonly missingSecrets: ReadonlyMap<string, string>;
  readonly own: OwnSecret;
  /** Undefined: there is no such secret. */
  readonly ownArn: string | undefined;
  /** Why the rotator needs another token; undefined: its own does. */
  readonly why: string | undefined;
  /** Undefined until all users are there. */
  readonly target: OwnTarget | undefined;
  readonly ownRows: readonly OwnRow[];
  /** The user of the present token, where somebody made it by hand: nothing here ends it. */
  readonly handMadeOf: string | undefined;
}

export interface Signing {
  /** The token that was given for this command. */
  readonly given: string;
  /** The name of the user that the rotator's token belongs to. */
  readonly user: string;
}

/** Only reads, but for one authorization that InfluxDB is asked for and cannot make. */
export async function lookAt(services: OwnServices, configuration: Configuration, signing: Signing): Promise<Look> {
  const { influxdb, store } = services;
  const { tokenSecret, url, cloud } = configuration.influxdb;
  const me = await signedInUser(influxdb, url);
  const readings = await store.readCurrent([tokenSecret, ...configuration.consumers.map(({ secret }) => secret)]);
  const observation = await observe(
    asIfAllOwnersMayBeMade(configuration),
    readings,
    signing.given,
    influxdb,
    services.budget,
  );
  const secrets = await secretsThere(services, configuration, readings);
  const own = ownSecretIn(configuration, readings.get(tokenSecret) ?? { kind: 'not-found' });
  const found = withoutGone('problem' in own ? NO_OWN_SECRET : own, observation);
  const missingOwners = ownersMissingIn(configuration, observation);
  const rotatorUser = cloud ? { name: '', id: me } : await userOf(services, found, { ...signing, me });
  const isWhole = missingOwners.size === 0 && rotatorUser.id !== undefined;
  const target = isWhole ? neededTarget(configuration, observation, rotatorUser.id ?? '') : undefined;
  const resolved = target?.kind === 'resolved' ? target : undefined;
  const problems = [
    ...secrets.problems,
    ...('problem' in own ? [own.problem] : []),
    ...unresolvedIn(observation),
    ...(target?.kind === 'unresolved' ? [target.problem] : []),
  ];
  const why =
    problems.length > 0
      ? undefined
      : await whyAnother(services, configuration, found, { ...signing, target: resolved });
  return {
    problems: [...problems, ...othersToken(configuration, found, why)],
    ...{ missingOwners, rotatorUser, missingSecrets: secrets.missing, own: found, ownArn: secrets.ownArn, why },
    target: resolved,
    ownRows: ownRowsOf(configuration, observation, found, secrets.ownArn),
    handMadeOf: found.token === undefined || found.hasDocument || isGiven(found, signing) ? undefined : rotatorUser.id,
  };
}

function isGiven({ token }: OwnSecret, { given }: Signing): boolean {
  return token === given;
}

/** Without what is gone. */
function withoutGone(own: OwnSecret, { listing }: Observation): OwnSecret {
  const kept = own.ledger.kept.filter(
    (entry) => listing.get(entry.authorizationId) !== undefined || !listing.shows(entry),
  );
  return { ...own, ledger: { ...own.ledger, kept } };
}

/** That a user is missing is no problem here. */
function asIfAllOwnersMayBeMade({ influxdb, consumers, ...rest }: Configuration): Configuration {
  return {
    ...rest,
    influxdb: { ...influxdb, self: undefined },
    consumers: consumers.map((each) => ({ ...each, createOwner: each.owner !== undefined })),
  };
}

function ownersMissingIn(
  { consumers }: Configuration,
  { targets }: Observation,
): ReadonlyMap<string, readonly string[]> {
  const missing = new Map<string, string[]>();
  for (const { name, owner, createOwner } of consumers) {
    const target = targets.get(name);
    if (owner === undefined || createOwner || target?.kind !== 'resolved' || target.userId !== undefined) continue;
    missing.set(owner, [...(missing.get(owner) ?? []), name]);
  }
  return missing;
}

function unresolvedIn({ targets }: Observation): string[] {
  const all = [...targets].flatMap(([name, target]) =>
    target.kind === 'unresolved' ? `consumer ${name}: ${target.problem}` : [],
  );
  return [...new Set(all)];
}

/** Another deployment's token is not replaced: its rights are not known here. */
function othersToken({ influxdb, deployment }: Configuration, own: OwnSecret, why: string | undefined): string[] {
  const { otherDeployment: other } = own;
  if (other === undefined || why === undefined) return [];
  return [
    `secret ${influxdb.tokenSecret} holds the token of deployment ${other}, which cannot serve ${deployment} (${why}): name another secret as influxdb.tokenSecret`,
  ];
}

/** The owner of the present token, unless that was the person's own. */
async function userOf(
  { influxdb }: OwnServices,
  { token }: OwnSecret,
  { given, user, me }: Signing & { readonly me: string },
): Promise<Look['rotatorUser']> {
  const present = token === undefined || token === given ? undefined : await influxdb.ownerOf(token);
  if (present !== undefined && present !== me) return { name: user, id: present };
  const found = await influxdb.findUser(user).catch(absent);
  return { name: user, id: found?.id };
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'absent' in error && error.absent === 'user') return undefined;
  throw error;
}
