import { formatDuration } from '../config/duration.ts';
import type { Clock } from './clock.ts';

export type ServiceName = 'InfluxDB' | 'Secrets Manager';

/** Whether this function's clock can be trusted to judge ages. `detail` says how it differs, or why nobody knows. */
export type ClockVerdict = { readonly kind: 'agree' } | { readonly kind: 'disagree'; readonly detail: string };

/**
 * Compares this function's clock with the `Date` headers of both services. Ages are differences between their clocks
 * and ours, so a clock that is off by a year would end every superseded token at once.
 */
export class ServiceClocks {
  readonly #clock: Clock;
  readonly #skewMs = new Map<ServiceName, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Remembers the worst `Date` header so far. An answer without a readable one proves nothing and is ignored. */
  note(service: ServiceName, dateHeader: string | undefined): void {
    const date = dateHeader === undefined ? Number.NaN : Date.parse(dateHeader);
    if (Number.isNaN(date)) return;
    const skewMs = date - this.#clock.now();
    const worst = this.#skewMs.get(service);
    if (worst === undefined || Math.abs(skewMs) > Math.abs(worst)) this.#skewMs.set(service, skewMs);
  }

  /**
   * The clocks agree if each service has sent a readable date, and none was too far off.
   * @param toleranceMs how far off a date may be, in milliseconds.
   */
  verdict(toleranceMs: number): ClockVerdict {
    for (const service of ['InfluxDB', 'Secrets Manager'] as const) {
      const skewMs = this.#skewMs.get(service);
      if (skewMs === undefined) {
        return { kind: 'disagree', detail: `no answer of ${service} had a readable Date header` };
      }
      if (Math.abs(skewMs) > toleranceMs) {
        const direction = skewMs > 0 ? 'behind' : 'ahead of';
        const off = formatDuration(Math.abs(skewMs));
        return {
          kind: 'disagree',
          detail: `this function's clock is ${off} ${direction} ${service}'s, more than the clockTolerance of ${formatDuration(toleranceMs)}`,
        };
      }
    }
    return { kind: 'agree' };
  }
}
