import { type Configuration, type Limits, parseConfiguration } from '../config/configuration.ts';
import type { ConsumerFile } from '../config/file/schema.ts';
import type { ScaleParts } from './parts.ts';

/**
 * The configuration of some consumers, with their share of each rate.
 * @param count how many consumers the deployment has.
 * @throws {ConfigurationError}
 */
export function configurationOf(
  { base, events, settings }: Pick<ScaleParts, 'base' | 'events' | 'settings'>,
  consumers: readonly ConsumerFile[],
  count: number,
): Configuration {
  const configuration = parseConfiguration({ ...base, consumers }, 'the batch', [], count);
  const limits = shareOf(configuration.limits, settings.maxConcurrency);
  return { ...configuration, limits, events: events ?? configuration.events };
}

/** So many workers at once have no more than the configured rates together. */
export function shareOf(limits: Limits, workers: number): Limits {
  return {
    ...limits,
    secretsManagerWritesPerSecond: limits.secretsManagerWritesPerSecond / workers,
    secretsManagerReadsPerSecond: limits.secretsManagerReadsPerSecond / workers,
    influxdbCallsPerSecond: limits.influxdbCallsPerSecond / workers,
  };
}
