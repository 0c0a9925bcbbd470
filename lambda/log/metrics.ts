/** The namespace of all metrics in CloudWatch; their dimensions are the deployment and the service. */
export const METRIC_NAMESPACE = 'InfluxdbTokenRotation';
export const METRIC_SERVICE = 'influxdb-token-rotation';

/**
 * Every metric, with its unit as CloudWatch spells it. docs/deployment.md explains each. CloudWatch bills one for each hour in which
 * it has data, so what Lambda measures anyhow is none of them, and zeros are only told where they end an alarm.
 */
export const METRICS = {
  TokensRotated: 'Count',
  TokensSwitchedOff: 'Count',
  TokensDeleted: 'Count',
  ConsumersFailed: 'Count',
  ConsumersBlocked: 'Count',
  ConsumersWithoutAccess: 'Count',
  CurrentTokensRefused: 'Count',
  TokensOverdue: 'Count',
  TokensUnmanaged: 'Count',
  RunsSucceeded: 'Count',
  RunsFailed: 'Count',
  OldestTokenAge: 'Seconds',
  CallsThrottled: 'Count',
  EvidenceFailed: 'Count',
} as const;

export type MetricName = keyof typeof METRICS;
