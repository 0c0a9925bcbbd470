import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ConfigurationFile } from '../../lambda/config/file/schema.ts';
import { type SecretsManagerServer, startSecretsManager } from '../../local/secrets-manager/server.ts';
import { bundle } from '../../scripts/bundle/bundle.ts';
import { Administrator } from '../../simulation/administrator.ts';
import { rotatorPermissions } from '../../simulation/rotator-permissions.ts';
import { aConsumer } from '../../test/builders/a-configuration.ts';
import { type Invoked, invokeInLambda } from '../programs/lambda-process.ts';

/** The time in milliseconds, and the most heap that this took above the start, in MB. */
export interface ReadList {
  readonly rows: number;
  readonly ms: number;
  readonly heapMb: number;
}

const ROTATOR = 'influxdb/rotator';
const SECRET = 'influxdb/acme/telegraf';

/** Requests at once: as many as the server is busy with, whose commits are what takes the time. */
const AT_ONCE = 200;

/** A real server's org with one consumer, a rotator with the fewest rights, and many rows of somebody else. */
export class FullOrg {
  readonly admin: Administrator;
  readonly ownerId: string;
  readonly rotatorToken: string;
  readonly #bucketId: string;
  readonly #secretsManager: SecretsManagerServer;

  private constructor(
    parts: Pick<FullOrg, 'admin' | 'ownerId' | 'rotatorToken'>,
    bucketId: string,
    secretsManager: SecretsManagerServer,
  ) {
    this.admin = parts.admin;
    this.ownerId = parts.ownerId;
    this.rotatorToken = parts.rotatorToken;
    this.#bucketId = bucketId;
    this.#secretsManager = secretsManager;
    this.#store(SECRET, {});
  }

  /** @param operatorToken of a server that is set up already. */
  static async open(url: string, operatorToken: string | undefined): Promise<FullOrg> {
    const admin =
      operatorToken === undefined
        ? await Administrator.setUp(url, 'acme')
        : await Administrator.signIn(url, operatorToken);
    const unique = Date.now().toString(36);
    const bucketId = await admin.createBucket(`telemetry-${unique}`);
    const ownerId = await admin.createUser(`svc-telegraf-${unique}`);
    const consumer = aConsumer({ owner: ownerId, access: { kind: 'buckets', read: [bucketId], write: [bucketId] } });
    const permissions = rotatorPermissions([consumer], {
      orgId: admin.orgId,
      users: new Map(),
      buckets: new Map(),
      types: [],
    });
    const userID = await admin.createUser(`svc-rotator-${unique}`);
    const { token } = await admin.createAuthorization({ userID, description: 'token rotator', permissions });
    return new FullOrg({ admin, ownerId, rotatorToken: token }, bucketId, await startSecretsManager());
  }

  /** Makes so many authorizations of a user whom nobody configured. */
  async fill(rows: number): Promise<void> {
    const { admin } = this;
    const userID = await admin.createUser(`svc-stranger-${Date.now().toString(36)}`);
    const resource = { type: 'buckets', id: this.#bucketId, orgID: admin.orgId };
    const permissions = ['read', 'write'].map((action) => ({ action, resource }));
    let made = 0;
    const work = async () => {
      while (made < rows) {
        made += 1;
        await admin.createAuthorization({ userID, description: `theirs ${made}`, permissions });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  /** Reads one list in a process of its own. For a `stream` the query is the org's id. */
  async read(token: string, query: string, how: 'stream' | 'whole'): Promise<ReadList> {
    const args = ['--expose-gc', 'bench/list/read.ts', this.admin.url, token, query, how];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return JSON.parse(stdout) as ReadList;
  }

  /** Two runs of a rotator that signs in with this token. */
  async run(rotatorToken: string, memoryMb: number): Promise<Invoked> {
    this.#store(ROTATOR, { token: rotatorToken });
    const folder = mkdtempSync(join(tmpdir(), 'full-org-'));
    try {
      const file = join(folder, 'index.cjs');
      await bundle('lambda/handler.ts', file);
      writeFileSync(join(folder, 'rotation.json'), JSON.stringify(this.#configuration()));
      return await invokeInLambda(file, this.#secretsManager.url, memoryMb);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  #configuration(): ConfigurationFile {
    const buckets = [this.#bucketId];
    return {
      deployment: 'bench',
      influxdb: { url: this.admin.url, orgId: this.admin.orgId, tokenSecret: ROTATOR },
      // To list 100,000 rows the server takes longer than the default of ten seconds.
      limits: { callTimeout: '2m' },
      consumers: [{ name: 'telegraf', secret: SECRET, owner: this.ownerId, read: buckets, write: buckets }],
    };
  }

  #store(name: string, value: object): void {
    const { store } = this.#secretsManager;
    const present = store.secret(name);
    if (present !== undefined) store.remove(present);
    const id = randomUUID();
    const stages = new Set(['AWSCURRENT']);
    store.create(name).versions.set(id, { id, value: JSON.stringify(value), stages, createdAt: store.now() });
  }

  close(): Promise<void> {
    return this.#secretsManager.close();
  }
}
