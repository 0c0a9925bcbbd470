import { cut } from '../calls/cut.ts';
import { isUndecided, wasSeen } from '../engine/report/out-of-time.ts';
import type { RunReport } from '../engine/report/report.ts';
import { LEVELS } from '../log/levels.ts';
import type { Log } from '../log/log.ts';
import { METRIC_NAMESPACE, METRIC_SERVICE, METRICS, type MetricName } from '../log/metrics.ts';

/**
 * Publishes the figures of a run's report as metrics.
 * @param isPartial the report is about some consumers: it says what was done, and nothing of how all of them are.
 */
export type PublishMetrics = (report: RunReport, isPartial: boolean) => void;

/**
 * Writes JSON lines to stdout. The message of each is its event code. Each also carries the deployment and Lambda's id
 * of the invocation, which tells overlapping runs apart.
 * @param least the level below which Lambda is set to leave lines out.
 */
export function createLog(deployment: string, requestId: string | undefined, least = 'INFO'): Log {
  const first = LAMBDAS_LEVELS.indexOf(least.toUpperCase());
  return (code, fields) => {
    const level = LEVELS[code].toUpperCase();
    if (LAMBDAS_LEVELS.indexOf(level) < first) return;
    const head = { level, message: code, timestamp: new Date().toISOString(), service: METRIC_SERVICE };
    write({ ...head, deployment, requestId, code, ...short(fields) });
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html */
const LAMBDAS_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** To stdout itself: in the text format of a log, the runtime's `console` would put a head before the JSON. */
function write(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** CloudWatch takes lines of 256 KB; no field needs a tenth of that. */
const LONGEST = 20_000;

/** Permissions of one token, say. The evidence has all. */
const MOST = 200;

function short(fields: object): object {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, shortened(value)]));
}

function shortened(value: unknown): unknown {
  if (typeof value === 'string') return cut(value, LONGEST);
  return Array.isArray(value) && value.length > MOST
    ? [...value.slice(0, MOST), `and ${value.length - MOST} more`]
    : value;
}

/**
 * Writes one line of CloudWatch's embedded metric format (EMF) for each run, with the deployment as a dimension; none where
 * there is nothing to tell.
 * @param unseen what the runs of this deployment do not see.
 */
export function createMetrics(deployment: string, unseen: ReadonlySet<MetricName> = new Set()): PublishMetrics {
  return (report, isPartial) => {
    const figures = Object.entries(isPartial ? deedsOf(report) : figuresOf(report)).filter(
      ([name, value]) => value !== undefined && !unseen.has(name as MetricName),
    );
    if (figures.length === 0) return;
    const metrics = {
      Namespace: METRIC_NAMESPACE,
      Dimensions: [['service', 'deployment']],
      Metrics: figures.map(([name]) => ({ Name: name, Unit: METRICS[name as MetricName] })),
    };
    const head = { Timestamp: Date.now(), CloudWatchMetrics: [metrics] };
    write({ _aws: head, service: METRIC_SERVICE, deployment, ...Object.fromEntries(figures) });
  };
}

/** For figures of which no alarm waits for a zero: there it would only cost. */
function unlessZero(count: number): number | undefined {
  return count === 0 ? undefined : count;
}

function deedsOf({ counts, evidence }: RunReport) {
  return {
    TokensRotated: unlessZero(counts.rotated),
    TokensSwitchedOff: unlessZero(counts.switchedOff),
    TokensDeleted: unlessZero(counts.deleted),
    CallsThrottled: unlessZero(counts.throttledCalls),
    EvidenceFailed: evidence && Number(evidence.result === 'failed'),
  } satisfies Partial<Record<MetricName, number | undefined>>;
}

/** The value of each metric; undefined if the run does not know it. */
function figuresOf(report: RunReport): Readonly<Record<MetricName, number | undefined>> {
  const { consumers, counts, errors, oldestTokenAgeSeconds } = report;
  const failed = counts.failed > 0 || errors.length > 0 ? 1 : 0;
  // A run that saw no consumer does not know these figures. Zeros would clear their alarms.
  const saw = consumers.some(wasSeen);
  // Nor would it be true that there is none, if nothing could be decided for somebody who may be one.
  const sawAll = !consumers.some(isUndecided);
  const known = (count: number) => (saw && (sawAll || count > 0) ? count : undefined);
  return {
    ...deedsOf(report),
    ConsumersFailed: unlessZero(counts.failed),
    RunsSucceeded: 1 - failed,
    RunsFailed: unlessZero(failed),
    ConsumersBlocked: known(counts.blocked),
    ConsumersWithoutAccess: known(counts.withoutAccess),
    CurrentTokensRefused: known(counts.refused),
    TokensOverdue: known(counts.overdue),
    TokensUnmanaged: saw ? unlessZero(counts.unmanaged) : undefined,
    OldestTokenAge: oldestTokenAgeSeconds,
  };
}
