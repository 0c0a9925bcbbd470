import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import { CHECK, type Check } from '../../../cli/check/check.ts';
import { systemClock } from '../../../lambda/calls/clock.ts';
import type { Permission } from '../../../lambda/config/permission.ts';
import { type RunningServer, serve } from '../../../local/http/server.ts';
import { type SecretsManagerServer, startSecretsManager } from '../../../local/secrets-manager/server.ts';
import { World } from '../../../simulation/world.ts';
import { aConfiguration, aConsumer } from '../../builders/a-configuration.ts';
import { put, setRotator } from '../../builders/a-world.ts';
import { typeHere } from '../../builders/in-this-process.ts';
import { file, type Json } from '../../lambda/config/a-file.ts';
import { type Content, SetUp } from '../a-set-up.ts';
import { ACCESS_KEY, Account, type Statement } from './account.ts';
import { CA, CERTIFICATES, KEY } from './certificates.ts';
import { Person } from './person.ts';

/** The Region of the secrets, and another one. */
export const HOME = 'us-east-1';
export const ELSEWHERE = 'eu-central-1';

/** Everything that a first run takes, and a person who follows what a check prints. */
export class Stage {
  readonly world: World;
  readonly account: Account;
  /** Where a page of a proxy is. */
  readonly page: string;
  readonly ca = CA;
  readonly #others: readonly RunningServer[];
  readonly #elsewhere: SecretsManagerServer;
  readonly #setUp = new SetUp();
  readonly #restore: () => void;
  #tls: Server | undefined;

  private constructor(world: World, account: Account, elsewhere: SecretsManagerServer, page: RunningServer) {
    this.world = world;
    this.account = account;
    this.page = page.url;
    this.#others = [elsewhere, page];
    this.#elsewhere = elsewhere;
    this.#restore = world.save();
  }

  static async open(): Promise<Stage> {
    const world = await World.create({ configuration: aConfiguration([aConsumer()]), startsAt: Date.now() });
    const elsewhere = await startSecretsManager({ region: ELSEWHERE });
    const servers = new Map([
      [HOME, world.secretsManager],
      [ELSEWHERE, elsewhere],
    ]);
    const answer = () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' });
    const page = await serve({ operation: () => 'page', answer, errorAnswer: answer });
    return new Stage(world, await Account.open(servers), elsewhere, page);
  }

