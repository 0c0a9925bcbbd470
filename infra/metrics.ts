import type { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';

/** What a run publishes, and the statistic that sums up several runs. A test compares it with what the function prints. */
const STATISTICS = {
  TokensRotated: 'Sum',
  TokensSwitchedOff: 'Sum',
  TokensDeleted: 'Sum',
  ConsumersFailed: 'Maximum',
  ConsumersBlocked: 'Maximum',
  TokensOverdue: 'Maximum',
  RunsSucceeded: 'Sum',
  RunsFailed: 'Sum',
  RunDuration: 'Maximum',
  OldestTokenAge: 'Maximum',
} as const;

export type MetricName = keyof typeof STATISTICS;

export const METRIC_NAMES = Object.keys(STATISTICS) as MetricName[];

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
      namespace: 'InfluxdbTokenRotation',
      metricName,
      dimensionsMap: { deployment: this.#deployment, service: 'influxdb-token-rotation' },
      statistic: options.statistic ?? STATISTICS[metricName],
      period: options.period ?? this.#period,
    });
  }
}
