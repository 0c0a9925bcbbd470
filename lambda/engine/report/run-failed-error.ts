import { cut } from '../../calls/cut.ts';
import { CodedError } from '../../log/coded-error.ts';
import { firstFew } from './first-few.ts';
import type { RunReport } from './report.ts';

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
  static throwIfFailed(report: RunReport, { failsForConsumers }: { readonly failsForConsumers: boolean }): void {
    const { consumers, errors } = report;
    const failed = failsForConsumers ? consumers.filter(({ state }) => state === 'failed') : [];
    if (failed.length === 0 && errors.length === 0) return;
    const head = failed.length === 0 ? 'the run failed' : `${failed.length} of ${consumers.length} consumers failed`;
    const named = firstFew(failed, ({ consumer, reason }) => `${consumer}: ${cut(reason)}`);
    const all = [...errors.map(({ message }) => cut(message)), ...named];
    throw new RunFailedError(`${head}: ${all.join('; ')}`, report);
  }
}