  /** As it should be. */
  reset(): void {
    this.#restore();
    this.world.clock.set(Date.now());
    this.account.statements = [ALL];
    this.account.hasKey = false;
    this.account.hasOtherTime = false;
    this.account.faults.clear();
    // What is tried again is tried at once.
    vi.spyOn(systemClock, 'sleep').mockResolvedValue();
    vi.unstubAllEnvs();
    for (const name of Object.keys(process.env).filter((each) => /^(?:AWS|npm)_/.test(each)))
      vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_REGION', HOME);
    vi.stubEnv('AWS_ACCESS_KEY_ID', ACCESS_KEY);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'a-secret-of-nobody');
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', this.account.url);
    vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
    vi.stubEnv('INFLUX_TOKEN', this.world.admin.operatorToken);
    this.configure({});
  }

  async close(): Promise<void> {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    this.#setUp.remove();
    this.#tls?.close();
    await Promise.all([this.account, this.world, ...this.#others].map((each) => each.close()));
  }

  get file(): string {
    return this.#setUp.path;
  }

  configure({ influxdb = {}, consumer = {}, ...rest }: { influxdb?: Json; consumer?: Json } & Json): void {
    const usual = { secret: 'influxdb/acme/telegraf', read: ['telemetry'], write: ['telemetry'] };
    this.write(
      file({
        ...rest,
        influxdb: { url: this.world.influxdb.url, ...influxdb },
        consumer: { ...usual, ...consumer },
      }),
    );
  }

  write(content: Content): void {
    this.#setUp.write(content);
  }

  /** Takes away those rights of the rotator's token that match. */
  without(lacks: (permission: Permission) => boolean): void {
    const row = this.world.influxdb.store.tables.authorizations.get(this.world.rotatorId);
    setRotator(this.world, { permissions: row?.permissions.filter((each) => !lacks(each as Permission)) });
  }

  /** The policies allow all but these actions. */
  deny(...actions: string[]): void {
    this.account.statements = ACTIONS.filter((action) => !actions.includes(action)).map((action) => ({
      ...ALL,
      Action: [action],
    }));
  }

  /** This action on this secret alone. */
  allowOnly(action: string, secret: string): void {
    this.deny(action);
    this.account.statements.push({ ...ALL, Action: [action], Resource: [`*:secret:${secret}-??????`] });
  }

  forbid(action: string, secret: string): void {
    const arn = this.world.secretsManager.store.secret(secret)?.arn ?? '';
    this.account.statements.push({ Effect: 'Deny', Action: [action], Resource: [arn] });
  }

  put(secret: string, text: string): Promise<void> {
    return put(this.world, secret, text);
  }

  remove(secret: string, force = true): Promise<unknown> {
    return this.secretsManager('DeleteSecret', {
      SecretId: secret,
      ...(force && { ForceDeleteWithoutRecovery: true }),
    });
  }

  /** InfluxDB behind TLS, with one of the certificates. */
  async overTls(certificate: keyof typeof CERTIFICATES): Promise<string> {
    this.#tls ??= createServer({ key: KEY, cert: CERTIFICATES.well }, (incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk) => chunks.push(chunk));
      incoming.on('end', async () => {
        const { authorization = '', 'content-type': type = 'application/json' } = incoming.headers;
        const body = chunks.length === 0 ? null : Buffer.concat(chunks);
        const answer = await fetch(new URL(incoming.url ?? '', this.world.influxdb.url), {
          ...{ method: incoming.method ?? 'GET', body },
          headers: { authorization, 'content-type': type },
        });
        const { 'content-encoding': _, 'transfer-encoding': __, ...headers } = Object.fromEntries(answer.headers);
        response.writeHead(answer.status, headers).end(Buffer.from(await answer.arrayBuffer()));
      });
    });
    if (!this.#tls.listening) await new Promise<void>((listening) => this.#tls?.listen(0, '127.0.0.1', listening));
    this.#tls.setSecureContext({ key: KEY, cert: CERTIFICATES[certificate] });
    return `https://localhost:${(this.#tls.address() as AddressInfo).port}`;
  }

  async check(): Promise<{ readonly code: number; readonly check: Check }> {
    const seen = await typeHere(['check', '--local', '--config', this.file, '--json']);
    if (seen.out === '') throw new Error(`the check gave nothing: ${seen.err}`);
    return { code: seen.code, check: CHECK.parse(JSON.parse(seen.out)) };
  }

  /** Whether the first run rotates. */
  async rotates(): Promise<boolean> {
    const ran = await typeHere(['run', '--local', '--config', this.file, '--yes']);
    if (ran.code !== 0) return false;
    const { code, out } = await typeHere(['status', '--local', '--config', this.file, '--json']);
    return code === 0 && JSON.parse(out).consumers.every(({ authorizationId }: Json) => authorizationId !== undefined);
  }

  /** What a run did is as if it had not been. */
  async trying<T>(act: () => Promise<T>): Promise<T> {
    const { influxdb, secretsManager } = this.world;
    const rows = influxdb.store.snapshot();
    const secrets = secretsManager.store.snapshot();
    try {
      return await act();
    } finally {
      influxdb.store.restore(rows);
      secretsManager.store.restore(secrets);
    }
  }

  /** Follows what is printed until a check finds nothing any more. @returns the last one. */
  async mend(first: Check, rounds = 5): Promise<Check> {
    const person = new Person(this.#surroundings());
    for (let check = first, round = 0; ; round += 1) {
      if (round > 0) check = (await this.check()).check;
      if (check.faults.length === 0 || round === rounds) return check;
      const steps = check.faults.flatMap(({ remedy }) => remedy.map((step) => [JSON.stringify(step), step] as const));
      for (const step of new Map(steps).values()) await person.take(step);
    }
  }

  #surroundings() {
    const { account, world } = this;
    return {
      file: this.file,
      known: {
        'URL of InfluxDB': world.influxdb.url,
        'certificate of the CA, in PEM': CA,
        'name of the org': 'acme',
        'id of the org': world.admin.orgId,
        'name of the owner': 'svc-telegraf',
        'name of the bucket': 'telemetry',
        'name of the secret that its readers read': 'influxdb/acme/telegraf',
        'name of a secret of its own': 'influxdb/acme/telegraf-of-its-own',
        'name of a secret for the rotator alone': 'influxdb/rotator-alone',
        'its value as a JSON object': '{}',
        'the key that applications read': 'influxToken',
        AWS_REGION: HOME,
        AWS_ACCESS_KEY_ID: ACCESS_KEY,
        AWS_SECRET_ACCESS_KEY: 'a-secret-of-nobody',
        AWS_ENDPOINT_URL_SECRETS_MANAGER: account.url,
      },
      policy: account,
      influx: (method: string, path: string, body?: object) => world.admin.send(method, path, body),
      secretsManager: (operation: string, input: object) => this.secretsManager(operation, input),
      setClock: (of: string) => {
        world.influxdb.faults.clear();
        if (of !== 'this machine') return;
        account.faults.clear();
        account.hasOtherTime = false;
      },
      renewCertificate: () => void this.overTls('well'),
    };
  }

  /** Of an administrator, with every right. */
  async secretsManager(operation: string, input: object): Promise<Record<string, unknown>> {
    const region = process.env.AWS_REGION ?? HOME;
    const server = region === ELSEWHERE ? this.#elsewhere : this.world.secretsManager;
    const response = await fetch(server.url, {
      method: 'POST',
      headers: {
        'x-amz-target': `secretsmanager.${operation}`,
        'content-type': 'application/x-amz-json-1.1',
        authorization: `AWS4-HMAC-SHA256 Credential=x/20260101/${region}/secretsmanager/aws4_request, SignedHeaders=host, Signature=0`,
        'x-amz-date': '20260101T000000Z',
      },
      body: JSON.stringify({
        ...(/^(Create|Put)/.test(operation) && { ClientRequestToken: crypto.randomUUID() }),
        ...input,
      }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${operation}: ${JSON.stringify(answer)}`);
    return answer;
  }
}

const ALL: Statement = { Effect: 'Allow', Action: ['*'], Resource: ['*'] };

const ACTIONS = [
  ...['BatchGetSecretValue', 'GetSecretValue', 'DescribeSecret', 'PutSecretValue'],
  ...['UpdateSecretVersionStage', 'CreateSecret', 'ListSecrets'],
].map((each) => `secretsmanager:${each}`);
