import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Administrator } from '../../demo/admin.ts';
import { rotatorPermissions } from '../../demo/rotator-permissions.ts';
import type { Configuration } from '../../lambda/config/configuration.ts';
import { parseMarker } from '../../lambda/engine/marker.ts';
import type { RunReport } from '../../lambda/engine/report.ts';
import { createHandler } from '../../lambda/handler.ts';
import { type SecretsManagerServer, startSecretsManager } from '../../local/secrets-manager/server.ts';
import { aConfiguration, aConsumer, SECOND } from '../a-configuration.ts';
import { replay } from '../local/influxdb/replay.ts';
import { whySkipped } from '../tool.ts';
import { findInfluxd, type Influxd, startInfluxd } from './real-influxd.ts';

// A real influxd on the real clock: days become seconds.
const LIMITS = {
  functionTimeoutMs: 4 * SECOND,
  callTimeoutMs: 1 * SECOND,
  requestLifeMs: 2 * SECOND,
  clockToleranceMs: 2 * SECOND,
  leaseMs: 8.5 * SECOND,
  maxRetirementsPerRun: 100,
};
const LIFE = {
  rotateEveryMs: 20 * SECOND,
  gracePeriodMs: 4 * SECOND,
  holdPeriodMs: 2 * SECOND,
  consumerCacheTtlMs: 2 * SECOND,
  maxTokenAgeMs: 60 * SECOND,
  proof: true,
};

const source = findInfluxd();
const external = process.env.INFLUXDB_TEST_URL;
const why = external === undefined ? whySkipped(source) : '';

describe.runIf('program' in source).each([
  ['hashed', 'influxdb-2.9.1-hashed.jsonl'],
  ['plain', 'influxdb-2.9.1-plain.jsonl'],
] as const)(`a real influxd with %s tokens${why}`, (tokens, recording) => {
  it('answers the recorded calls as it did when they were recorded', async () => {
    const server = await startInfluxd('program' in source ? source.program : '', tokens);
    try {
      await replay(recording, server.url);
    } finally {
      await server.stop();
    }
  });

  describe('and the embedded Secrets Manager', () => {
    let server: Influxd;
    let stand: Stand;
    beforeAll(async () => {
      server = await startInfluxd('program' in source ? source.program : '', tokens);
      stand = await Stand.create(server.url);
    });
    afterAll(async () => {
      await stand?.close();
      await server?.stop();
    });
    lifeTests(() => stand);
  });
});

if (external !== undefined)
  describe('the server of INFLUXDB_TEST_URL', () => {
    let stand: Stand;
    beforeAll(async () => {
      stand = await Stand.create(external, process.env.INFLUXDB_TEST_TOKEN);
    });
    afterAll(() => stand?.close());
    lifeTests(() => stand);
  });

