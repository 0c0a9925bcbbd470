import { randomUUID } from 'node:crypto';
import type { ConfigurationFile } from '../../lambda/config/file/schema.ts';
import { tokenHash, toWire } from '../../lambda/engine/document/document.ts';
import { formatMarker, identityOf, markerHash } from '../../lambda/engine/document/marker.ts';
import { permissionsHash } from '../../lambda/influxdb/permissions.ts';
import { randomId } from '../../local/influxdb/ids.ts';
import { type InfluxdbServer, startInfluxdb } from '../../local/influxdb/server.ts';
import { newToken } from '../../local/influxdb/tokens.ts';
import { type SecretsManagerServer, startSecretsManager } from '../../local/secrets-manager/server.ts';
import { Administrator } from '../../simulation/administrator.ts';
import type { Load, ServerOptions } from './options.ts';
import { Watch } from './watch.ts';

const DEPLOYMENT = 'bench';
const ROTATOR = 'influxdb/rotator';
const DAY_MS = 86_400_000;
/** A token is replaced after 30 days, unless its consumer says otherwise. */
const DUE_MS = 31 * DAY_MS;
/** Longer than a run looks back for what the one before it did. */
const SETTLED_MS = 2 * DAY_MS;

/** More than anybody sends: what the servers take is all that holds back. */
const ANY_RATE = {
  secretsManagerWritesPerSecond: 1_000_000,
  secretsManagerReadsPerSecond: 1_000_000,
  influxdbCallsPerSecond: 1_000_000,
};

type Consumer = ConfigurationFile['consumers'][number];

/** Both servers, with so many consumers as their first rotations left them: days ago, or so long ago that all are due. */
export class Fleet {
  readonly #influxdb: InfluxdbServer;
  readonly #secretsManager: SecretsManagerServer;
  readonly #watch: Watch;
  readonly #orgId: string;
  readonly #consumers: readonly Consumer[];
  readonly #limits: ConfigurationFile['limits'];
  readonly #reset: () => void;

