/**
 * Time that moves only when told to: sleeping and waiting for a deadline move it at once, so that days pass in
 * milliseconds. One clock is shared by the servers, whose `Date` headers follow it, and the program they serve.
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

  /** Aborts when the clock is advanced past it. */
  timeout = (ms: number): AbortSignal => {
    const controller = new AbortController();
    const at = this.#now + ms;
    this.#timers.push({ at, fire: () => controller.abort(new DOMException('the call timed out', 'TimeoutError')) });
    return controller.signal;
  };

  /** Jumps to a time, which may lie in the past. What was waiting is forgotten. */
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
