import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Configuration } from '../../lambda/config/configuration.ts';
import { parseMarker } from '../../lambda/engine/document/marker.ts';
import type { RunReport } from '../../lambda/engine/report/report.ts';
import { createHandler } from '../../lambda/handler.ts';
import { type SecretsManagerServer, startSecretsManager } from '../../local/secrets-manager/server.ts';
import { Administrator } from '../../simulation/administrator.ts';
import { rotatorPermissions } from '../../simulation/rotator-permissions.ts';
import { connectionTo, SILENT } from '../../simulation/world.ts';
import { aConfiguration, aConsumer, DAY, SECOND } from '../builders/a-configuration.ts';

// On the real clock days become seconds; as many of them as a loaded machine may need for a call, a run, a request.
const LIMITS = {
  functionTimeoutMs: 20 * SECOND,
  callTimeoutMs: 4 * SECOND,
  requestLifeMs: 8 * SECOND,
  clockToleranceMs: 4 * SECOND,
  leaseMs: 32.5 * SECOND,
  maxRetirementsPerRun: 100,
  maxMissingPerRun: 3,
};
const LIFE = {
  rotateEveryMs: 40 * SECOND,
  gracePeriodMs: 6 * SECOND,
  holdPeriodMs: SECOND,
  consumerCacheTtlMs: 2 * SECOND,
  maxTokenAgeMs: 120 * SECOND,
  proof: true,
  // With a run a day, as the schedule says, each run tries the current token.
  probe: 'daily',
} as const;

interface Row {
  readonly id: string;
  readonly status: string;
  readonly description: string;
  readonly permissions: readonly { readonly resource: { readonly id?: string } }[];
}

/** An InfluxDB, seeded with names of its own, a Secrets Manager, and the handler between them with the least rights that do. */
export class Stand {
  readonly admin: Administrator;
  readonly bucket: string;
  readonly bucketId: string;
  /** The id of the consumer's owner. */
  readonly ownerId: string;
  readonly #secrets: SecretsManagerClient;
  readonly #configuration: Configuration;
  readonly #secretsManager: SecretsManagerServer;

  private constructor(
    admin: Administrator,
    { bucket, bucketId, ownerId }: Pick<Stand, 'bucket' | 'bucketId' | 'ownerId'>,
    secrets: SecretsManagerClient,
    configuration: Configuration,
    secretsManager: SecretsManagerServer,
  ) {
    this.admin = admin;
    this.bucket = bucket;
    this.bucketId = bucketId;
    this.ownerId = ownerId;
    this.#secrets = secrets;
    this.#configuration = configuration;
    this.#secretsManager = secretsManager;
  }

  /** @param operatorToken of a server that is set up; a virgin one is set up here. */
  static async create(url: string, operatorToken?: string): Promise<Stand> {
    const admin =
      operatorToken === undefined
        ? await Administrator.setUp(url, 'acme')
        : await Administrator.signIn(url, operatorToken);
    const unique = Date.now().toString(36);
    const [bucket, owner] = [`telemetry-${unique}`, `svc-telegraf-${unique}`];
    const bucketId = await admin.createBucket(bucket);
    const userId = await admin.createUser(owner);
    const rotatorUser = await admin.createUser(`svc-rotator-${unique}`);
    const consumer = aConsumer({ ...LIFE, owner, access: { kind: 'buckets', read: [bucket], write: [bucket] } });
    const ids = {
      orgId: admin.orgId,
      users: new Map([[owner, userId]]),
      buckets: new Map([[bucket, bucketId]]),
      types: [],
    };
    const { token } = await admin.createAuthorization({
      userID: rotatorUser,
      description: 'token rotator',
      permissions: rotatorPermissions([consumer], ids),
    });
    const secretsManager = await startSecretsManager();
    const secrets = new SecretsManagerClient(connectionTo(secretsManager));
    for (const [Name, value] of [
      ['influxdb/rotator', { token }],
      [consumer.secret, {}],
    ] as const)
      await secrets.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(value) }));
    const base = aConfiguration([consumer], { limits: LIMITS, scheduleMs: DAY });
    const configuration = { ...base, influxdb: { ...base.influxdb, url } };
    return new Stand(admin, { bucket, bucketId, ownerId: userId }, secrets, configuration, secretsManager);
  }

  /** One invocation of the handler; with `owner`, that is the owner's id, so that nobody looks its name up. */
  run({ owner, request = { action: 'run' } }: { owner?: string; request?: object } = {}): Promise<RunReport> {
    const consumers = this.#configuration.consumers.map((each) => ({ ...each, owner: owner ?? each.owner }));
    const endsAt = Date.now() + LIMITS.functionTimeoutMs;
    const handler = createHandler({
      configuration: { ...this.#configuration, consumers },
      secretsManager: connectionTo(this.#secretsManager),
      log: SILENT,
      publishMetrics: () => {},
    });
    return handler(request, { getRemainingTimeInMillis: () => endsAt - Date.now() });
  }

  /** What applications read. */
  async current(): Promise<{ readonly id: string; readonly token: string }> {
    const SecretId = this.#configuration.consumers[0]?.secret;
    const { SecretString } = await this.#secrets.send(new GetSecretValueCommand({ SecretId }));
    const { token, rotation } = JSON.parse(SecretString ?? '{}');
    if (rotation === undefined) throw new Error('no rotation has succeeded yet, so that the secret holds no token');
    return { id: rotation.authorizationId, token };
  }

  /** The authorizations that were made here. */
  async rows(): Promise<Row[]> {
    const { authorizations } = (await this.admin.send('GET', '/api/v2/authorizations')) as { authorizations: Row[] };
    return authorizations.filter(
      ({ description, permissions }) =>
        parseMarker(description) !== undefined && permissions.some(({ resource }) => resource.id === this.bucketId),
    );
  }

  async close(): Promise<void> {
    this.#secrets.destroy();
    await this.#secretsManager.close();
  }
}