  private constructor(
    [influxdb, secretsManager]: [InfluxdbServer, SecretsManagerServer],
    { orgId, operatorToken }: Administrator,
    { consumers, due, foreign = 0, latencyMs, writeQuota }: ServerOptions,
  ) {
    this.#influxdb = influxdb;
    this.#secretsManager = secretsManager;
    this.#orgId = orgId;
    // Where there is a quota, the rates are those that anybody has who says nothing of them.
    this.#limits = writeQuota === undefined ? ANY_RATE : {};
    this.#consumers = Array.from({ length: consumers }, (_, index) => this.#served(`consumer-${index}`));
    for (let index = 0; index < foreign; index += 1) this.#addForeign(index);
    // A rotator with the fewest rights has two for each owner, which the embedded server looks through for each row.
    this.#store(ROTATOR, randomUUID(), { token: operatorToken });
    this.#watch = new Watch(influxdb, secretsManager, latencyMs);
    // Nothing of what an idle run finds is changed by it.
    const rows = due ? influxdb.store.snapshot() : undefined;
    const secrets = due ? secretsManager.store.snapshot() : undefined;
    this.#reset = () => {
      if (rows !== undefined) influxdb.store.restore(rows);
      if (secrets !== undefined) secretsManager.store.restore(secrets);
    };
  }

  static async open(options: ServerOptions): Promise<Fleet> {
    let behindMs = options.due ? DUE_MS : SETTLED_MS;
    const { now = () => Date.now() - behindMs } = options;
    const { writeQuota } = options;
    const influxdb = await startInfluxdb({ now });
    const secretsManager = await startSecretsManager({ now, ...(writeQuota !== undefined && { writeQuota }) });
    const admin = await Administrator.setUp(influxdb.url, 'acme');
    const fleet = new Fleet([influxdb, secretsManager], admin, options);
    behindMs = 0;
    fleet.takeLoad();
    return fleet;
  }

  /** Every name is an id, so that no call looks one up. */
  get configuration(): ConfigurationFile {
    return {
      deployment: DEPLOYMENT,
      influxdb: { url: this.#influxdb.url, orgId: this.#orgId, tokenSecret: ROTATOR },
      // The day's share of tries depends on the hour, so that no two runs would be alike.
      defaults: { probe: 'never' },
      limits: this.#limits,
      consumers: [...this.#consumers],
    };
  }

  get secretsManagerUrl(): string {
    return this.#secretsManager.url;
  }

  get servers(): { readonly influxdb: InfluxdbServer; readonly secretsManager: SecretsManagerServer } {
    return { influxdb: this.#influxdb, secretsManager: this.#secretsManager };
  }

  /** What the servers saw since this was last asked for. */
  takeLoad(): Load {
    return this.#watch.take();
  }

  /** Makes everything as it was when the fleet was opened. No call may be under way. */
  reset(): void {
    this.#reset();
  }

  async close(): Promise<void> {
    await Promise.all([this.#influxdb.close(), this.#secretsManager.close()]);
  }

  #served(name: string): Consumer {
    const { store } = this.#influxdb;
    const orgId = this.#orgId;
    const { userId, bucketId } = this.#addOwnerAndBucket(name);
    const token = newToken();
    const versionId = randomUUID();
    const secret = `influxdb/acme/${name}`;
    const { arn } = this.#secretsManager.store.create(secret);
    const identity = identityOf(DEPLOYMENT, name, arn);
    const permissions = permissionsOn(bucketId, orgId);
    const description = formatMarker(identity, versionId, { tokenHash: markerHash(token) });
    const { row } = store.addAuthorization({ status: 'active', description, orgId, userId, permissions }, token);
    const rotation = toWire({
      ...{ id: versionId, identity, authorizationId: row.id, orgId, userId },
      tokenHash: tokenHash(token),
      permissionsHash: permissionsHash(permissions),
      mintedAt: store.now(),
      superseded: [],
      copiedAt: [],
      changes: [],
    });
    this.#store(secret, versionId, { url: 'https://influxdb.example.com:8086', org: 'acme', token, rotation });
    return { name, secret, owner: userId, read: [bucketId], write: [bucketId] };
  }

  #addForeign(index: number): void {
    const { store } = this.#influxdb;
    const { userId, bucketId } = this.#addOwnerAndBucket(`foreign-${index}`);
    const permissions = permissionsOn(bucketId, this.#orgId);
    const description = `the token of somebody else, number ${index}`;
    store.addAuthorization({ status: 'active', description, orgId: this.#orgId, userId, permissions });
  }

  /** Not by `addUser` and `addBucket`, which look through all names for each. */
  #addOwnerAndBucket(name: string): { readonly userId: string; readonly bucketId: string } {
    const { store } = this.#influxdb;
    const userId = randomId();
    const bucketId = randomId();
    store.tables.users.set(userId, { id: userId, name: `svc-${name}`, oauthId: undefined, status: 'active' });
    store.tables.buckets.set(bucketId, {
      ...{ id: bucketId, orgId: this.#orgId, name, type: 'user', description: '', retentionPolicy: '' },
      ...{ retentionSeconds: 0, shardGroupSeconds: 7 * 86_400, createdAt: store.stamp(), updatedAt: store.stamp() },
    });
    return { userId, bucketId };
  }

  #store(name: string, id: string, value: object): void {
    const { store } = this.#secretsManager;
    const stages = new Set(['AWSCURRENT', 'AWSPENDING']);
    const secret = store.secret(name) ?? store.create(name);
    secret.versions.set(id, { id, value: JSON.stringify(value), stages, createdAt: store.now() });
  }
}

function permissionsOn(id: string, orgID: string) {
  return (['read', 'write'] as const).map((action) => ({ action, resource: { type: 'buckets', id, orgID } }));
}
