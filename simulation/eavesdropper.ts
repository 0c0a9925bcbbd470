import type { RunReport } from '../lambda/engine/report/report.ts';
import type { Log } from '../lambda/log/log.ts';

/** InfluxDB's own tokens: 64 random bytes in URL-safe Base64. Half of one is as bad as the whole. */
const TOKEN = /[A-Za-z0-9_-]{43}/;

/** A digest says nothing of its token. */
const DIGEST = /sha256:[0-9a-f]{64}/g;

/** Shorter values are no tokens, and would be found in ordinary words. */
const SHORTEST = 16;

/** Listens to all that a run says, and knows what it must never say (I7). */
export class Eavesdropper {
  readonly #heard: string[] = [];

  /** The same log, overheard. */
  on(log: Log): Log {
    return (code, fields) => {
      this.hear(JSON.stringify([code, fields]));
      log(code, fields);
    };
  }

  /** The report or the error that a run ends with. */
  async ending(run: Promise<RunReport>): Promise<RunReport> {
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

  /** Begins anew: for tests of many runs, each of which is looked at by itself. */
  forget(): void {
    this.#heard.length = 0;
  }

  /** What was said and holds a token, or any of these values. */
  leaks(values: readonly string[]): string[] {
    const secret = values.filter(({ length }) => length >= SHORTEST);
    return this.#heard.filter((text) => TOKEN.test(text) || secret.some((value) => text.includes(value)));
  }
}
