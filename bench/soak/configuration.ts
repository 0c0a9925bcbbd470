import type { ConfigurationFile } from '../../lambda/config/file/schema.ts';

/** Consumers share owners and buckets, as applications of a few teams do. */
const TEAMS = 10;

/** Their tokens live for hours, each kind for as many others, so that every run has something to do. */
const SHORTEST_HOURS = 2;
const KINDS = 12;

export function soakConfiguration(consumers: number): ConfigurationFile {
  return {
    deployment: 'soak',
    schedule: '1h',
    // The world fills in the URL.
    influxdb: { url: 'http://127.0.0.1:1', org: 'acme', tokenSecret: 'influxdb/rotator' },
    defaults: { gracePeriod: '1h', holdPeriod: '20m', consumerCacheTtl: '10m' },
    // As many as become due at once: the cap is against mistakes.
    limits: { maxRetirementsPerRun: consumers },
    consumers: Array.from({ length: consumers }, (_, index) => ({
      name: `c${index}`,
      secret: `influxdb/acme/c${index}`,
      owner: `svc-${index % TEAMS}`,
      read: [`bucket-${index % TEAMS}`],
      write: [`bucket-${index % TEAMS}`],
      rotateEvery: `${SHORTEST_HOURS + (index % KINDS)}h`,
    })),
  };
}
