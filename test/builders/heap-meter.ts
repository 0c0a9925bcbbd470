/** The most heap in use above what it was at the start, in bytes, as often as somebody notes it. Takes --expose-gc. */
export class HeapMeter {
  readonly #before: number;
  most = 0;

  constructor() {
    global.gc?.();
    this.#before = process.memoryUsage().heapUsed;
  }

  note(): void {
    global.gc?.();
    this.most = Math.max(this.most, process.memoryUsage().heapUsed - this.#before);
  }
}
