import type { Limits } from '../config/configuration.ts';
import { CallError } from './call-error.ts';
import type { Clock } from './clock.ts';

/** Thrown when a call would begin too close to the end of the invocation; nothing was sent. */
export class OutOfTimeError extends CallError {
  override readonly name = 'OutOfTimeError';
  constructor(
    message = 'the run has too little time left for another call, which may take a call time-out; the next run continues from here',
  ) {
    super('OUT_OF_TIME', 'not-sent', message);
  }
}

/**
 * The time that this invocation has left. Measured by the wall clock, so that a sandbox thawed after hours knows its
 * time is up. The lease is sound only because no write begins late (docs/protocol.md, A1).
 */
export class Budget {
  readonly #clock: Clock;
  readonly #endsAt: number;
  readonly #callTimeoutMs: number;

  /** @param remainingMs what the platform says is left of the invocation, in milliseconds. */
  constructor(clock: Clock, remainingMs: number, limits: Pick<Limits, 'callTimeoutMs'>) {
    this.#clock = clock;
    this.#endsAt = clock.now() + remainingMs;
    this.#callTimeoutMs = limits.callTimeoutMs;
  }

  /** Milliseconds until the invocation ends; negative once that time has passed. */
  remainingMs(): number {
    return this.#endsAt - this.#clock.now();
  }

  /** @throws {OutOfTimeError} if a write begun now might not be answered before the invocation ends. */
  assertTimeToWrite(): void {
    if (this.remainingMs() < 2 * this.#callTimeoutMs) throw new OutOfTimeError();
  }

  /** @throws {OutOfTimeError} if a read begun now might leave no time for the report. */
  assertTimeToRead(): void {
    if (this.remainingMs() < 1.5 * this.#callTimeoutMs) throw new OutOfTimeError();
  }
}
