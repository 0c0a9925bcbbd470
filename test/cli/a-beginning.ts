import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { vi } from 'vitest';
import { parseMarker } from '../../lambda/engine/document/marker.ts';
import type { Call } from '../../local/http/faults.ts';
import { type InfluxdbServer, startInfluxdb } from '../../local/influxdb/server.ts';
import type { TokenMode } from '../../local/influxdb/store.ts';
import { type SecretsManagerServer, startSecretsManager } from '../../local/secrets-manager/server.ts';
import { Administrator } from '../../simulation/administrator.ts';
import { connectionTo } from '../../simulation/world.ts';
import { type Seen, type } from '../builders/a-deployed-function.ts';
import { typeHere } from '../builders/in-this-process.ts';

/** An InfluxDB with a bucket `telemetry` and an operator token, an account without secrets, and a folder without files. */
export class Beginning {
  readonly admin: Administrator;
  readonly influxdb: InfluxdbServer;
  readonly secretsManager: SecretsManagerServer;
  readonly secrets: SecretsManagerClient;
  readonly bucketId: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'beginning-'));
  readonly #said: string[] = [];

  private constructor(parts: Pick<Beginning, 'admin' | 'influxdb' | 'secretsManager' | 'bucketId'>) {
    this.admin = parts.admin;
    this.influxdb = parts.influxdb;
    this.secretsManager = parts.secretsManager;
    this.bucketId = parts.bucketId;
    this.secrets = new SecretsManagerClient({ ...connectionTo(parts.secretsManager), maxAttempts: 1 });
  }

  static async open(tokens: TokenMode = 'hashed'): Promise<Beginning> {
    const influxdb = await startInfluxdb({ tokens });
    const secretsManager = await startSecretsManager({ functions: new Map() });
    const admin = await Administrator.setUp(influxdb.url, 'acme');
    const bucketId = await admin.createBucket('telemetry');
    const beginning = new Beginning({ admin, influxdb, secretsManager, bucketId });
    beginning.forgetCalls();
    return beginning;
  }

  /** The path of a file in the folder. */
  path(name = 'prod.json'): string {
    return join(this.#folder, name);
  }

  json(name = 'prod.json') {
    return JSON.parse(readFileSync(this.path(name), 'utf8'));
  }

  /** What a program of this person's finds in its environment. */
  get env(): Readonly<Record<string, string>> {
    return {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: this.secretsManager.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      INFLUX_TOKEN: this.admin.operatorToken,
    };
  }

  /** The program, as a script runs it. */
  async type(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Seen> {
    const seen = await type(args, { ...this.env, ...env });
    this.#said.push(seen.out, seen.err);
    return seen;
  }

  /** The same in this process, which takes less time. */
  async typeHere(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Seen> {
    // Who started the tests started no program.
    const started = { npm_command: undefined, npm_lifecycle_event: undefined };
    for (const [name, value] of Object.entries({ ...started, ...this.env, ...env })) vi.stubEnv(name, value);
    try {
      const seen = await typeHere(args);
      this.#said.push(seen.out, seen.err);
      return seen;
    } finally {
      vi.unstubAllEnvs();
    }
  }

  /** The flags of a configuration for `telegraf`. */
  get flags(): readonly string[] {
    const consumer = 'telegraf,write=telemetry';
    return ['--config', this.path(), '--url', this.influxdb.url, '--org', 'acme', '--consumer', consumer];
  }

  async makeSecret(Name: string, SecretString?: string): Promise<void> {
    await this.secrets.send(new CreateSecretCommand({ Name, SecretString }));
  }

  /** The current value; undefined where there is none. */
  async valueOf(SecretId: string): Promise<string | undefined> {
    const answer = await this.secrets.send(new GetSecretValueCommand({ SecretId })).catch(() => undefined);
    return answer?.SecretString;
  }

  /** The rotator's own tokens, by their markers. */
  own() {
    const rows = this.influxdb.store.authorizations();
    return rows.filter(({ description }) => parseMarker(description)?.consumer === 'self');
  }

  get calls(): readonly Call[] {
    return [...this.influxdb.calls, ...this.secretsManager.calls];
  }

  forgetCalls(): void {
    this.influxdb.calls.length = 0;
    this.secretsManager.calls.length = 0;
  }

  /** The names that exist, each as often as it does. */
  names(): { readonly users: string[]; readonly secrets: string[] } {
    const users = [...this.influxdb.store.tables.users.values()].map(({ name }) => name);
    const secrets = this.secretsManager.store.secrets().map(({ name }) => name);
    return { users: users.toSorted(), secrets: secrets.toSorted() };
  }

  /** Stops the servers. Throws if the program said what it must not. */
  async close(): Promise<void> {
    const values = this.secretsManager.store.secrets().flatMap(({ versions }) => [...versions.values()]);
    const tokens = values.flatMap(({ value }) => value?.match(/[A-Za-z0-9_-]{86}==/g) ?? []);
    this.secrets.destroy();
    await Promise.all([this.influxdb.close(), this.secretsManager.close()]);
    rmSync(this.#folder, { recursive: true });
    const leaks = [this.admin.operatorToken, ...tokens].filter((token) =>
      this.#said.some((text) => text.includes(token)),
    );
    if (leaks.length > 0) throw new Error('a token was shown');
  }
}
