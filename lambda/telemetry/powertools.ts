import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { RunReport } from '../engine/report/report.ts';
import { LEVELS } from '../log/events.ts';
import type { Log } from '../log/log.ts';
import { METRIC_NAMESPACE, METRIC_SERVICE, METRICS, type MetricName } from '../log/metrics.ts';

/** Where a run's report goes as figures. */
export type PublishMetrics = (report: RunReport) => void;

/**
 * JSON lines on stdout, each with its event code as message, its deployment, and the id by which Lambda knows the
 * invocation: runs may overlap.
 */
export function createLog(deployment: string, requestId: string | undefined): Log {
  const logger = new Logger({ serviceName: METRIC_SERVICE, persistentKeys: { deployment, requestId } });
  return (code, fields) => logger[LEVELS[code]](code, { code, ...fields });
}

/** One CloudWatch EMF line a run, by deployment. */
export function createMetrics(deployment: string): PublishMetrics {
  return (report) => {
    const metrics = new Metrics({
      namespace: METRIC_NAMESPACE,
      serviceName: METRIC_SERVICE,
      defaultDimensions: { deployment },
    });
    for (const [name, value] of Object.entries(figuresOf(report))) {
      if (value !== undefined) metrics.addMetric(name, METRICS[name as MetricName], value);
    }
    metrics.publishStoredMetrics();
  };
}

/** What a run knows of each metric; undefined where it knows nothing. */
function figuresOf(report: RunReport): Readonly<Record<MetricName, number | undefined>> {
  const { consumers, counts, errors, durationMs, oldestTokenAgeSeconds } = report;
  const failed = counts.failed > 0 || errors.length > 0 ? 1 : 0;
  // A run that ended before it saw anything knows nothing of these: zeros would end the alarms on them.
  const saw = consumers.some(({ state }) => state !== 'not-attempted');
  return {
    TokensRotated: counts.rotated,
    TokensSwitchedOff: counts.switchedOff,
    TokensDeleted: counts.deleted,
    ConsumersFailed: counts.failed,
    RunsSucceeded: 1 - failed,
    RunsFailed: failed,
    RunDuration: durationMs,
    ConsumersBlocked: saw ? counts.blocked : undefined,
    TokensOverdue: saw ? counts.overdue : undefined,
    OldestTokenAge: oldestTokenAgeSeconds,
  };
}
