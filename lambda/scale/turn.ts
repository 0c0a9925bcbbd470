import type { Objects, StoredObject } from './objects.ts';

interface Held {
  readonly execution: string;
  /** ISO 8601: then Step Functions has ended that execution, whatever became of it. */
  readonly until: string;
  readonly isOver?: true;
}

/** Which execution ended last with a report; undefined for none. */
export interface Turn {
  readonly last?: string;
  readonly held?: Held;
}

const KEY = 'runs/turn.json';

/**
 * Whose turn it is. Two executions at once would do no harm to a token, but each has all of the configured rates. It is
 * kept in S3, whose conditional writes are the only thing here that two cannot do at once.
 */
export class Turns {
  readonly #objects: Objects;
  readonly #bucket: string;

  constructor(objects: Objects, bucket: string) {
    this.#objects = objects;
    this.#bucket = bucket;
  }

  async read(): Promise<Turn> {
    return turnIn(await this.#objects.read(this.#bucket, KEY));
  }

  /** @returns undefined if it is this execution's turn, and else the one whose turn it is. */
  async take(execution: string, now: number, longestMs: number): Promise<Held | undefined> {
    const found = await this.#objects.read(this.#bucket, KEY);
    const { held, ...turn } = turnIn(found);
    if (held !== undefined && held.execution !== execution && !held.isOver && Date.parse(held.until) > now) return held;
    const mine = { execution, until: new Date(now + longestMs).toISOString() };
    const text = JSON.stringify({ ...turn, held: mine });
    if (await this.#objects.replace(this.#bucket, KEY, text, found)) return undefined;
    const { held: faster } = await this.read();
    return faster?.execution === execution ? undefined : (faster ?? mine);
  }

  /** Lets the next execution have it. One that is not this execution's is left as it is. */
  async end(execution: string): Promise<void> {
    const found = await this.#objects.read(this.#bucket, KEY);
    const { held } = turnIn(found);
    if (found === undefined || held?.execution !== execution) return;
    const text = JSON.stringify({ last: execution, held: { ...held, isOver: true } });
    await this.#objects.replace(this.#bucket, KEY, text, found);
  }
}

function turnIn(found: StoredObject | undefined): Turn {
  return found === undefined ? {} : JSON.parse(found.text);
}
