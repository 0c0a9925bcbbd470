import type { Clock } from './clock.ts';
import { CONCURRENCY } from './side-by-side.ts';

/** Each may need a connection to either service, and waits for a lease if the function dies meanwhile. */
export const MOST_AT_ONCE = 64;

/** By how much a crew grows, and by how much it shrinks. */
const STEP = 1.5;

/**
 * It grows while fewer of it queue than the first share, and shrinks while more do than the second. Between them it stays:
 * what had so much room is not too large after a step.
 */
const FEW = 1 / 4;
const MANY = 1 / 2;

/** What is judged at once, in milliseconds: a burst of calls and the rest after it even out in it. */
const PERIOD_MS = 1_000;

/**
 * How many workers serve consumers side by side: as many as the services take. A worker queues while its call waits for
 * its turn, or for a service that answers later than it can. How many do is known from how long they do, by Little's law,
 * and the crew follows it as TCP Vegas does (docs/decisions/0023-as-many-workers-as-the-services-take.md).
 */
export class Crew {
  readonly #clock: Clock;
  readonly #mayGrow: () => boolean;
  #size = CONCURRENCY;
  #since: number;
  #answered = 0;
  #queuedMs = 0;
  #isTooLarge = false;
  /** The shortest time in which each service ever answered, in milliseconds. */
  readonly #least = new Map<object, number>();
  /** Puts those to work who are missing; undefined while nobody works. */
  #fill: (() => void) | undefined;

  /** @param mayGrow that there is time for what one more would begin. @default that there always is */
  constructor(clock: Clock, mayGrow = () => true) {
    this.#clock = clock;
    this.#mayGrow = mayGrow;
    this.#since = clock.now();
  }

  /** Workers from this number on take nothing more. */
  get size(): number {
    return this.#size;
  }

  /** Lets all of them work, each from its number on, until the last has ended. Those who come later are new. */
  async serve(work: (worker: number) => Promise<void>): Promise<void> {
    const atWork = new Map<number, Promise<void>>();
    const fill = () => {
      for (let worker = 0; worker < this.#size; worker += 1)
        if (!atWork.has(worker))
          atWork.set(
            worker,
            work(worker).finally(() => atWork.delete(worker)),
          );
    };
    this.#begin();
    this.#fill = fill;
    fill();
    while (atWork.size > 0) await Promise.all(atWork.values());
    this.#fill = undefined;
  }

  /** A call was one too many, or got no answer. */
  overload(): void {
    this.#isTooLarge = true;
  }

  /**
   * A call was answered.
   * @param service whose answers take the same time.
   * @param waitedMs for how long it waited for its turn.
   * @param tookMs from when it was sent.
   */
  answered(service: object, waitedMs: number, tookMs: number): void {
    const least = Math.min(tookMs, this.#least.get(service) ?? tookMs);
    this.#least.set(service, least);
    this.#queuedMs += waitedMs + tookMs - least;
    this.#answered += 1;
    // Before each of them was answered, nobody knows.
    const isJudged = this.#fill !== undefined && this.#answered >= this.#size;
    if (isJudged && this.#clock.now() - this.#since >= PERIOD_MS) this.#judge();
  }

  #judge(): void {
    const queuing = this.#queuedMs / (this.#clock.now() - this.#since);
    if (this.#isTooLarge || queuing > MANY * this.#size)
      this.#size = Math.max(CONCURRENCY, Math.floor(this.#size / STEP));
    else if (queuing < FEW * this.#size && this.#mayGrow())
      this.#size = Math.min(MOST_AT_ONCE, Math.floor(this.#size * STEP));
    this.#begin();
    this.#fill?.();
  }

  #begin(): void {
    this.#since = this.#clock.now();
    this.#answered = 0;
    this.#queuedMs = 0;
    this.#isTooLarge = false;
  }
}
