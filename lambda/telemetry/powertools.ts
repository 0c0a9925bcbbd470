import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { cut } from '../calls/cut.ts';
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
 */
export function createLog(deployment: string, requestId: string | undefined): Log {
  const logger = new Logger({ serviceName: METRIC_SERVICE, persistentKeys: { deployment, requestId } });
  return (code, fields) => logger[LEVELS[code]](code, { code, ...short(fields) });
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
 * Writes one line of CloudWatch's embedded metric format (EMF) for each run, with the deployment as a dimension.
 * @param unseen what the runs of this deployment do not see.
 */
export function createMetrics(deployment: string, unseen: ReadonlySet<MetricName> = new Set()): PublishMetrics {
  return (report, isPartial) => {
    const metrics = new Metrics({
      namespace: METRIC_NAMESPACE,
      serviceName: METRIC_SERVICE,
      defaultDimensions: { deployment },
    });
    for (const [name, value] of Object.entries(isPartial ? deedsOf(report) : figuresOf(report))) {
      if (value !== undefined && !unseen.has(name as MetricName))
        metrics.addMetric(name, METRICS[name as MetricName], value);
    }
    metrics.publishStoredMetrics();
  };
}

function deedsOf({ counts, evidence }: RunReport) {
  return {
    TokensRotated: counts.rotated,
    TokensSwitchedOff: counts.switchedOff,
    TokensDeleted: counts.deleted,
    EvidenceFailed: evidence && Number(evidence.result === 'failed'),
  } satisfies Partial<Record<MetricName, number | undefined>>;
}

/** The value of each metric; undefined if the run does not know it. */
function figuresOf(report: RunReport): Readonly<Record<MetricName, number | undefined>> {
  const { consumers, counts, errors, durationMs, oldestTokenAgeSeconds } = report;
  const failed = counts.failed > 0 || errors.length > 0 ? 1 : 0;
  // A run that ended before it looked at any consumer does not know these figures. Zeros would clear their alarms.
  const saw = consumers.some(({ state }) => state !== 'not-attempted');
  return {
    ...deedsOf(report),
    ConsumersFailed: counts.failed,
    RunsSucceeded: 1 - failed,
    RunsFailed: failed,
    RunDuration: durationMs,
    ConsumersBlocked: saw ? counts.blocked : undefined,
    ConsumersWithoutAccess: saw ? counts.withoutAccess : undefined,
    CurrentTokensRefused: saw ? counts.refused : undefined,
    TokensOverdue: saw ? counts.overdue : undefined,
    TokensUnmanaged: saw ? counts.unmanaged : undefined,
    OldestTokenAge: oldestTokenAgeSeconds,
  };
}
