import type { Log } from '../lambda/log/log.ts';

/** Half of an InfluxDB token, which is 64 random bytes in URL-safe Base64. Half of one is as bad as the whole. */
const TOKEN = /[A-Za-z0-9_-]{43}/;

/** A digest reveals nothing of its token. */
const DIGEST = /sha256:[0-9a-f]{64}/g;

/** Shorter values are not tokens, and could be part of ordinary words. */
const SHORTEST = 16;

/** Listens to everything that a run says, and finds what it must never say (I7). */
export class Eavesdropper {
  readonly #heard: string[] = [];

  /** The same log, overheard. */
  on(log: Log): Log {
    return (code, fields) => {
      this.hear(JSON.stringify([code, fields]));
      log(code, fields);
    };
  }

  /** The same run, whose report or error is overheard. */
  async ending<T>(run: Promise<T>): Promise<T> {
    try {
      const report = await run;
      this.hear(JSON.stringify(report));
      return report;
    } catch (error) {
      for (let cause = error; cause instanceof Error; cause = cause.cause)
        this.hear(`${cause.message} ${cause.stack} ${JSON.stringify(cause)}`);
      throw error;
    }
  }

  hear(text: string): void {
    this.#heard.push(text.replaceAll(DIGEST, 'sha256:…'));
  }

  /** Forgets what was heard, so that a test of many runs can check each by itself. */
  forget(): void {
    this.#heard.length = 0;
  }

  /** Everything heard that contains a token, or any of these values of 16 characters and more. */
  leaks(values: readonly string[]): string[] {
    const secret = values.filter(({ length }) => length >= SHORTEST);
    return this.#heard.filter((text) => TOKEN.test(text) || secret.some((value) => text.includes(value)));
  }
}
