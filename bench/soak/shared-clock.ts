import { SimulatedClock } from '../../local/simulated-clock.ts';

/** One simulated time for two threads: one of them moves it, and the other reads it. */
export class SharedClock extends SimulatedClock {
  readonly #shared: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    const shared = new Float64Array(memory);
    super(shared[0] ?? 0);
    this.#shared = shared;
  }

  static startingAt(ms: number): { readonly clock: SharedClock; readonly memory: SharedArrayBuffer } {
    const memory = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
    new Float64Array(memory)[0] = ms;
    return { clock: new SharedClock(memory), memory };
  }

  override now = (): number => this.#shared[0] ?? 0;

  override advance(ms: number): void {
    this.#shared[0] = this.now() + ms;
    super.advance(ms);
  }
}
