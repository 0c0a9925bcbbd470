import type { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_NAMESPACE, METRIC_SERVICE, type MetricName } from '../lambda/log/metrics.ts';

/** The statistic that sums up several runs. */
const STATISTICS: Readonly<Record<MetricName, 'Sum' | 'Maximum'>> = {
  TokensRotated: 'Sum',
  TokensSwitchedOff: 'Sum',
  TokensDeleted: 'Sum',
  ConsumersFailed: 'Maximum',
  ConsumersBlocked: 'Maximum',
  ConsumersWithoutAccess: 'Maximum',
  CurrentTokensRefused: 'Maximum',
  TokensOverdue: 'Maximum',
  TokensUnmanaged: 'Maximum',
  RunsSucceeded: 'Sum',
  RunsFailed: 'Sum',
  OldestTokenAge: 'Maximum',
  CallsThrottled: 'Sum',
  EvidenceFailed: 'Maximum',
};

/** The metrics of one deployment. */
export class RunMetrics {
  readonly #deployment: string;
  readonly #period: Duration;

  /** @param period the time from one run to the next, which is the default period of each metric. */
  constructor(deployment: string, period: Duration) {
    this.#deployment = deployment;
    this.#period = period;
  }

  metric(metricName: MetricName, options: MetricOptions = {}): Metric {
    return new Metric({
      ...options,
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { deployment: this.#deployment, service: METRIC_SERVICE },
      statistic: options.statistic ?? STATISTICS[metricName],
      period: options.period ?? this.#period,
    });
  }
}
