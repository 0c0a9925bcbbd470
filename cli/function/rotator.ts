import type { StepReport } from '../../lambda/engine/four-steps.ts';
import type { RunReport } from '../../lambda/engine/report/report.ts';
import type { FunctionLog } from '../log/function-log.ts';
import type { LogEvent } from '../log/log-event.ts';
import type { Typed } from '../typed.ts';

/** Who answers requests: the deployed function, or the same handler in this process. */
export interface Rotator {
  /**
   * @param follow is told what is done meanwhile, as far as that is seen before the answer.
   * @throws {UsageError} if the request is refused, or nobody could be asked.
   */
  ask(request: object, follow?: (event: LogEvent) => void): Promise<Answer>;
  /** What was done before; undefined where nothing remembers it. */
  readonly log?: FunctionLog;
  /** What is true of a request when this program is interrupted. */
  readonly whenInterrupted: string;
  /** A command about the same, as it is typed here. */
  readonly typed: Typed;
}

export interface Answer {
  /** What the handler gave back; undefined where the function failed: Lambda then gives the summary alone. */
  readonly answered: RunReport | StepReport | undefined;
  /** What failed, and for whom; undefined if nothing did. */
  readonly failure: string | undefined;
}

/** The report of a run; undefined for a `resume`, which answers as its last step does. */
export function runIn({ answered }: Answer): RunReport | undefined {
  return answered !== undefined && 'consumers' in answered ? answered : undefined;
}

/** What was typed, or is configured, cannot be done: its message says what to do. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

/** The function refused what it was asked for. Its message names the keys of a request. */
export class RequestRefusedError extends UsageError {
  override readonly name = 'RequestRefusedError';
}
