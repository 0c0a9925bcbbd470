import type { ConsumerReport } from '../engine/report/report.ts';
import type { EventCode } from '../log/events.ts';
import type { PastEvent } from '../log/history.ts';
import type { CensusEntry } from './record.ts';

type Proofs = CensusEntry['proofs'];
type FailureTime = NonNullable<CensusEntry['failures']>[number];

/** What the function's log is asked for. */
export const OF_A_DAY: readonly EventCode[] = ['TOKEN_ALIVE', 'TOKEN_VERIFIED', 'CONSUMER_FAILED', 'RUN_FINISHED'];

/** What happened in a day beside what was done: which tokens were tried, and who failed for how long. */
export class Day {
  readonly #proofs = new Map<string, { count: number; first: string; last: string }>();
  readonly #failures = new Map<string, FailureTime[]>();

  /** @param past the events of the day, the oldest first. */
  constructor(past: readonly PastEvent[], reports: readonly ConsumerReport[], now: number) {
    let failing = new Map<string, FailureTime>();
    let inThisRun = new Map<string, FailureTime>();
    for (const { at, code, fields } of past) {
      const { consumer, proof, action } = fields;
      if (code === 'RUN_FINISHED' && action === 'run') {
        this.#over(failing, inThisRun, at);
        failing = inThisRun;
        inThisRun = new Map();
      } else if (typeof consumer !== 'string') continue;
      else if (code === 'CONSUMER_FAILED')
        inThisRun.set(consumer, failing.get(consumer) ?? this.#begun(consumer, at, fields));
      else if (code === 'TOKEN_ALIVE' || proof === 'works') this.#proven(consumer, at);
    }
    // This run has not told its end yet.
    const own = new Map<string, FailureTime>();
    for (const { consumer, state, errorCode, why, proof } of reports) {
      if (proof?.result === 'works') this.#proven(consumer, now);
      if (state !== 'failed') continue;
      own.set(consumer, failing.get(consumer) ?? this.#begun(consumer, now, { errorCode: errorCode ?? why.code }));
    }
    this.#over(failing, own, now);
  }

  proofsOf(consumer: string): Proofs {
    return this.#proofs.get(consumer) ?? { count: 0 };
  }

  failuresOf(consumer: string): FailureTime[] {
    return this.#failures.get(consumer) ?? [];
  }

  #proven(consumer: string, time: number): void {
    const at = new Date(time).toISOString();
    const { count = 0, first = at } = this.#proofs.get(consumer) ?? {};
    this.#proofs.set(consumer, { count: count + 1, first, last: at });
  }

  #begun(consumer: string, at: number, { errorCode, reasonCode }: PastEvent['fields']): FailureTime {
    const failure = { code: String(errorCode ?? reasonCode), from: new Date(at).toISOString() };
    this.#failures.set(consumer, [...this.failuresOf(consumer), failure]);
    return failure;
  }

  #over(before: ReadonlyMap<string, FailureTime>, now: ReadonlyMap<string, FailureTime>, at: number): void {
    for (const [consumer, failure] of before) if (!now.has(consumer)) failure.until = new Date(at).toISOString();
  }
}
