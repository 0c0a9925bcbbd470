import { parseConfiguration } from '../../../lambda/config/configuration.ts';
import { ConfigurationError } from '../../../lambda/config/problems.ts';

export type Json = Record<string, unknown>;

/** A consumer as it is written, with nothing but what it must have. */
export const CONSUMER = { name: 'telegraf', secret: 'influxdb/telegraf', owner: 'svc-telegraf', read: ['telemetry'] };

/** The smallest configuration that passes, but for what is given. */
export function file({
  influxdb = {},
  consumer = {},
  ...rest
}: {
  influxdb?: Json;
  consumer?: Json;
  [key: string]: unknown;
} = {}): Json {
  return {
    deployment: 'prod',
    influxdb: { url: 'https://influxdb.example.com:8086', org: 'acme', tokenSecret: 'influxdb/rotator', ...influxdb },
    consumers: [{ ...CONSUMER, ...consumer }],
    ...rest,
  };
}

/** The lines of the error, without the head; none if the configuration passes. */
export function problemsOf(input: unknown): string[] {
  try {
    parseConfiguration(input);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
}
