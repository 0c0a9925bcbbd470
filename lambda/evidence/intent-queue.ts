import type { Clock } from '../calls/clock.ts';
import { masked } from '../calls/masked.ts';
import type { Secrets } from '../calls/secrets.ts';
import type { Chain } from './chain.ts';
import type { Deed } from './deed.ts';
import type { IntentRecord, Unlinked } from './record.ts';

interface Options {
  readonly chain: Pick<Chain, 'append'>;
  readonly clock: Clock;
  readonly secrets: Secrets;
}

/**
 * Puts deletions on record before they are sent (E1): those that a run plans as one file, and those that come unplanned
 * together, as far as they come at the same time.
 */
export class IntentQueue {
  readonly #options: Options;
  readonly #onFailure: (error: unknown) => void;
  /** By authorization, when it was put on record; ISO 8601. */
  readonly #onRecord = new Map<string, string>();
  readonly #told = new Set<string>();
  #waiting: Unlinked<IntentRecord>[] = [];
  #writing: Promise<void> = Promise.resolve();
  #isGivenUp = false;

  constructor(options: Options, onFailure: (error: unknown) => void) {
    this.#options = options;
    this.#onFailure = onFailure;
  }

  get onRecord(): ReadonlyMap<string, string> {
    return this.#onRecord;
  }

  /** Whether this run put the deed on record with an intent. */
  hasTold(deed: Deed): boolean {
    return this.#told.has(JSON.stringify(deed));
  }

  know(intents: ReadonlyMap<string, string>): void {
    for (const [id, at] of intents) this.#onRecord.set(id, at);
  }

  /** What cannot be written is not tried again in this run: the store would keep each deletion waiting. */
  giveUp(): void {
    this.#isGivenUp = true;
  }

  async add(intents: readonly Unlinked<IntentRecord>[]): Promise<void> {
    const missing = intents.filter(({ authorizationId }) => !this.#onRecord.has(authorizationId));
    if (missing.length === 0) return;
    this.#waiting.push(...missing);
    this.#writing = this.#writing.then(() => this.#write());
    await this.#writing;
  }

  async #write(): Promise<void> {
    const { chain, clock, secrets } = this.#options;
    const intents = this.#waiting;
    this.#waiting = [];
    if (intents.length === 0 || this.#isGivenUp) return;
    try {
      await chain.append(masked(intents, secrets));
      const at = new Date(clock.now()).toISOString();
      for (const { authorizationId, deeds = [] } of intents) {
        this.#onRecord.set(authorizationId, at);
        for (const deed of deeds) this.#told.add(JSON.stringify(deed));
      }
    } catch (error) {
      this.giveUp();
      this.#onFailure(error);
    }
  }
}
