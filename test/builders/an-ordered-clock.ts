import type { Clock } from '../../lambda/calls/clock.ts';

/** Simulated time for what waits side by side: it moves to the next sleeper's end once nobody has anything else to do. */
export class OrderedClock implements Clock {
  #now = 0;
  readonly #sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  now = (): number => this.#now;

  sleep = (ms: number): Promise<void> =>
    new Promise((wake) => {
      this.#sleepers.push({ until: this.#now + ms, wake });
    });

  timeout = (): AbortSignal => new AbortController().signal;

  /** Lets time pass until the work is done. */
  async during<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    work.then(over, over);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isOver) return work;
      const next = this.#sleepers.toSorted((one, other) => one.until - other.until)[0];
      if (next === undefined) throw new Error('nobody sleeps, and the work is not done');
      this.#sleepers.splice(this.#sleepers.indexOf(next), 1);
      this.#now = Math.max(this.#now, next.until);
      next.wake();
    }
  }
}
