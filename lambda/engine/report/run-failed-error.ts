import type { RunReport } from './report.ts';

const MOST_NAMED = 5;

/** One summary of what failed in a run, so that the platform's retry and alarm work. `report` has all of it. */
export class RunFailedError extends Error {
  override readonly name = 'RunFailedError';
  readonly report: RunReport;

  private constructor(message: string, report: RunReport) {
    super(message);
    this.report = report;
  }

  /** @throws {RunFailedError} if the run as a whole, or any consumer, failed; `status` only shows consumers. */
  static throwIfFailed(report: RunReport): void {
    const failed =
      report.action === 'status' ? [] : report.consumers.filter(({ state }) => state === 'failed' || state === 'error');
    if (failed.length === 0 && report.errors.length === 0) return;
    const named = failed.slice(0, MOST_NAMED).map(({ consumer, reason }) => `${consumer}: ${reason}`);
    const more = failed.length > MOST_NAMED ? [`and ${failed.length - MOST_NAMED} more`] : [];
    const head =
      failed.length === 0 ? 'the run failed' : `${failed.length} of ${report.consumers.length} consumers failed`;
    throw new RunFailedError(`${head}: ${[...report.errors, ...named, ...more].join('; ')}`, report);
  }
}
