import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { Access, ConsumerSettings } from '../lambda/config/configuration.ts';
import type { World } from './world.ts';

/**
 * An application that uses a consumer's token. It reads the secret, keeps the token for a whole grace period (the
 * longest that we promise it works) and uses it on the consumer's buckets. Its calls are taken off the servers' lists,
 * so that those count the rotator's alone.
 */
export class Reader {
  readonly #world: World;
  readonly #settings: ConsumerSettings;
  readonly #seen: string[] = [];
  #cached: { readonly token: string; readonly until: number } | undefined;
  requests = 0;
  failures = 0;

  constructor(world: World, settings: ConsumerSettings) {
    this.#world = world;
    this.#settings = settings;
  }

  /** What was read is forgotten. */
  restart(): void {
    this.#cached = undefined;
  }

  /** Makes one round of requests, one for each bucket, with the token from the cache or the secret. */
  async use(): Promise<void> {
    const now = this.#world.clock.now();
    if (this.#cached === undefined || this.#cached.until <= now) {
      this.#cached = { token: await this.#readSecret(), until: now + this.#settings.gracePeriodMs };
    }
    if (!(await this.#works(this.#cached.token))) this.failures += 1;
    this.requests += 1;
  }

  /**
   * Tries every token that it ever read. The newest should be accepted, and every older one refused.
   * @returns `accepted`: 1 if the newest works, else 0; `refused` and `leftOver`: how many older ones do not, and do.
   */
  async proveTokens(): Promise<{ accepted: number; refused: number; leftOver: number }> {
    const newest = await this.#readSecret();
    const older = this.#seen.filter((token) => token !== newest);
    const working = await Promise.all(older.map((token) => this.#works(token)));
    const leftOver = working.filter(Boolean).length;
    return { accepted: (await this.#works(newest)) ? 1 : 0, refused: older.length - leftOver, leftOver };
  }

  async #readSecret(): Promise<string> {
    const { SecretString } = await this.#world.secrets.send(
      new GetSecretValueCommand({ SecretId: this.#settings.secret }),
    );
    const token = (JSON.parse(SecretString ?? '{}') as Record<string, string>)[this.#settings.tokenKey] ?? '';
    if (!this.#seen.includes(token)) this.#seen.push(token);
    this.#world.secretsManager.calls.pop();
    return token;
  }

  async #works(token: string): Promise<boolean> {
    const { access } = this.#settings;
    const { influxdb, bucketIds, admin } = this.#world;
    const targets = usesOf(access, admin.orgId, bucketIds);
    for (const { path, ...request } of targets) {
      const response = await fetch(`${influxdb.url}${path}`, {
        ...request,
        headers: { authorization: `Token ${token}` },
      });
      await response.arrayBuffer();
      influxdb.calls.pop();
      if (!response.ok) return false;
    }
    return true;
  }
}

interface Use {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

/** What an application does with a token of this access. */
function usesOf(access: Access, orgId: string, bucketIds: ReadonlyMap<string, string>): readonly Use[] {
  switch (access.kind) {
    case 'buckets': {
      const idOf = (bucket: string) => bucketIds.get(bucket) ?? bucket;
      return [
        ...access.write.map((bucket) => ({
          method: 'POST',
          path: `/api/v2/write?org=${orgId}&bucket=${idOf(bucket)}`,
          body: 'demo value=1',
        })),
        ...access.read.map((bucket) => ({ method: 'GET', path: `/api/v2/buckets/${idOf(bucket)}` })),
      ];
    }
    case 'all-access':
    case 'operator':
    case 'permissions':
    case 'rotator':
      return [{ method: 'GET', path: '/api/v2/me' }];
  }
}
