import type { Clock } from '../lambda/calls/clock.ts';
import { DAY_MS } from '../lambda/config/duration.ts';
import type { EventCode } from '../lambda/log/events.ts';
import type { History, PastEvent } from '../lambda/log/history.ts';
import type { Log } from '../lambda/log/log.ts';

/** Longer than anything looks back. */
const KEPT_MS = 45 * DAY_MS;

/** What the handler logged, in memory: in AWS this is the function's log group. */
export class LogMemory implements History {
  #events: PastEvent[] = [];
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** The same log, remembered. */
  on(log: Log): Log {
    return (code, fields) => {
      this.#note({ at: this.#clock.now(), code, fields: { ...fields } });
      log(code, fields);
    };
  }

  async since(since: number, codes: readonly EventCode[]): Promise<readonly PastEvent[]> {
    const wanted = new Set(codes);
    // Clocks go forward only, so the newest are the last.
    const from = this.#events.findLastIndex(({ at }) => at < since) + 1;
    return this.#events.slice(from).filter(({ code }) => wanted.has(code));
  }

  /** @returns a function that forgets what was logged from now on. */
  save(): () => void {
    const events = [...this.#events];
    return () => {
      this.#events = [...events];
    };
  }

  /** As when the log group is deleted, or its retention is over. */
  forget(): void {
    this.#events = [];
  }

  #note(event: PastEvent): void {
    this.#events.push(event);
    const oldest = event.at - KEPT_MS;
    if (this.#events.length % 10_000 === 0) this.#events = this.#events.filter(({ at }) => at >= oldest);
  }
}
