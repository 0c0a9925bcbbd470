/** The namespace of all metrics in CloudWatch; their dimensions are the deployment and the service. */
export const METRIC_NAMESPACE = 'InfluxdbTokenRotation';
export const METRIC_SERVICE = 'influxdb-token-rotation';

/** Every metric, with its unit as CloudWatch spells it. The README explains each. */
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
  RunDuration: 'Milliseconds',
  OldestTokenAge: 'Seconds',
  CallsThrottled: 'Count',
  EvidenceFailed: 'Count',
} as const;

export type MetricName = keyof typeof METRICS;
