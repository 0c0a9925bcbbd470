import { randomUUID } from 'node:crypto';
import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Floor, FloorConfiguration, Stored } from './floor-calls.ts';

type Consumer = FloorConfiguration['consumers'][number];

/** The calls of rotations, one after the other for each consumer, without a look at what they answer. */
export class FloorRotation {
  readonly #floor: Floor;
  readonly #values: ReadonlyMap<string, Stored>;

  constructor(floor: Floor, values: ReadonlyMap<string, Stored>) {
    this.#floor = floor;
    this.#values = values;
  }

  async rotateAll(): Promise<void> {
    const { configuration, calls } = this.#floor;
    if (calls.PutSecretValue === undefined) return;
    await this.#lookUp();
    const { consumers } = configuration;
    await this.#floor.sideBySide(consumers, (consumer) => this.#rotate(consumer));
  }

  /** What a run asks before its first write. The lists are one after the other, as pages are. */
  async #lookUp(): Promise<void> {
    const { configuration, calls, client } = this.#floor;
    const { influxdb, consumers } = configuration;
    if (calls['GET /api/v2/orgs/{id}']) await this.#floor.get(`/api/v2/orgs/${influxdb.orgId}`);
    const lists = (['users', 'buckets'] as const).map(async (type) => {
      for (let page = 0; page < (calls[`GET /api/v2/${type}`] ?? 0); page += 1)
        await this.#floor.get(`/api/v2/${type}?limit=100&offset=${100 * page}`);
    });
    await Promise.all(lists);
    const described = calls.DescribeSecret ?? 0;
    const users = calls['GET /api/v2/users/{id}'] ?? 0;
    // One of each consumer's reads of its bucket is the proof that the new token works.
    const buckets = (calls['GET /api/v2/buckets/{id}'] ?? 0) - consumers.length;
    await this.#floor.sideBySide(consumers, async ({ secret, owner, write: [bucket] }, index) => {
      if (index < described) await client.send(new DescribeSecretCommand({ SecretId: this.#values.get(secret)?.arn }));
      if (index < users) await this.#floor.get(`/api/v2/users/${owner}`);
      if (index < buckets) await this.#floor.get(`/api/v2/buckets/${bucket}`);
    });
  }

  async #rotate({ name, secret, owner: userID, write: [bucket] }: Consumer): Promise<void> {
    const { client, configuration } = this.#floor;
    const { orgId: orgID } = configuration.influxdb;
    const stored = this.#values.get(secret);
    if (stored === undefined) throw new Error(`${secret} has no value`);
    const versionId = randomUUID();
    const permissions = ['read', 'write'].map((action) => ({
      action,
      resource: { type: 'buckets', id: bucket, orgID },
    }));
    const wanted = { orgID, userID, permissions, status: 'inactive', description: `${name} ${versionId}` };
    const made = await this.#floor.send('POST', '/api/v2/authorizations', wanted);
    const { id, token } = made as { readonly id: string; readonly token: string };
    const SecretString = JSON.stringify({ ...JSON.parse(stored.text), token });
    const SecretId = stored.arn;
    const VersionStages = ['AWSPENDING'];
    await client.send(
      new PutSecretValueCommand({ SecretId, ClientRequestToken: versionId, SecretString, VersionStages }),
    );
    await this.#floor.send('PATCH', `/api/v2/authorizations/${id}`, { status: 'active' });
    await this.#floor.get(`/api/v2/buckets/${bucket}`, token);
    await this.#floor.send('POST', `/api/v2/write?org=${orgID}&bucket=${bucket}&precision=s`, '', token);
    const VersionStage = 'AWSCURRENT';
    const from = { MoveToVersionId: versionId, RemoveFromVersionId: stored.versionId };
    await client.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage, ...from }));
  }
}
