import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Configuration, ConsumerSettings, Limits } from '../../lambda/config/configuration.ts';
import { RATE_DEFAULTS } from '../../lambda/config/rates.ts';
import { parseMarker } from '../../lambda/engine/document/marker.ts';
import type { RunReport } from '../../lambda/engine/report/report.ts';
import { createHandler, type Handler } from '../../lambda/handler.ts';
import type { RotationFunctions } from '../../local/secrets-manager/rotation-function.ts';
import { type SecretsManagerServer, startSecretsManager } from '../../local/secrets-manager/server.ts';
import { Administrator } from '../../simulation/administrator.ts';
import { rotatorPermissions } from '../../simulation/rotator-permissions.ts';
import { connectionTo, SILENT } from '../../simulation/world.ts';
import { aConfiguration, aConsumer, DAY, SECOND } from '../builders/a-configuration.ts';
import { FUNCTION_ARN } from '../builders/a-serviced-secret.ts';
import { OWN_SECRET, withSelf } from '../builders/an-own-token.ts';

// On the real clock days become seconds; as many of them as a loaded machine may need for a call, a run, a request.
const LIMITS = {
  functionTimeoutMs: 20 * SECOND,
  callTimeoutMs: 4 * SECOND,
  requestLifeMs: 8 * SECOND,
  clockToleranceMs: 4 * SECOND,
  leaseMs: 32.5 * SECOND,
  maxRetirementsPerRun: 100,
  maxMissingPerRun: 3,
  ...RATE_DEFAULTS,
};
/** How long an application keeps the token that it read, in milliseconds: less than the grace period. */
export const CACHE_MS = 5 * SECOND;
const LIFE = {
  rotateEveryMs: 40 * SECOND,
  gracePeriodMs: CACHE_MS + 4 * SECOND,
  holdPeriodMs: SECOND,
  consumerCacheTtlMs: CACHE_MS,
  maxTokenAgeMs: 120 * SECOND,
  proof: true,
  // With a run a day, as the schedule says, each run tries the current token.
  probe: 'daily',
} as const;

/** Of the rotator's own token, which a run may use for a lease. It is rotated when a test asks for it. */
const OWN_LIFE = { ...LIFE, rotateEveryMs: DAY, maxTokenAgeMs: 2 * DAY, gracePeriodMs: LIMITS.leaseMs };

export interface StandOptions {
  /** Of a server that is set up; a virgin one is set up here. */
  readonly operatorToken?: string | undefined;
  /** Secrets Manager rotates the consumer, and the rotator its own token, too. */
  readonly serviced?: boolean;
  readonly limits?: Partial<Limits>;
  readonly life?: Partial<ConsumerSettings>;
}

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
  readonly secretsManager: SecretsManagerServer;
  readonly #secrets: SecretsManagerClient;
  readonly #configuration: Configuration;

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
    this.secretsManager = secretsManager;
  }

  static async create(
    url: string,
    { operatorToken, serviced = false, limits = {}, life = {} }: StandOptions = {},
  ): Promise<Stand> {
    const admin =
      operatorToken === undefined
        ? await Administrator.setUp(url, 'acme')
        : await Administrator.signIn(url, operatorToken);
    const unique = Date.now().toString(36);
    const [bucket, owner] = [`telemetry-${unique}`, `svc-telegraf-${unique}`];
    const bucketId = await admin.createBucket(bucket);
    const userId = await admin.createUser(owner);
    const rotatorUser = await admin.createUser(`svc-rotator-${unique}`);
    const consumer = aConsumer({
      ...LIFE,
      owner,
      access: { kind: 'buckets', read: [bucket], write: [bucket] },
      rotation: serviced ? 'secrets-manager' : 'schedule',
      ...life,
    });
    const ids = {
      orgId: admin.orgId,
      users: new Map([[owner, userId]]),
      buckets: new Map([[bucket, bucketId]]),
      types: [],
    };
    const { token } = await admin.createAuthorization({
      userID: rotatorUser,
      description: 'token rotator',
      permissions: rotatorPermissions([consumer], ids, serviced ? [rotatorUser] : []),
    });
    const functions: RotationFunctions = new Map();
    const secretsManager = await startSecretsManager({ functions });
    const secrets = new SecretsManagerClient(connectionTo(secretsManager));
    for (const [Name, value] of [
      [OWN_SECRET, { token }],
      [consumer.secret, {}],
    ] as const)
      await secrets.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(value) }));
    // A deployment of its own: a server may have several stands.
    const base = aConfiguration([consumer], { deployment: unique, limits: { ...LIMITS, ...limits }, scheduleMs: DAY });
    const { influxdb } = serviced ? withSelf(base) : base;
    const self = influxdb.self && { ...influxdb.self, ...OWN_LIFE };
    const configuration = { ...base, influxdb: { ...influxdb, url, self } };
    const stand = new Stand(admin, { bucket, bucketId, ownerId: userId }, secrets, configuration, secretsManager);
    functions.set(FUNCTION_ARN, { invoke: (event) => stand.#invoke((handler, context) => handler(event, context)) });
    return stand;
  }

  /** One invocation of the handler; with `owner`, that is the owner's id, so that nobody looks its name up. */
  run({ owner, request = { action: 'run' } }: { owner?: string; request?: object } = {}): Promise<RunReport> {
    const consumers = this.#configuration.consumers.map((each) => ({ ...each, owner: owner ?? each.owner }));
    return this.#invoke((handler, context) => handler(request, context), { ...this.#configuration, consumers });
  }

  /** Has Secrets Manager rotate the consumer's secret, and waits until it took all four steps. */
  async rotateSecret(): Promise<void> {
    const ClientRequestToken = randomUUID();
    const RotationRules = { AutomaticallyAfterDays: 1 };
    const SecretId = this.secret;
    await this.#secrets.send(
      new RotateSecretCommand({ SecretId, ClientRequestToken, RotationLambdaARN: FUNCTION_ARN, RotationRules }),
    );
    await this.secretsManager.rotations.settled();
    const error = this.secretsManager.store.secret(SecretId)?.lastRotationError;
    if (error !== undefined) throw new Error(error);
  }

  #invoke<T>(
    invoke: (handler: Handler, context: { getRemainingTimeInMillis(): number }) => Promise<T>,
    configuration = this.#configuration,
  ): Promise<T> {
    const endsAt = Date.now() + configuration.limits.functionTimeoutMs;
    const handler = createHandler({
      configuration,
      secretsManager: connectionTo(this.secretsManager),
      log: SILENT,
      publishMetrics: () => {},
    });
    return invoke(handler, { getRemainingTimeInMillis: () => endsAt - Date.now() });
  }

  /** What applications read. */
  current(): Promise<{ readonly id: string; readonly token: string }> {
    return this.#currentOf(this.secret);
  }

  /** What runs sign in with, once the rotator has replaced its first token. */
  own(): Promise<{ readonly id: string; readonly token: string }> {
    return this.#currentOf(OWN_SECRET);
  }

  /** The name of the consumer's secret. */
  get secret(): string {
    return this.#configuration.consumers[0]?.secret ?? '';
  }

  async #currentOf(SecretId: string): Promise<{ readonly id: string; readonly token: string }> {
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
    await this.secretsManager.close();
  }
}
