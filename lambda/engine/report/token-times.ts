import type { ConsumerSettings, Limits } from '../../config/configuration.ts';
import { graceEndsAt } from '../document/grace.ts';

type Periods = Pick<ConsumerSettings, 'maxTokenAgeMs' | 'gracePeriodMs' | 'holdPeriodMs'>;

/** What the configuration makes of the times of one consumer's tokens. In milliseconds since the epoch; out: ISO 8601. */
export class TokenTimes {
  readonly #periods: Periods;
  readonly #limits: Pick<Limits, 'leaseMs'>;

  constructor(periods: Periods, limits: Pick<Limits, 'leaseMs'>) {
    this.#periods = periods;
    this.#limits = limits;
  }

  /** From when on a live token is too old. */
  overdueAt(mintedAt: number): string {
    return iso(mintedAt + this.#periods.maxTokenAgeMs);
  }

  /** Before then a token that was just superseded is not switched off: a run that had begun may have kept it for a lease. */
  graceEndsAt(supersededAt: number): string {
    return iso(graceEndsAt(supersededAt, this.#limits, this.#periods));
  }

  /** Before then a token is not deleted that was switched off. */
  holdEndsAt(switchedOffAt: number, keptUntil = 0): string {
    return iso(Math.max(keptUntil, switchedOffAt + this.#periods.holdPeriodMs));
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
