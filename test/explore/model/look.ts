import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import { rotatedIn, SELF } from '../../../lambda/config/self.ts';
import { fingerprintOf, type Marker, parseMarker } from '../../../lambda/engine/document/marker.ts';
import type { StoredAuthorization } from '../../../local/influxdb/rows.ts';
import type { Version } from '../../../local/secrets-manager/secret.ts';
import type { World } from '../../../simulation/world.ts';
import { OWN_SECRET } from '../../builders/an-own-token.ts';

/** The keys of a secret's value that the model cares about. */
export interface Value {
  readonly [key: string]: unknown;
  readonly rotation?: {
    readonly id: string;
    readonly orgId: string;
    readonly consumer: string;
    readonly secret: string;
    readonly authorizationId: string;
    readonly userId: string;
    readonly tokenHash: string;
    readonly superseded: readonly {
      readonly authorizationId: string;
      readonly userId: string;
      readonly orgId?: string;
      readonly compromised?: boolean;
    }[];
  };
}

/** A row that carries a consumer's marker, for the secret that it has now. */
export interface Marked {
  readonly row: StoredAuthorization;
  readonly marker: Marker;
}

/** The rotator's own user. */
export const ROTATOR = 'svc-rotator';

/** A user who has nothing to do with the deployment. */
export const ATTACKER = 'svc-attacker';

/** How the description begins of what people make for a consumer by hand. */
export const HAND_MADE = 'made by hand for';

export const NAMES = ['telegraf', 'grafana'] as const;
export type Name = (typeof NAMES)[number];

/** Whoever has a secret with a token: the rotator itself, too. */
export const HOLDERS = [...NAMES, SELF] as const;
export type Holder = (typeof HOLDERS)[number];

export const otherOf = (consumer: string): Name => NAMES.find((name) => name !== consumer) ?? NAMES[0];

export const secretOf = (consumer: string): string => (consumer === SELF ? OWN_SECRET : `influxdb/acme/${consumer}`);

/** Everybody whose token is rotated. */
export function rotated({ configuration }: World): readonly ConsumerSettings[] {
  return rotatedIn(configuration);
}

export function settingsOf(world: World, holder: string): ConsumerSettings | undefined {
  return rotated(world).find(({ name }) => name === holder);
}

/** Newest first. */
export function versionsOf({ secretsManager }: World, consumer: string): Version[] {
  const versions = [...(secretsManager.store.secret(secretOf(consumer))?.versions.values() ?? [])];
  return versions.reverse().toSorted((one, other) => other.createdAt - one.createdAt);
}

export function currentVersionOf(world: World, consumer: string): Version | undefined {
  return versionsOf(world, consumer).find(({ stages }) => stages.has('AWSCURRENT'));
}

/** Stored, and not promoted. */
export function pendingVersionOf(world: World, consumer: string): Version | undefined {
  return versionsOf(world, consumer).find(({ stages }) => stages.has('AWSPENDING') && !stages.has('AWSCURRENT'));
}

/** The key under which the consumer's applications look for their token; by default also of one that is taken out. */
export function tokenKeyOf(world: World, consumer: string): string {
  return settingsOf(world, consumer)?.tokenKey ?? 'token';
}

/** The org that the configuration names. */
export function orgIdOf({ influxdb, configuration }: World): string {
  return influxdb.store.orgNamed(configuration.influxdb.org ?? '')?.id ?? '';
}

/** The orgs that a run lists: the configured one, and those that the consumers' own documents name (T5). */
export function listedOrgs(world: World): Set<string> {
  const listed = new Set([orgIdOf(world)]);
  for (const { name } of rotated(world)) {
    const { rotation } = contentOf(currentVersionOf(world, name));
    const arn = world.secretsManager.store.secret(secretOf(name))?.arn ?? '';
    const isOwn = rotation?.consumer === name && rotation.secret === fingerprintOf(arn);
    if (!isOwn || isDeleted(world, name)) continue;
    for (const { orgId } of [rotation, ...rotation.superseded]) if (orgId !== undefined) listed.add(orgId);
  }
  return listed;
}

/** Empty for a value that is no JSON object, or none at all. */
export function contentOf(version: Version | undefined): Value {
  try {
    const value: unknown = JSON.parse(version?.value ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Value) : {};
  } catch {
    return {};
  }
}

/** What consumers read: the row behind the token, whoever made it, or behind a text that is nothing but a token. */
export function currentRowOf(world: World, consumer: string): StoredAuthorization | undefined {
  const version = currentVersionOf(world, consumer);
  const token = contentOf(version)[tokenKeyOf(world, consumer)] ?? version?.value;
  return typeof token !== 'string' ? undefined : world.influxdb.store.authorizationOf(token);
}

/** What a run signs in with. */
export function rotatorsRowOf(world: World): StoredAuthorization | undefined {
  return currentRowOf(world, SELF);
}

/** Without those that the attacker made, and those in an org that no run looks at. */
export function markedRowsOf(world: World, consumer: string): Marked[] {
  const { influxdb, secretsManager } = world;
  const listed = listedOrgs(world);
  const arn = secretsManager.store.secret(secretOf(consumer))?.arn;
  if (arn === undefined) return [];
  const attacker = influxdb.store.userNamed(ATTACKER)?.id;
  return influxdb.store.storedAuthorizations().flatMap((row) => {
    const marker = parseMarker(row.description);
    if (row.userId === attacker || !listed.has(row.orgId)) return [];
    const isOurs = marker?.consumer === consumer && marker.fingerprint === fingerprintOf(arn);
    return isOurs ? [{ row, marker }] : [];
  });
}

/**
 * Which consumers use an authorization: `AWSCURRENT` holds its value, and the configuration does not retire them. Nobody
 * reads a secret that is scheduled for deletion.
 */
export function holdersOf(world: World): Map<string, string[]> {
  const holders = new Map<string, string[]>();
  for (const { name, retired } of rotated(world)) {
    const id = retired || isDeleted(world, name) ? undefined : currentRowOf(world, name)?.id;
    if (id !== undefined) holders.set(id, [...(holders.get(id) ?? []), name]);
  }
  return holders;
}

export function isDeleted({ secretsManager }: World, consumer: string): boolean {
  const secret = secretsManager.store.secret(secretOf(consumer));
  return secret === undefined || secret.deletedAt !== undefined;
}

/** What somebody made for this consumer by hand, the newest of it. */
export function handMadeRowOf({ influxdb }: World, consumer: string): StoredAuthorization | undefined {
  return influxdb.store
    .storedAuthorizations()
    .findLast(({ description }) => description.includes(`${HAND_MADE} ${consumer}`));
}

/** The users whose rows count, by their ids: the configuration names them, or the document, or its ledger. */
export function namedOwners(world: World, consumer: string): Set<string | undefined> {
  const { rotation } = contentOf(currentVersionOf(world, consumer));
  const owner = world.configuration.consumers.find(({ name }) => name === consumer)?.owner ?? '';
  const inLedger = (rotation?.superseded ?? []).map(({ userId }) => userId);
  return new Set([rotation?.userId, ...inLedger, world.influxdb.store.userNamed(owner)?.id]);
}
