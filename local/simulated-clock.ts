/**
 * Time that moves only when told to. Sleeping moves it at once, so that days pass in milliseconds. The servers, whose
 * `Date` headers follow it, and the program they serve share one clock.
 */
export class SimulatedClock {
  #now: number;
  readonly #timers: { readonly at: number; readonly fire: () => void }[] = [];

  /** @param start milliseconds since the epoch. */
  constructor(start: number) {
    this.#now = start;
  }

  now = (): number => this.#now;

  sleep = async (ms: number): Promise<void> => {
    this.advance(ms);
  };

  /** A signal that aborts once the clock has been advanced by `ms` milliseconds. */
  timeout = (ms: number): AbortSignal => {
    const controller = new AbortController();
    const at = this.#now + ms;
    this.#timers.push({ at, fire: () => controller.abort(new DOMException('the call timed out', 'TimeoutError')) });
    return controller.signal;
  };

  /** Jumps to a time, which may lie in the past. Time-outs that were waiting are forgotten. */
  set(now: number): void {
    this.#timers.length = 0;
    this.#now = now;
  }

  advance(ms: number): void {
    this.#now += ms;
    for (let index = this.#timers.length - 1; index >= 0; index -= 1) {
      const timer = this.#timers[index];
      if (timer === undefined || timer.at > this.#now) continue;
      this.#timers.splice(index, 1);
      timer.fire();
    }
  }
}
