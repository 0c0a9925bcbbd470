import type { FaultEffect } from '../../local/http/faults.ts';

/** What goes wrong with a call. Time-outs are left to the explorers: here they would end the calls beside them, too. */
const KINDS: readonly FaultEffect[] = [
  { loseAnswer: true },
  { refuse: true },
  { status: 429 },
  { status: 500 },
  { status: 503 },
  { rewrite: (answer) => ({ ...answer, body: String(answer.body ?? '').slice(0, 20) }) },
];

/** Hits calls at random, by a seed. Calls that are under way at once may arrive in another order the next time. */
export class RandomFaults {
  readonly #share: number;
  #state: number;
  /** Calls that were hit. */
  hits = 0;

  /** @param share of the calls that are hit, from 0 to 1. */
  constructor(seed: number, share: number) {
    this.#state = seed >>> 0;
    this.#share = share;
  }

  next(): FaultEffect | undefined {
    if (this.#random() >= this.#share) return undefined;
    this.hits += 1;
    return KINDS[Math.floor(this.#random() * KINDS.length)];
  }

  /** Mulberry32: from 0 to 1. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
