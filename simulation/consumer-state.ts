import type { ConsumerSettings } from '../lambda/config/configuration.ts';
import { DAY_MS } from '../lambda/config/duration.ts';
import { fingerprintOf, parseMarker } from '../lambda/engine/document/marker.ts';
import type { World } from './world.ts';

/** What an auditor inspects: the servers themselves, and the time. */
export type Audited = Pick<World, 'influxdb' | 'secretsManager' | 'configuration'> & {
  readonly clock: { now(): number };
};

type Row = ReturnType<World['influxdb']['store']['storedAuthorizations']>[number];

/** What the servers hold for one consumer. The sets contain ids of authorizations. */
export interface ConsumerState {
  /** The authorizations whose marker names the consumer and its secret. */
  readonly rows: readonly Row[];
  /** The version with `AWSCURRENT`, if this program wrote it. */
  readonly current: CurrentVersion | undefined;
  /** Their tokens are in a version that Secrets Manager keeps for certain. */
  readonly readable: ReadonlySet<string>;
  /** Their tokens are in a version with a label. */
  readonly labelled: ReadonlySet<string>;
  /** A version with a label names them as superseded. */
  readonly inLedger: ReadonlySet<string>;
  /** Their rows, or a version with a label, say that they leaked: they may end at any time. */
  readonly leaked: ReadonlySet<string>;
  /** Ids of users: those that the configuration or the version with `AWSCURRENT` names as owners. */
  readonly owners: ReadonlySet<string>;
}

export interface CurrentVersion {
  readonly versionId: string;
  readonly authorizationId: string | undefined;
  readonly works: boolean;
  /** Somebody put it, with a document that we once wrote. */
  readonly byHand: boolean;
  /** False if the secret is scheduled for deletion, since nobody can read it then. */
  readonly isReadable: boolean;
}

/**
 * @param keepsAll Secrets Manager still has each version that is there; else it keeps those without a label for a day.
 * @returns undefined if there is no such secret.
 */
export function stateOf(world: Audited, settings: ConsumerSettings, keepsAll = false): ConsumerState | undefined {
  const { influxdb, secretsManager, clock } = world;
  const secret = secretsManager.store.secret(settings.secret);
  if (secret === undefined) return undefined;
  const readable = new Set<string>();
  const labelled = new Set<string>();
  const inLedger = new Set<string>();
  const leaked = new Set<string>();
  const { owner } = settings;
  const configured = owner === undefined ? undefined : influxdb.store.userNamed(owner)?.id;
  const owners = new Set([configured ?? owner ?? '']);
  let current: CurrentVersion | undefined;
  for (const { id: versionId, value: text, stages, createdAt } of secret.versions.values()) {
    const value = parse(text);
    const hasLabel = stages.size > 0;
    // Under whatever key: the configuration may have named another one.
    for (const each of Object.values(value ?? {})) {
      const id = typeof each === 'string' ? influxdb.store.authorizationOf(each)?.id : undefined;
      if (id !== undefined && (hasLabel || keepsAll || clock.now() - createdAt < DAY_MS)) readable.add(id);
      if (id !== undefined && hasLabel) labelled.add(id);
    }
    const { rotation } = value ?? {};
    if (stages.has('AWSCURRENT') && rotation?.consumer === settings.name)
      for (const { userId } of [rotation, ...rotation.superseded]) owners.add(userId);
    for (const { authorizationId, compromised } of (hasLabel && rotation?.superseded) || []) {
      inLedger.add(authorizationId);
      if (compromised) leaked.add(authorizationId);
    }
    if (!stages.has('AWSCURRENT') || value?.rotation === undefined) continue;
    const token = tokenIn(value, settings);
    const held = token === undefined ? undefined : influxdb.store.authorizationOf(token)?.id;
    const works = token !== undefined && influxdb.store.statusOf(token) === 'active';
    const byHand = value.rotation?.id !== versionId;
    current = { versionId, authorizationId: held, works, byHand, isReadable: secret.deletedAt === undefined };
  }
  const rows = rowsOf(world, settings, secret.arn);
  // The note on a row reaches what is older, too (R11c).
  const noted = rows.filter(({ description }) => parseMarker(description)?.compromised);
  for (const { id, createdAt } of rows) if (noted.some((each) => each.createdAt >= createdAt)) leaked.add(id);
  return { rows, current, readable, labelled, inLedger, leaked, owners };
}

/** With `auto`: what somebody else made for the configured owner, and the secret holds, or held before. */
export function adoptableOf(
  { influxdb, secretsManager }: Audited,
  { adopt, secret, owner, tokenKey }: ConsumerSettings,
): string[] {
  if (adopt !== 'auto') return [];
  const userId = influxdb.store.userNamed(owner ?? '')?.id;
  const versions = [...(secretsManager.store.secret(secret)?.versions.values() ?? [])];
  const held = versions
    .filter(({ stages }) => stages.has('AWSCURRENT') || stages.has('AWSPREVIOUS'))
    .flatMap(({ value }) => influxdb.store.authorizationOf(tokenIn(parse(value), { tokenKey }) ?? '') ?? []);
  return held.flatMap((row) => (row.userId === userId ? row.id : []));
}

/** A row that changes is another object, so that each is read once. */
const markers = new WeakMap<Row, { readonly marker: ReturnType<typeof parseMarker> }>();

function markerOf(row: Row): ReturnType<typeof parseMarker> {
  const known = markers.get(row) ?? { marker: parseMarker(row.description) };
  markers.set(row, known);
  return known.marker;
}

function rowsOf({ influxdb, configuration }: Audited, { name }: ConsumerSettings, arn: string): Row[] {
  const fingerprint = fingerprintOf(arn);
  return influxdb.store.storedAuthorizations().filter((row) => {
    const marker = markerOf(row);
    return (
      marker?.deployment === configuration.deployment && marker.consumer === name && marker.fingerprint === fingerprint
    );
  });
}

interface Value {
  readonly [key: string]: unknown;
  readonly rotation?: {
    readonly id: string;
    readonly consumer: string;
    readonly authorizationId: string;
    readonly userId: string;
    readonly superseded: readonly {
      readonly authorizationId: string;
      readonly userId: string;
      readonly compromised?: boolean;
    }[];
  };
}

/** What consumers read. */
function tokenIn(value: Value | undefined, { tokenKey }: Pick<ConsumerSettings, 'tokenKey'>): string | undefined {
  const token = value?.[tokenKey];
  return typeof token === 'string' ? token : undefined;
}

function parse(text: string | undefined): Value | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Value);
  } catch {
    return undefined;
  }
}