function lifeTests(get: () => Stand): void {
  it('rotates under load without one failed request, and ends the old tokens', { timeout: 120_000 }, async () => {
    const stand = get();
    await stand.run();
    const client = new Client(stand);
    const endsAt = Date.now() + 45 * SECOND;
    const rotations: number[] = [];
    let done = false;
    const working = (async () => {
      while (!done) await client.work();
    })();
    while (Date.now() < endsAt) {
      rotations.push((await stand.run()).counts.rotated);
      await sleep(SECOND);
    }
    done = true;
    await working;
    expect(rotations.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(2);
    expect(client.failures).toEqual([]);
    expect(client.points).toBeGreaterThan(20);
    expect(await client.count()).toBe(client.points);
    // The oldest token is gone, the newest works.
    const [oldest] = client.seen;
    expect(await client.statusWith(oldest ?? '')).toBe(401);
    expect(await client.statusWith(client.seen.at(-1) ?? '')).toBe(200);
  });

  it('leaves at most the current and the superseded token, and only with the configured permissions', async () => {
    const rows = await get().rows();
    expect(rows.filter(({ status }) => status === 'active').length).toBeLessThanOrEqual(2);
    for (const { permissions } of rows) {
      expect(permissions).toHaveLength(2);
      for (const { resource } of permissions) expect(resource.id).toBe(get().bucketId);
    }
  });

  it('replaces a token that was deleted, and leaves one alone that was switched off', async () => {
    const stand = get();
    const { id } = await stand.current();
    await stand.admin.send('DELETE', `/api/v2/authorizations/${id}`);
    expect((await stand.run()).consumers[0]?.reason).toContain('missing');
    const replaced = await stand.current();
    expect(replaced.id).not.toBe(id);
    await stand.admin.send('PATCH', `/api/v2/authorizations/${replaced.id}`, { status: 'inactive' });
    expect((await stand.run()).consumers[0]?.state).toBe('blocked');
    await stand.admin.send('PATCH', `/api/v2/authorizations/${replaced.id}`, { status: 'active' });
  });
}

interface Row {
  readonly id: string;
  readonly status: string;
  readonly description: string;
  readonly permissions: readonly { readonly resource: { readonly id?: string } }[];
}

/** A seeded InfluxDB, a Secrets Manager, and the handler between them with the least rights that do. */
class Stand {
  readonly admin: Administrator;
  readonly bucketId: string;
  readonly secrets: SecretsManagerClient;
  readonly #configuration: Configuration;
  readonly #secretsManager: SecretsManagerServer;

  private constructor(
    admin: Administrator,
    bucketId: string,
    secrets: SecretsManagerClient,
    configuration: Configuration,
    secretsManager: SecretsManagerServer,
  ) {
    this.admin = admin;
    this.bucketId = bucketId;
    this.secrets = secrets;
    this.#configuration = configuration;
    this.#secretsManager = secretsManager;
  }

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
    const base = aConfiguration([consumer], { limits: LIMITS, scheduleMs: SECOND });
    return new Stand(admin, bucketId, secrets, { ...base, influxdb: { ...base.influxdb, url } }, secretsManager);
  }

  run(): Promise<RunReport> {
    const endsAt = Date.now() + LIMITS.functionTimeoutMs;
    const handler = createHandler({
      configuration: this.#configuration,
      secretsManager: connectionTo(this.#secretsManager),
      log: { info: () => {}, warn: () => {}, error: () => {} },
      publishMetrics: () => {},
    });
    return handler({ action: 'run' }, { getRemainingTimeInMillis: () => endsAt - Date.now() });
  }

  async current(): Promise<{ readonly id: string; readonly token: string }> {
    const SecretId = this.#configuration.consumers[0]?.secret;
    const { SecretString } = await this.secrets.send(new GetSecretValueCommand({ SecretId }));
    const { token, rotation } = JSON.parse(SecretString ?? '{}');
    return { id: rotation.authorizationId, token };
  }

  async rows(): Promise<Row[]> {
    const { authorizations } = (await this.admin.send('GET', '/api/v2/authorizations')) as { authorizations: Row[] };
    const fingerprints = authorizations.filter(({ description }) => parseMarker(description)?.consumer === 'telegraf');
    return fingerprints.filter(({ permissions }) => permissions.some(({ resource }) => resource.id === this.bucketId));
  }

  async close(): Promise<void> {
    this.secrets.destroy();
    await this.#secretsManager.close();
  }
}

function connectionTo({ url }: SecretsManagerServer) {
  return { endpoint: url, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

/** An application that writes points and reads them back by Flux, and caches its token for less than the grace period. */
class Client {
  readonly #stand: Stand;
  readonly failures: string[] = [];
  readonly seen: string[] = [];
  points = 0;
  #cached = { token: '', until: 0 };

  constructor(stand: Stand) {
    this.#stand = stand;
  }

  async work(): Promise<void> {
    const token = await this.#token();
    const { url, orgId } = this.#stand.admin;
    const written = await fetch(`${url}/api/v2/write?org=${orgId}&bucket=${this.#stand.bucketId}`, {
      method: 'POST',
      headers: { authorization: `Token ${token}` },
      body: `load n=${this.points}i ${BigInt(Date.now()) * 1_000_000n + BigInt(this.points)}`,
    });
    if (written.status === 204) this.points += 1;
    else this.failures.push(`write: ${written.status}`);
    const read = await this.#query(token);
    if (!read.ok) this.failures.push(`query: ${read.status}`);
    await read.text();
    await sleep(50);
  }

  /** The points that the server holds. */
  async count(): Promise<number> {
    const text = await (await this.#query(await this.#token())).text();
    // One table with one row: a header, and the values below it.
    const [header = [], values = []] = text
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(','));
    return Number(values[header.indexOf('_value')]);
  }

  async statusWith(token: string): Promise<number> {
    const response = await this.#query(token);
    await response.text();
    return response.status;
  }

  async #query(token: string): Promise<Response> {
    const { url, orgId } = this.#stand.admin;
    const query = `from(bucketID: "${this.#stand.bucketId}") |> range(start: -1h) |> filter(fn: (r) => r._measurement == "load") |> count()`;
    return fetch(`${url}/api/v2/query?org=${orgId}`, {
      method: 'POST',
      headers: { authorization: `Token ${token}`, 'content-type': 'application/json', accept: 'application/csv' },
      body: JSON.stringify({ query, type: 'flux' }),
    });
  }

  async #token(): Promise<string> {
    if (this.#cached.until <= Date.now()) {
      const { token } = await this.#stand.current();
      if (!this.seen.includes(token)) this.seen.push(token);
      this.#cached = { token, until: Date.now() + LIFE.consumerCacheTtlMs };
    }
    return this.#cached.token;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
