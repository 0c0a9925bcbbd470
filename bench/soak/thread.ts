import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Configuration } from '../../lambda/config/configuration.ts';
import type { Opened, Order, Seen, ThreadOptions } from './world.ts';

/** The servers and the auditor in a thread of their own, whose heap and sockets are not those of the program. */
export class WorldThread {
  readonly #worker: Worker;
  readonly configuration: Configuration;
  readonly secretsManagerUrl: string;

  private constructor(worker: Worker, { configuration, secretsManagerUrl }: Opened) {
    this.#worker = worker;
    this.configuration = configuration;
    this.secretsManagerUrl = secretsManagerUrl;
  }

  static async open(options: ThreadOptions): Promise<WorldThread> {
    const worker = new Worker(new URL('./world.ts', import.meta.url), { workerData: options });
    const [opened] = await once(worker, 'message');
    return new WorldThread(worker, opened);
  }

  /** From now on calls fail at random, or no more. */
  async disturb(share: number): Promise<void> {
    await this.#ask({ share });
  }

  /** Looks at what the servers hold after a run, and forgets its calls. */
  inspect(): Promise<Seen> {
    return this.#ask('inspect');
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  async #ask(order: Order): Promise<Seen> {
    const answered = once(this.#worker, 'message');
    this.#worker.postMessage(order);
    const [seen] = await answered;
    return seen;
  }
}
