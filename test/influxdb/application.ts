import { setTimeout as sleep } from 'node:timers/promises';
import { CACHE_MS, type Stand } from './stand.ts';

/** An application that writes points and reads them back by Flux, with the token that it finds in the secret. */
export class Application {
  readonly #stand: Stand;
  readonly failures: string[] = [];
  /** Every token that it ever read, in this order. */
  readonly tokens: string[] = [];
  points = 0;
  #cached = { token: '', until: 0 };

  constructor(stand: Stand) {
    this.#stand = stand;
  }

  /** Writes a point and reads all of them, with the token from the cache or the secret. */
  async work(): Promise<void> {
    await this.useToken(await this.#token());
    await sleep(50);
  }

  /** Works without a pause while something else is done. */
  async during<T>(act: () => Promise<T>): Promise<T> {
    let done = false;
    const working = (async () => {
      while (!done) await this.work();
    })();
    try {
      return await act();
    } finally {
      // What fails must not leave it at work, to fail in some other test.
      done = true;
      await working;
    }
  }

  /** Resolves once it works with the current token, while it is at work. */
  async caughtUp(): Promise<void> {
    const { token } = await this.#stand.current();
    while (this.#cached.token !== token) await sleep(50);
  }

  /** Writes and reads likewise, with this very token. */
  async useToken(token: string): Promise<void> {
    const written = await this.write(token);
    if (written === 204) this.points += 1;
    else this.failures.push(`write: ${written}`);
    const { status, count } = await this.read(token);
    if (status !== 200) this.failures.push(`query: ${status}`);
    else if (count !== this.points) this.failures.push(`query: ${count} points instead of ${this.points}`);
  }

  /** @returns the status of the answer. */
  async write(token: string): Promise<number> {
    // Never later than now, or a query in the same millisecond would not see it.
    const time = BigInt(Date.now()) * 1_000_000n - BigInt(this.points);
    const response = await this.#send(token, `/api/v2/write?org=${this.#stand.admin.orgId}&bucket=${this.#bucket}`, {
      body: `load n=${this.points}i ${time}`,
    });
    await response.arrayBuffer();
    return response.status;
  }

  /** The status of the answer, and how many points it shows. A bucket is asked for by its name: only that shows a right. */
  async read(token: string): Promise<{ readonly status: number; readonly count: number }> {
    const query = `from(bucket: "${this.#bucket}") |> range(start: -1h) |> filter(fn: (r) => r._measurement == "load") |> count()`;
    const response = await this.#send(token, `/api/v2/query?org=${this.#stand.admin.orgId}`, {
      headers: { 'content-type': 'application/json', accept: 'application/csv' },
      body: JSON.stringify({ query, type: 'flux' }),
    });
    // One table with one row: a header, and the values below it.
    const [header = [], values = []] = (await response.text())
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(','));
    return { status: response.status, count: Number(values[header.indexOf('_value')]) };
  }

  get #bucket(): string {
    return this.#stand.bucket;
  }

  #send(token: string, path: string, request: { readonly headers?: Record<string, string>; readonly body: string }) {
    return fetch(`${this.#stand.admin.url}${path}`, {
      method: 'POST',
      body: request.body,
      headers: { authorization: `Token ${token}`, ...request.headers },
    });
  }

  async #token(): Promise<string> {
    if (this.#cached.until <= Date.now()) {
      const { token } = await this.#stand.current();
      if (!this.tokens.includes(token)) this.tokens.push(token);
      this.#cached = { token, until: Date.now() + CACHE_MS };
    }
    return this.#cached.token;
  }
}
