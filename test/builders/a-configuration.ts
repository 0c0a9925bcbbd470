import type { Configuration, ConsumerSettings, Limits } from '../../lambda/config/configuration.ts';
import { RATE_DEFAULTS } from '../../lambda/config/rates.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The defaults of the design, in milliseconds. */
export const LIMITS: Limits = {
  functionTimeoutMs: 15 * MINUTE,
  callTimeoutMs: 10 * SECOND,
  requestLifeMs: 5 * MINUTE,
  clockToleranceMs: 5 * MINUTE,
  leaseMs: 30 * MINUTE,
  maxRetirementsPerRun: 100,
  maxMissingPerRun: 3,
  ...RATE_DEFAULTS,
};

/** A consumer that reads and writes the bucket `telemetry`, but for what is given. */
export function aConsumer(settings: Partial<ConsumerSettings> = {}): ConsumerSettings {
  const name = settings.name ?? 'telegraf';
  return {
    name,
    secret: `influxdb/acme/${name}`,
    tokenKey: 'token',
    owner: `svc-${name}`,
    access: { kind: 'buckets', read: ['telemetry'], write: ['telemetry'] },
    rotation: 'schedule',
    rotateEveryMs: 30 * DAY,
    rotateEarlyMs: 0,
    gracePeriodMs: DAY,
    holdPeriodMs: DAY,
    maxTokenAgeMs: 35 * DAY,
    consumerCacheTtlMs: HOUR,
    adopt: undefined,
    onMissing: 'rotate',
    convert: false,
    createSecret: false,
    createOwner: false,
    // Tests of other things count their calls.
    probe: 'never',
    proof: false,
    retired: false,
    exception: undefined,
    window: undefined,
    freezes: [],
    ...settings,
  };
}

/** A deployment of these consumers; the URL is filled in by `World`. */
export function aConfiguration(
  consumers: readonly ConsumerSettings[] = [aConsumer()],
  rest: Partial<Configuration> = {},
): Configuration {
  return {
    deployment: 'prod',
    mode: 'rotate',
    scheduleMs: HOUR,
    influxdb: {
      url: 'http://127.0.0.1:1',
      org: 'acme',
      orgId: undefined,
      tokenSecret: 'influxdb/rotator',
      tokenKey: 'token',
      ca: undefined,
      cloud: false,
      self: undefined,
    },
    events: undefined,
    evidence: undefined,
    news: undefined,
    securityHub: false,
    limits: LIMITS,
    canaries: undefined,
    consumers,
    ...rest,
  };
}
