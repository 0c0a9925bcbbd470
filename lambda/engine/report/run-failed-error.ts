import { cut } from '../../calls/cut.ts';
import { CodedError } from '../../log/coded-error.ts';
import { firstFew } from './first-few.ts';
import { onlyPlanned } from './only-planned.ts';
import { isOutOfTime } from './out-of-time.ts';
import type { ConsumerReport, RunReport } from './report.ts';

/** The states of a consumer that count as failed. A command that could not do what it was asked for did not succeed. */
const FAILED: Readonly<Record<'nothing' | 'failed' | 'undone', ReadonlySet<ConsumerReport['state']>>> = {
  nothing: new Set(),
  failed: new Set(['failed']),
  undone: new Set(['failed', 'blocked', 'waiting', 'changed', 'not-attempted']),
};

/** Lambda and CloudWatch take 256 KB, in which the message stands twice; a character may take six bytes there. */
const LONGEST = 20_000;

/** One summary of what failed in a run, so that the platform's retry and alarm work. `report` has all of it. */
export class RunFailedError extends CodedError {
  override readonly name = 'RunFailedError';
  override readonly code = 'RUN_FAILED';
  readonly report: RunReport;

  private constructor(message: string, report: RunReport) {
    super(message);
    this.report = report;
  }

  /** @throws {RunFailedError} if the run as a whole failed, or a consumer in a run that fails for its consumers. */
  static throwIfFailed(report: RunReport, failsFor: keyof typeof FAILED): void {
    const failure = RunFailedError.of(report, failsFor);
    if (failure !== undefined) throw failure;
  }

  /** What failed; undefined if nothing did. */
  static of(report: RunReport, failsFor: keyof typeof FAILED): RunFailedError | undefined {
    const { consumers, errors } = report;
    // A run that fails anyway hides nobody who failed, too.
    const states = FAILED[errors.length > 0 && failsFor === 'nothing' ? 'failed' : failsFor];
    const failed = consumers.filter(({ state }) => states.has(state));
    // Every command says why, and nothing else does: a run of the schedule with "mode": "plan" does what it should.
    const undone = report.reason === undefined ? undefined : onlyPlanned(report);
    if (failed.length === 0 && errors.length === 0 && undone === undefined) return undefined;
    const named = firstFew(failed, ({ consumer, reason }) => `${consumer}: ${cut(reason)}`);
    // Of a command, one that only waits is among them.
    const many = `${failed.length} of ${consumers.length + (report.omitted?.consumers ?? 0)} consumers`;
    const outcome = failsFor === 'undone' ? `not done for ${many}` : `${many} failed`;
    const parts = [
      ...(undone === undefined ? [] : [undone]),
      ...(errors.length === 0 ? [] : [`the run failed: ${errors.map(({ message }) => cut(message)).join('; ')}`]),
      ...(named.length === 0 ? [] : [`${outcome}: ${named.join('; ')}`]),
      ...(failsFor === 'undone' && lackedTime(report) ? ['there was too little time: give the command again'] : []),
    ];
    return new RunFailedError(cut(parts.join('; '), LONGEST), report);
  }
}

/** No later run does what a command asks for. */
function lackedTime({ consumers, errors }: RunReport): boolean {
  return consumers.some(isOutOfTime) || errors.some(({ code }) => code === 'OUT_OF_TIME');
}
