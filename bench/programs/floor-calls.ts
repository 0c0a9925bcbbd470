import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Pool } from 'undici';

export interface FloorConfiguration {
  readonly influxdb: { readonly url: string; readonly orgId: string; readonly tokenSecret: string };
  readonly consumers: readonly {
    readonly name: string;
    readonly secret: string;
    readonly owner: string;
    readonly write: readonly [string];
  }[];
}

/** A secret's current value. */
export interface Stored {
  readonly arn: string;
  readonly versionId: string;
  readonly text: string;
}

interface FloorOptions {
  readonly configuration: FloorConfiguration;
  readonly client: SecretsManagerClient;
  readonly pool: Pool;
  readonly atOnce: number;
  /** How often each operation is called in one run. */
  readonly calls: Readonly<Record<string, number>>;
}

/** The connections of the floor program. */
export class Floor {
  readonly configuration: FloorConfiguration;
  readonly client: SecretsManagerClient;
  readonly calls: FloorOptions['calls'];
  /** The rotator's. */
  token = '';
  readonly #pool: Pool;
  readonly #atOnce: number;

  constructor({ configuration, client, pool, atOnce, calls }: FloorOptions) {
    this.configuration = configuration;
    this.client = client;
    this.calls = calls;
    this.#pool = pool;
    this.#atOnce = atOnce;
  }

  /** Read to its end, and forgotten. */
  async get(path: string, token = this.token): Promise<void> {
    const { body } = await this.#request('GET', path, token);
    for await (const _chunk of body);
  }

  async send(method: 'POST' | 'PATCH', path: string, content: unknown, token = this.token): Promise<unknown> {
    const { body } = await this.#request(method, path, token, content);
    const text = await body.text();
    return text === '' ? undefined : JSON.parse(text);
  }

  async sideBySide<T>(all: readonly T[], act: (each: T, index: number) => Promise<void>): Promise<void> {
    const next = all.entries();
    const work = async () => {
      for (const [index, each] of next) await act(each, index);
    };
    await Promise.all(Array.from({ length: this.#atOnce }, work));
  }

  async close(): Promise<void> {
    this.client.destroy();
    await this.#pool.destroy();
  }

  async #request(method: 'GET' | 'POST' | 'PATCH', path: string, token: string, content?: unknown) {
    const headers = { authorization: `Token ${token}`, accept: 'application/json' };
    const answer =
      content === undefined
        ? await this.#pool.request({ method, path, headers })
        : await this.#pool.request({
            ...{ method, path, body: typeof content === 'string' ? content : JSON.stringify(content) },
            headers: typeof content === 'string' ? headers : { ...headers, 'content-type': 'application/json' },
          });
    if (answer.statusCode < 300) return answer;
    throw new Error(`${method} ${path}: ${answer.statusCode} ${await answer.body.text()}`);
  }
}
