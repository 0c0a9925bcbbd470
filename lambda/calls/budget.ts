import type { Limits } from '../config/configuration.ts';
import { CallError } from './call-error.ts';
import type { Clock } from './clock.ts';

/** Thrown when something would begin too close to the end of the time that it has; nothing was sent. */
export class OutOfTimeError extends CallError {
  override readonly name = 'OutOfTimeError';
  constructor(
    message = 'the run has too little time left for another call, which may take a call time-out; the next run continues from here',
  ) {
    super('OUT_OF_TIME', 'not-sent', message);
  }
}

/** How much of the longest that something took lately is remembered after each time that it took less. */
const REMEMBERED = 0.95;

/**
 * The time that this invocation has left. Measured by the wall clock, so that a sandbox thawed after hours knows its
 * time is up. The lease is sound only because no write begins late (docs/protocol.md, A1).
 */
export class Budget {
  readonly #clock: Clock;
  readonly #endsAt: number;
  readonly #callTimeoutMs: number;
  /** How long what was not measured yet is thought to take. */
  readonly #guessMs: number;
  /** By what it is, how long it takes, in milliseconds. */
  readonly #usual = new Map<string, number>();
  /** How much of the time is for what follows the reading that goes on. */
  #leftAfterReadingMs = 0;

  /** @param remainingMs what the platform says is left of the invocation, in milliseconds. */
  constructor(clock: Clock, remainingMs: number, limits: Pick<Limits, 'callTimeoutMs'>) {
    this.#clock = clock;
    this.#endsAt = clock.now() + remainingMs;
    this.#callTimeoutMs = limits.callTimeoutMs;
    // However short the time is, each run must begin something.
    this.#guessMs = Math.max(0, Math.min(this.#callTimeoutMs, (remainingMs - 2 * this.#callTimeoutMs) / 4));
  }

  /** Milliseconds until the invocation ends; negative once that time has passed. */
  remainingMs(): number {
    return this.#endsAt - this.#clock.now();
  }

  /** The same until the reading that goes on must be over. */
  leftToReadMs(): number {
    return this.remainingMs() - this.#leftAfterReadingMs;
  }

  /** False if a call begun now might not be answered before the invocation ends, or, if it reads, before the report. */
  mayBegin(what: 'read' | 'write'): boolean {
    const remainingMs = this.remainingMs();
    if (what === 'write') return remainingMs >= 2 * this.#callTimeoutMs;
    return remainingMs >= 1.5 * this.#callTimeoutMs && this.leftToReadMs() >= 0;
  }

  /** @throws {OutOfTimeError} */
  assertTimeToWrite(): void {
    if (!this.mayBegin('write')) throw new OutOfTimeError();
  }

  /** @throws {OutOfTimeError} */
  assertTimeToRead(): void {
    if (this.mayBegin('read')) return;
    throw this.leftToReadMs() < 0
      ? new OutOfTimeError('the time for reading is over, and the rest is for what is decided by then')
      : new OutOfTimeError();
  }

  /** Reads, and begins none with less than `leftMs` of the invocation left. A part of it may leave more. */
  async leaving<T>(leftMs: number, read: () => Promise<T>): Promise<T> {
    const before = this.#leftAfterReadingMs;
    this.#leftAfterReadingMs = Math.max(before, leftMs);
    try {
      return await read();
    } finally {
      this.#leftAfterReadingMs = before;
    }
  }

  /**
   * Whether all of it fits, if it takes as long as it lately did: what is begun and not finished may make others wait
   * for a lease. Its last write must not begin late either.
   */
  hasRoomFor(what: string): boolean {
    return this.remainingMs() >= 2 * this.#callTimeoutMs + (this.#usual.get(what) ?? this.#guessMs);
  }

  /** How long it took, all of it: whatever it waited for, what follows waits for, too. */
  took(what: string, ms: number): void {
    this.#usual.set(what, Math.max(ms, (this.#usual.get(what) ?? 0) * REMEMBERED));
  }
}
