import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { RunReport } from '../engine/report/report.ts';
import type { Log } from '../log/log.ts';

const SERVICE = 'influxdb-token-rotation';

/** Where a run's report goes as figures. */
export type PublishMetrics = (report: RunReport) => void;

/**
 * JSON lines on stdout, each with its event code as message, its deployment, and the id by which Lambda knows the
 * invocation: runs may overlap.
 */
export function createLog(deployment: string, requestId: string | undefined): Log {
  const logger = new Logger({ serviceName: SERVICE, persistentKeys: { deployment, requestId } });
  return {
    info: (code, fields) => logger.info(code, { code, ...fields }),
    warn: (code, fields) => logger.warn(code, { code, ...fields }),
    error: (code, fields) => logger.error(code, { code, ...fields }),
  };
}

/** One CloudWatch EMF line a run, in the namespace `InfluxdbTokenRotation`, by deployment. */
export function createMetrics(deployment: string): PublishMetrics {
  return ({ consumers, counts, errors, durationMs, oldestTokenAgeSeconds }) => {
    const failed = counts.failed > 0 || errors.length > 0 ? 1 : 0;
    const metrics = new Metrics({
      namespace: 'InfluxdbTokenRotation',
      serviceName: SERVICE,
      defaultDimensions: { deployment },
    });
    metrics.addMetric('TokensRotated', MetricUnit.Count, counts.rotated);
    metrics.addMetric('TokensRetired', MetricUnit.Count, counts.deactivated);
    metrics.addMetric('TokensDeleted', MetricUnit.Count, counts.deleted);
    metrics.addMetric('ConsumersFailed', MetricUnit.Count, counts.failed);
    metrics.addMetric('RunsSucceeded', MetricUnit.Count, 1 - failed);
    metrics.addMetric('RunsFailed', MetricUnit.Count, failed);
    metrics.addMetric('RunDuration', MetricUnit.Milliseconds, durationMs);
    // A run that ended before it saw anything knows nothing of these: zeros would end the alarms on them.
    if (consumers.some(({ state }) => state !== 'not-attempted')) {
      metrics.addMetric('ConsumersBlocked', MetricUnit.Count, counts.blocked);
      metrics.addMetric('TokensOverdue', MetricUnit.Count, counts.overdue);
    }
    if (oldestTokenAgeSeconds !== undefined)
      metrics.addMetric('OldestTokenAge', MetricUnit.Seconds, oldestTokenAgeSeconds);
    metrics.publishStoredMetrics();
  };
}
