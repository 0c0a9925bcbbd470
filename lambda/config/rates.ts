/** How many calls a second a deployment makes at most. */
export interface Rates {
  readonly secretsManagerWritesPerSecond: number;
  /** In secrets: a batch counts as 20. */
  readonly secretsManagerReadsPerSecond: number;
  readonly influxdbCallsPerSecond: number;
}

/** AWS lets an account write 50 secrets a second, and read 100 batches of 20: of the writes, this leaves room for others. */
export const RATE_DEFAULTS: Rates = {
  secretsManagerWritesPerSecond: 40,
  secretsManagerReadsPerSecond: 2000,
  influxdbCallsPerSecond: 1000,
};

export function ratesOf(limits: { readonly [Key in keyof Rates]?: number | undefined }): Rates {
  return {
    secretsManagerWritesPerSecond: limits.secretsManagerWritesPerSecond ?? RATE_DEFAULTS.secretsManagerWritesPerSecond,
    secretsManagerReadsPerSecond: limits.secretsManagerReadsPerSecond ?? RATE_DEFAULTS.secretsManagerReadsPerSecond,
    influxdbCallsPerSecond: limits.influxdbCallsPerSecond ?? RATE_DEFAULTS.influxdbCallsPerSecond,
  };
}
