import { codeOf, messageOf } from '../calls/failure.ts';
import { sideBySide } from '../calls/side-by-side.ts';
import type { Configuration } from '../config/configuration.ts';
import { NONE_OMITTED } from '../engine/plan/needed-rights.ts';
import { firstFew } from '../engine/report/first-few.ts';
import type { ErrorReport, RunCounts, RunReport } from '../engine/report/report.ts';
import { RunFailedError } from '../engine/report/run-failed-error.ts';
import { type Invocation, type ScaleParts, withObjects } from './parts.ts';
import { standInConfiguration } from './stand-in.ts';
import { Turns } from './turn.ts';
import { type Plan, type Result, Work } from './work.ts';

/** Where the report is, and its figures. */
export interface SummedUp {
  readonly report: string;
  readonly consumers: number;
  readonly counts: Omit<RunCounts, 'unmanaged'>;
}

/**
 * One report of all batches, one line of the log, and one set of metrics. The next execution may begin.
 * @throws {RunFailedError} if a batch left no result, its run failed, or a consumer did: the execution then fails.
 */
export function sumUp(parts: ScaleParts, execution: string, context: Invocation): Promise<SummedUp> {
  const { settings, clock } = parts;
  const configuration = standInConfiguration(parts);
  const log = parts.createLog(configuration.deployment, context.awsRequestId);
  return withObjects(parts, configuration.limits, context, async (objects) => {
    const work = new Work(objects, settings.work, execution);
    // No batch is begun any more, whatever becomes of the report.
    await new Turns(objects, settings.work).end(execution);
    const plan = await work.readPlan();
    const results = await sideBySide([...Array(plan.batches).keys()], (batch) => resultOf(work, batch));
    const report = reportOf(configuration, plan, results, clock.now());
    const place = await work.writeReport(report);
    for (const { message, code } of report.errors) log('RUN_FAILED', { error: message, errorCode: code });
    const { action, durationMs, counts } = report;
    log('RUN_FINISHED', { action, durationMs, ...counts });
    parts.publishAll(report);
    RunFailedError.throwIfFailed(report, 'failed');
    const { unmanaged: _, ...known } = counts;
    return { report: place, consumers: plan.consumers, counts: known };
  });
}

/** Undefined where it left none; an error where nobody could look. */
async function resultOf(work: Work, batch: number): Promise<Result | ErrorReport | undefined> {
  try {
    return await work.readResult(batch);
  } catch (error) {
    return { code: codeOf(error), message: messageOf(error) };
  }
}

function reportOf(
  { deployment, mode, scheduleMs }: Omit<Configuration, 'consumers'>,
  plan: Plan,
  found: readonly (Result | ErrorReport | undefined)[],
  now: number,
): RunReport {
  const results = found.flatMap((each) => (each !== undefined && 'report' in each ? each : []));
  const reports = results.map(({ report }) => report);
  const consumers = reports.flatMap((report) => report.consumers).slice(0, MOST_SHOWN);
  const ages = reports.flatMap(({ oldestTokenAgeSeconds }) => oldestTokenAgeSeconds ?? []);
  const unseen = plan.consumers - results.reduce((sum, each) => sum + each.consumers, 0);
  const counts = sumOf(reports.map(({ counts }) => counts));
  return {
    action: 'run',
    ...{ mode, deployment, scheduleMs, consumers },
    startedAt: plan.startedAt,
    durationMs: now - Date.parse(plan.startedAt),
    notices: [],
    errors: [...errorsOf(reports), ...lostOf(found, unseen)],
    // Nobody looked at them, so nobody knows that they are well.
    counts: { ...counts, failed: counts.failed + unseen },
    oldestTokenAgeSeconds: ages.length === 0 ? undefined : Math.max(...ages),
    omitted: { ...NONE_OMITTED, consumers: plan.consumers - consumers.length },
  };
}

const MOST_SHOWN = 1000;

const NOTHING: RunCounts = {
  ...{ rotated: 0, switchedOff: 0, deleted: 0, failed: 0, blocked: 0 },
  ...{ withoutAccess: 0, proven: 0, refused: 0, unmanaged: 0, overdue: 0 },
  ...{ notAttempted: 0, retriedCalls: 0, throttledCalls: 0 },
};

function sumOf(all: readonly RunCounts[]): RunCounts {
  const keys = Object.keys(NOTHING) as (keyof RunCounts)[];
  const sums = keys.map((key) => [key, all.reduce((sum, counts) => sum + counts[key], 0)]);
  return Object.fromEntries(sums) as unknown as RunCounts;
}

/** What is wrong with the server is wrong for all batches, and told once. */
function errorsOf(reports: readonly RunReport[]): ErrorReport[] {
  const all = reports.flatMap(({ errors }) => errors);
  const alike = Map.groupBy(all, ({ code, message }) => `${code} ${message}`);
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined || others.length === 0) return first ?? [];
    return { ...first, message: `${first.message}; so it was in ${others.length + 1} batches` };
  });
}

function lostOf(found: readonly (Result | ErrorReport | undefined)[], consumers: number): ErrorReport[] {
  const lost = [...found.entries()].filter(([, each]) => each === undefined).map(([batch]) => batch);
  const unread = found.flatMap((each) => (each !== undefined && 'code' in each ? each : []));
  if (lost.length === 0) return unread;
  const which = firstFew(lost, String).join(', ');
  const message = `${lost.length} of ${found.length} batches left no result (${which}), so ${consumers} consumers were not served, or nobody knows: the execution of the state machine shows how each of them ended, and the next run serves them`;
  return [...unread, { code: 'BATCH_LOST', message }];
}
