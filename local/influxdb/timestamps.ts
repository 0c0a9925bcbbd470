/** RFC3339 with up to nine fractional digits, trailing zeros trimmed as Go does. */
export function rfc3339Nano(nanoseconds: bigint): string {
  const seconds = nanoseconds / 1_000_000_000n;
  const fraction = (nanoseconds % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return fraction === '' ? `${whole}Z` : `${whole}.${fraction}Z`;
}

/** Timestamps of a clock that counts milliseconds. The finer digits are made up, ascending and repeatable. */
export class Stamps {
  readonly #now: () => number;
  #lastMs = Number.NaN;
  #below = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  next(): string {
    const ms = Math.trunc(this.#now());
    this.#below = ms === this.#lastMs ? Math.min(this.#below + 1_337, 999_999) : (this.#below * 31 + 7_919) % 500_000;
    this.#lastMs = ms;
    return rfc3339Nano(BigInt(ms) * 1_000_000n + BigInt(this.#below));
  }
}
