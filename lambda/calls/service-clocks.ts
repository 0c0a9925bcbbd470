import { formatDuration } from '../config/duration.ts';
import type { Clock } from './clock.ts';
import { first, type Headers, isFromCache } from './from-cache.ts';

export type ServiceName = 'InfluxDB' | 'Secrets Manager';

/** Whether this function's clock can be trusted to judge ages. `detail` says how it differs, or why nobody knows. */
export type ClockVerdict =
  | { readonly kind: 'agree' }
  /** `wrong` is the clock to correct, where that is known: AWS's own is not wrong. */
  | { readonly kind: 'disagree'; readonly detail: string; readonly wrong?: 'InfluxDB' | 'this machine' };

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

  /**
   * Remembers the worst `Date` header so far. An answer without a readable one proves nothing and is ignored, and so is
   * that of a cache, which says when it was first given.
   */
  note(service: ServiceName, headers: Headers): void {
    const skewMs = this.#skewOf(headers);
    if (skewMs === undefined) return;
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
        const detail = `${describeSkew(service, skewMs)}, more than the clockTolerance of ${formatDuration(toleranceMs)}`;
        const isOurs = Math.abs(this.#skewMs.get('Secrets Manager') ?? 0) > toleranceMs;
        const wrong = isOurs ? 'this machine' : 'InfluxDB';
        return { kind: 'disagree', detail: `this function's clock is ${detail}`, wrong };
      }
    }
    return { kind: 'agree' };
  }

  /** How far off this clock is by one answer; undefined if that does not tell. */
  skewIn(service: ServiceName, headers: Headers): { readonly ms: number; readonly detail: string } | undefined {
    const skewMs = this.#skewOf(headers);
    if (skewMs === undefined) return undefined;
    return { ms: Math.abs(skewMs), detail: `this machine's clock is ${describeSkew(service, skewMs)}` };
  }

  #skewOf(headers: Headers): number | undefined {
    const date = isFromCache(headers) ? Number.NaN : Date.parse(first(headers.date) ?? '');
    return Number.isNaN(date) ? undefined : date - this.#clock.now();
  }
}

function describeSkew(service: ServiceName, skewMs: number): string {
  return `${formatDuration(Math.abs(skewMs))} ${skewMs > 0 ? 'behind' : 'ahead of'} ${service}'s`;
}
