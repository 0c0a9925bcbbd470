import type { Clock } from './clock.ts';

export interface RateLimits {
  /** Calls a second, or whatever calls cost; never more. */
  readonly perSecond: number;
  /** How much may go at once after a rest. @default as much as in one second */
  readonly burst?: number;
}

/** What is left of the rate once the service refused a call as one too many; and how fast it comes back (RFC 9438). */
const KEPT = 0.8;
const CURVE = 0.05;

/** A rate that fell is still this share of the ceiling, and at least one a second: else nobody would see that more is possible. */
const LEAST_SHARE = 0.01;

/** Over so long it is measured how much was taken. */
const WINDOW_MS = 1_000;

/**
 * Holds back calls to one service: a bucket that fills with time, from which each attempt of a call takes. When the
 * service says that it was one too many, the rate falls, and rises again as CUBIC does for TCP: soon to where it was,
 * slowly there, then faster up to the ceiling (docs/decisions/0020-every-attempt-waits-for-its-turn.md).
 */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #least: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number;
  /** The rate at which the service refused, and when; undefined if it never did. */
  #peak: { readonly perSecond: number; readonly at: number } | undefined;
  /** Counts the times that it fell: who was sent before the last one says nothing new. */
  #falls = 0;
  #taken = { since: 0, before: 0, inWindow: 0, windowAt: 0 };
  #last: Promise<unknown> = Promise.resolve();

  constructor(clock: Clock, { perSecond, burst = perSecond }: RateLimits) {
    this.#clock = clock;
    this.#most = perSecond;
    this.#least = Math.min(perSecond, Math.max(1, LEAST_SHARE * perSecond));
    this.#burst = burst;
    this.#tokens = burst;
    this.#filledAt = clock.now();
  }

  /**
   * Resolves when a call may be sent, in the order of asking.
   * @param cost what it takes of the rate. The bucket may owe for it, so that it can cost more than the bucket holds.
   * @param assertInTime is asked before each wait, which takes a second at most; what it throws is thrown.
   * @returns what `refused` is told of this call.
   */
  turn(cost: number, assertInTime: () => void): Promise<number> {
    const turn = this.#last.then(() => this.#take(cost, assertInTime));
    this.#last = turn.catch(() => {});
    return turn;
  }

  /**
   * The service said that a call was one too many.
   * @param turn what `turn` gave it.
   * @param cost what it took.
   */
  refused(turn: number, cost: number): void {
    this.#taken.inWindow -= cost;
    if (turn !== this.#falls) return;
    this.#falls += 1;
    const now = this.#clock.now();
    // The ceiling may be far above what was sent, and what was sent above what was answered.
    this.#peak = { perSecond: Math.max(this.#least, Math.min(this.#rateAt(now), this.#takenPerSecond(now))), at: now };
    this.#tokens = Math.min(this.#tokens, 0);
    this.#filledAt = now;
  }

  async #take(cost: number, assertInTime: () => void): Promise<number> {
    for (;;) {
      const now = this.#clock.now();
      const rate = this.#rateAt(now);
      const room = Math.max(1, (this.#burst * rate) / this.#most);
      this.#tokens = Math.min(room, this.#tokens + (Math.max(0, now - this.#filledAt) * rate) / 1000);
      this.#filledAt = now;
      if (this.#tokens >= 1) break;
      assertInTime();
      await this.#clock.sleep(Math.min(1_000, Math.ceil(((1 - this.#tokens) * 1000) / rate)));
    }
    this.#tokens -= cost;
    this.#count(cost);
    return this.#falls;
  }

  #rateAt(now: number): number {
    if (this.#peak === undefined) return this.#most;
    const { perSecond, at } = this.#peak;
    const backAfter = Math.cbrt((perSecond * (1 - KEPT)) / CURVE);
    const curve = CURVE * (Math.max(0, now - at) / 1000 - backAfter) ** 3 + perSecond;
    return Math.min(this.#most, Math.max(this.#least, curve));
  }

  #count(cost: number): void {
    const now = this.#clock.now();
    const { windowAt, inWindow } = this.#taken;
    const ageMs = now - windowAt;
    if (ageMs >= 2 * WINDOW_MS || ageMs < 0) this.#taken = { since: now, before: 0, inWindow: 0, windowAt: now };
    else if (ageMs >= WINDOW_MS) this.#taken = { since: windowAt, before: inWindow, inWindow: 0, windowAt: now };
    this.#taken.inWindow += cost;
  }

  /** Without what was refused. Infinite in the first second, which says nothing. */
  #takenPerSecond(now: number): number {
    const { since, before, inWindow } = this.#taken;
    const ms = now - since;
    return ms < WINDOW_MS ? Number.POSITIVE_INFINITY : ((before + inWindow) * 1000) / ms;
  }
}
