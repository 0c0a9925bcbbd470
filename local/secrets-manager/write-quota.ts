import { ServiceError } from './service-error.ts';

const COUNTED = new Set(['PutSecretValue', 'UpdateSecret', 'UpdateSecretVersionStage']);

/** A token bucket by the server's clock: `perSecond` calls at once, refilled at that rate. */
export class WriteQuota {
  readonly #perSecond: number;
  readonly #now: () => number;
  #left: number;
  #at: number;

  constructor(perSecond: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#now = now;
    this.#left = perSecond;
    this.#at = now();
  }

  /** Throws when the operation is a write and the bucket is empty. */
  take(operation: string): void {
    if (!COUNTED.has(operation)) return;
    const now = this.#now();
    this.#left = Math.min(this.#perSecond, this.#left + (Math.max(0, now - this.#at) * this.#perSecond) / 1000);
    this.#at = now;
    if (this.#left < 1) throw new ServiceError('ThrottlingException', 'Rate exceeded');
    this.#left -= 1;
  }
}
