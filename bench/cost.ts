/** What one run was counted to do. */
export interface CountedRun {
  readonly secretsManagerCalls: number;
  /** Written to stdout, the metrics among it. */
  readonly logBytes: number;
  /** Values of custom metrics. */
  readonly metrics: number;
  readonly durationMs: number;
}

/** List prices in us-east-1 of November 2026, in US dollars, without any free tier. */
export const PRICES = {
  /** Each call, of any operation. */
  secretsManagerCall: 0.05 / 10_000,
  lambdaInvocation: 0.2 / 1_000_000,
  /** On arm64. */
  lambdaGbSecond: 0.0000133334,
  /** Into CloudWatch Logs, and kept for a month there. */
  logByte: (0.5 + 0.03) / 1e9,
  /** For each hour in which a custom metric has a value. */
  metricHour: 0.3 / 720,
} as const;

const RUNS_A_MONTH = 720;
const MEMORY_GB = 0.25;

export interface MonthCost {
  readonly calls: number;
  readonly compute: number;
  readonly log: number;
  readonly metrics: number;
  readonly total: number;
}

/**
 * What a month of hourly runs costs, in US dollars, if each does what this one did. Without what does not depend on the
 * runs: the secrets themselves, alarms, a dashboard.
 */
export function monthOf({ secretsManagerCalls, logBytes, metrics, durationMs }: CountedRun): MonthCost {
  const parts = {
    calls: RUNS_A_MONTH * secretsManagerCalls * PRICES.secretsManagerCall,
    compute: RUNS_A_MONTH * (PRICES.lambdaInvocation + MEMORY_GB * (durationMs / 1000) * PRICES.lambdaGbSecond),
    log: RUNS_A_MONTH * logBytes * PRICES.logByte,
    metrics: RUNS_A_MONTH * metrics * PRICES.metricHour,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}
