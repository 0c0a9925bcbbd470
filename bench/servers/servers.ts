import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { ConfigurationFile } from '../../lambda/config/file/schema.ts';
import type { Command, Load, ServerOptions } from './options.ts';

interface Opened {
  readonly configuration: ConfigurationFile;
  readonly secretsManagerUrl: string;
}

/** The servers in a process of their own, so that their work is not on the processor of the program that is measured. */
export class Servers {
  readonly #child: ChildProcess;
  readonly configuration: ConfigurationFile;
  readonly secretsManagerUrl: string;

  private constructor(child: ChildProcess, { configuration, secretsManagerUrl }: Opened) {
    this.#child = child;
    this.configuration = configuration;
    this.secretsManagerUrl = secretsManagerUrl;
  }

  static async open(options: ServerOptions): Promise<Servers> {
    const child = fork('bench/servers/process.ts', [JSON.stringify(options)], { execArgv: [] });
    return new Servers(child, (await answerOf(child)) as Opened);
  }

  /** Makes everything as it was at first, and forgets what was seen. */
  async reset(): Promise<void> {
    await this.#ask('reset');
  }

  /** What was seen since this was last asked. */
  take(): Promise<Load> {
    return this.#ask('take');
  }

  async close(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }

  #ask(command: Command): Promise<Load> {
    const answer = answerOf(this.#child);
    this.#child.send(command);
    return answer as Promise<Load>;
  }
}

/** The next message. @throws if the process ends before. */
async function answerOf(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const failed = once(child, 'exit', { signal: ended.signal }).then(
    () => Promise.reject(new Error('the servers have ended')),
    () => undefined,
  );
  const answered = once(child, 'message', { signal: ended.signal }).then(([message]) => message);
  try {
    return await Promise.race([answered, failed]);
  } finally {
    ended.abort();
    answered.catch(() => undefined);
  }
}
