import { randomUUID } from 'node:crypto';
import type { ConfigurationFile } from '../../../lambda/config/schema.ts';
import { tokenHash, toWire } from '../../../lambda/engine/document/document.ts';
import { formatMarker, identityOf, markerHash } from '../../../lambda/engine/document/marker.ts';
import { permissionsHash } from '../../../lambda/influxdb/permissions.ts';
import { randomId } from '../../../local/influxdb/ids.ts';
import { type InfluxdbServer, startInfluxdb } from '../../../local/influxdb/server.ts';
import { newToken } from '../../../local/influxdb/tokens.ts';
import { type SecretsManagerServer, startSecretsManager } from '../../../local/secrets-manager/server.ts';
import { Administrator } from '../../../simulation/administrator.ts';

const DEPLOYMENT = 'bench';
const ROTATOR = 'influxdb/rotator';

type Consumer = ConfigurationFile['consumers'][number];

/** Both servers, with so many consumers for whom nothing is due: as their first rotations left them. */
export class Fleet {
  readonly #influxdb: InfluxdbServer;
  readonly #secretsManager: SecretsManagerServer;
  readonly #orgId: string;
  readonly #consumers: readonly Consumer[];

  private constructor(influxdb: InfluxdbServer, secretsManager: SecretsManagerServer, orgId: string, size: number) {
    this.#influxdb = influxdb;
    this.#secretsManager = secretsManager;
    this.#orgId = orgId;
    this.#consumers = Array.from({ length: size }, (_, index) => this.#served(`consumer-${index}`));
  }

  static async open(size: number, now: () => number = Date.now): Promise<Fleet> {
    const influxdb = await startInfluxdb({ now });
    const secretsManager = await startSecretsManager({ now });
    const admin = await Administrator.setUp(influxdb.url, 'acme');
    const fleet = new Fleet(influxdb, secretsManager, admin.orgId, size);
    // A rotator with the fewest rights has two for each owner, which the embedded server looks through for each row.
    fleet.#store(ROTATOR, randomUUID(), { token: admin.operatorToken });
    return fleet;
  }

  /** Every name is an id, so that no call looks one up. */
  get configuration(): ConfigurationFile {
    return {
      deployment: DEPLOYMENT,
      influxdb: { url: this.#influxdb.url, orgId: this.#orgId, tokenSecret: ROTATOR },
      // The day's share of tries depends on the hour, so that no two runs would be alike.
      defaults: { probe: 'never' },
      consumers: [...this.#consumers],
    };
  }

  get secretsManagerUrl(): string {
    return this.#secretsManager.url;
  }

  get servers(): { readonly influxdb: InfluxdbServer; readonly secretsManager: SecretsManagerServer } {
    return { influxdb: this.#influxdb, secretsManager: this.#secretsManager };
  }

  /** Calls since this was last asked for. */
  takeCalls(): number {
    return [this.#influxdb, this.#secretsManager].reduce((sum, { calls }) => sum + calls.splice(0).length, 0);
  }

  async close(): Promise<void> {
    await Promise.all([this.#influxdb.close(), this.#secretsManager.close()]);
  }

  #served(name: string): Consumer {
    const { store } = this.#influxdb;
    const orgId = this.#orgId;
    const userId = randomId();
    const bucketId = randomId();
    store.tables.users.set(userId, { id: userId, name: `svc-${name}`, oauthId: undefined, status: 'active' });
    const token = newToken();
    const versionId = randomUUID();
    const secret = `influxdb/acme/${name}`;
    const { arn } = this.#secretsManager.store.create(secret);
    const identity = identityOf(DEPLOYMENT, name, arn);
    const resource = { type: 'buckets', id: bucketId, orgID: orgId };
    const permissions = (['read', 'write'] as const).map((action) => ({ action, resource }));
    const description = formatMarker(identity, versionId, { tokenHash: markerHash(token) });
    const { row } = store.addAuthorization({ status: 'active', description, orgId, userId, permissions }, token);
    const rotation = toWire({
      ...{ id: versionId, identity, authorizationId: row.id, orgId, userId },
      tokenHash: tokenHash(token),
      permissionsHash: permissionsHash(permissions),
      mintedAt: this.#secretsManager.store.now(),
      superseded: [],
      copiedAt: [],
      changes: [],
    });
    this.#store(secret, versionId, { url: 'https://influxdb.example.com:8086', org: 'acme', token, rotation });
    return { name, secret, owner: userId, read: [bucketId], write: [bucketId] };
  }

  #store(name: string, id: string, value: object): void {
    const { store } = this.#secretsManager;
    const stages = new Set(['AWSCURRENT', 'AWSPENDING']);
    const secret = store.secret(name) ?? store.create(name);
    secret.versions.set(id, { id, value: JSON.stringify(value), stages, createdAt: store.now() });
  }
}
