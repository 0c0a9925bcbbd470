import type { Answer } from './answer.ts';

/** A call that a server received. `status` is undefined while it is under way, and when it was refused. */
export interface Call {
  /** 1 for the first call after the start. */
  readonly number: number;
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  /** The port that it came in by, which tells callers apart if the server has opened several. */
  readonly port: number | undefined;
  /** Milliseconds since the epoch, by the server's clock. */
  readonly at: number;
  status: number | undefined;
}

/** What goes wrong with one call. Without any of these the call is answered as usual. */
export interface FaultEffect {
  /** The connection is closed before anything is done. */
  readonly refuse?: boolean;
  /** The connection is closed before anything is done, if it has rested for so many milliseconds of real time before this call. */
  readonly refuseRested?: number;
  /** The call takes effect, then the connection is closed without an answer. */
  readonly loseAnswer?: boolean;
  /** This status is answered, and nothing is done. */
  readonly status?: number;
  /** Headers of the answer with `status`, e.g. `{ 'retry-after': '3' }`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Body of the answer with `status`, instead of the service's own. */
  readonly body?: string;
  /** Awaited before the effect: a delay, or a gate that a test opens. */
  readonly before?: () => void | Promise<void>;
  /** Awaited between the effect and the answer. */
  readonly after?: () => void | Promise<void>;
  /** Changes the answer after the effect, e.g. to truncate it. */
  readonly rewrite?: (answer: Answer) => Answer;
  /** Leaves the `Date` header out. */
  readonly date?: 'omit';
  /** Added to the time in the `Date` header, in milliseconds. */
  readonly skewMs?: number;
}

/** A fault and the calls it hits: a call number, an operation's name, or a predicate. */
export interface Fault extends FaultEffect {
  readonly on: number | string | ((call: Call) => boolean);
  /** How many matching calls it hits; the default is 1, `Infinity` for all. */
  readonly times?: number;
  /** How many matching calls pass unharmed before the first hit; the default is 0. */
  readonly skip?: number;
}

interface Armed {
  readonly fault: Fault;
  skip: number;
  left: number;
}

/** Faults that wait for their calls. The first one that matches a call is spent on it. */
export class FaultPlan {
  readonly #armed: Armed[] = [];
  #intercept: ((call: Call) => FaultEffect | undefined | Promise<FaultEffect | undefined>) | undefined;

  add(fault: Fault): void {
    this.#armed.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
  }

  /** Sees every call before the armed faults do, and may decide its effect: for schedulers that interleave callers. */
  intercept(decide: (call: Call) => FaultEffect | undefined | Promise<FaultEffect | undefined>): void {
    this.#intercept = decide;
  }

  clear(): void {
    this.#armed.length = 0;
    this.#intercept = undefined;
  }

  async effectOn(call: Call): Promise<FaultEffect> {
    const intercepted = await this.#intercept?.(call);
    if (intercepted) return intercepted;
    for (const armed of this.#armed) {
      if (armed.left <= 0 || !matches(armed.fault, call)) continue;
      if (armed.skip > 0) {
        armed.skip -= 1;
        continue;
      }
      armed.left -= 1;
      return armed.fault;
    }
    return {};
  }
}

function matches({ on }: Fault, call: Call): boolean {
  if (typeof on === 'number') return on === call.number;
  if (typeof on === 'string') return on === call.operation;
  return on(call);
}
