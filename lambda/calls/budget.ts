import type { Limits } from '../config/configuration.ts';
import { CallError } from './call-error.ts';
import type { Clock } from './clock.ts';

/** Thrown when something would begin too close to the end of the time that it has; nothing was sent. */
export class OutOfTimeError extends CallError {
  override readonly name = 'OutOfTimeError';
  constructor(message = 'the run has too little time left for another call, which may take a call time-out') {
    super('OUT_OF_TIME', 'not-sent', message);
  }
}

/** When something takes less time than before, this share of the longer time is still reckoned with. */
const REMEMBERED = 0.95;

/**
 * The time that this invocation has left. Measured by the wall clock, so that a sandbox thawed after hours knows its
 * time is up. The lease is sound only because no write begins late (docs/protocol.md, A1).
 */
export class Budget {
  readonly #clock: Clock;
  readonly #endsAt: number;
  readonly #callTimeoutMs: number;
  /** How long something is thought to take before the first time. */
  readonly #guessMs: number;
  /** How long each thing takes, in milliseconds. */
  readonly #usual = new Map<string, number>();
  /** What must be left when the reading that goes on is over. */
  #leftAfterReadingMs = 0;

  /** @param remainingMs what the platform says is left of the invocation, in milliseconds. */
  constructor(clock: Clock, remainingMs: number, limits: Pick<Limits, 'callTimeoutMs'>) {
    this.#clock = clock;
    this.#endsAt = clock.now() + remainingMs;
    this.#callTimeoutMs = limits.callTimeoutMs;
    // However short the time is, each run must begin something.
    this.#guessMs = Math.max(0, Math.min(this.#callTimeoutMs, (remainingMs - this.#leftForWriteMs) / 4));
  }

  /** A write may take a call time-out, and the run must still tell what became of it. */
  get #leftForWriteMs(): number {
    return 2 * this.#callTimeoutMs;
  }

  /** Milliseconds until the invocation ends; negative once that time has passed. */
  remainingMs(): number {
    return this.#endsAt - this.#clock.now();
  }

  /** Milliseconds until the reading that goes on must be over. */
  leftToReadMs(): number {
    return this.remainingMs() - this.#leftAfterReadingMs;
  }

  /** False if a call begun now might not be answered before the invocation ends, or, if it reads, before the report. */
  mayBegin(what: 'read' | 'write'): boolean {
    const remainingMs = this.remainingMs();
    if (what === 'write') return remainingMs >= this.#leftForWriteMs;
    return remainingMs >= 1.5 * this.#callTimeoutMs && this.leftToReadMs() >= 0;
  }

  /** @throws {OutOfTimeError} */
  assertMayBegin(what: 'read' | 'write'): void {
    if (this.mayBegin(what)) return;
    throw what === 'read' && this.leftToReadMs() < 0
      ? new OutOfTimeError('the time for reading is over, and the rest is for what is decided by then')
      : new OutOfTimeError();
  }

  /**
   * Does `read`, of which no read begins with less than `leftMs` left of the invocation. Within it, a part may be made to
   * leave more.
   */
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
   * Whether something fits as a whole, if it takes as long as it lately did: what is begun and not finished may make
   * others wait for a lease. Its last write must not begin late either.
   * @param unknownMs how long it is thought to take while none has ended.
   */
  hasRoomFor(what: string, unknownMs = this.#guessMs): boolean {
    return this.remainingMs() >= this.#leftForWriteMs + (this.#usual.get(what) ?? unknownMs);
  }

  /** How long something took as a whole, its waits included: what follows will wait, too. */
  took(what: string, ms: number): void {
    this.#usual.set(what, Math.max(ms, (this.#usual.get(what) ?? 0) * REMEMBERED));
  }
}
