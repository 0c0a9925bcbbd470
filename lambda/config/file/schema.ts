import * as z from 'zod/mini';
import { DURATION } from '../duration.ts';
import { ID, ID_OR_AUTO } from '../influxdb-id.ts';
import { NAME_OR_ARN } from '../secret-name.ts';
import { EventsFile } from './event-bus.ts';
import { EvidenceFile } from './evidence.ts';
import { ExceptionFile } from './exception.ts';
import { NewsFile } from './news.ts';
import { RATES } from './rates.ts';
import { RESOURCE_TYPES } from './resource-types.ts';
import { SelfFile } from './self.ts';
import { consumerWhen, deploymentWhen, overridableWhen } from './when.ts';

/** Defaults of the keys that are allowed in `defaults` and in each consumer. */
export const CONSUMER_DEFAULTS = {
  rotation: 'schedule',
  rotateEvery: '30d',
  gracePeriod: '24h',
  holdPeriod: '24h',
  maxTokenAge: '35d',
  consumerCacheTtl: '1h',
  tokenKey: 'token',
  onMissing: 'rotate',
  probe: 'daily',
  proof: false,
  convert: false,
  createSecret: false,
  createOwner: false,
} as const;

export const LIMIT_DEFAULTS = {
  functionTimeout: '15m',
  callTimeout: '10s',
  requestLife: '5m',
  clockTolerance: '5m',
  lease: '30m',
} as const;

export const SCHEDULE_DEFAULT = '1h';

/** A consumer that is called like an option, such as `--all`, could not be named in a command. */
export const NAME = /^(?!-)[A-Za-z0-9._-]{1,64}$/;

const text = z.string().check(z.minLength(1));
const name = z.string().check(z.regex(NAME));
const secret = z.string().check(z.regex(NAME_OR_ARN));
const id = z.string().check(z.regex(ID));
const count = z.int().check(z.minimum(1));
const duration = z.string().check(z.regex(DURATION));
const optional = z.optional;

const overridable = {
  owner: optional(text),
  rotation: optional(z.enum(['schedule', 'secrets-manager'])),
  rotateEvery: optional(duration),
  gracePeriod: optional(duration),
  holdPeriod: optional(duration),
  maxTokenAge: optional(duration),
  consumerCacheTtl: optional(duration),
  tokenKey: optional(text),
  onMissing: optional(z.enum(['rotate', 'report'])),
  probe: optional(z.enum(['daily', 'never'])),
  proof: optional(z.boolean()),
  convert: optional(z.boolean()),
  createSecret: optional(z.boolean()),
  createOwner: optional(z.boolean()),
  ...overridableWhen,
};

const permission = z.strictObject({
  action: z.enum(['read', 'write']),
  resource: z.strictObject({ type: z.enum(RESOURCE_TYPES), id: optional(id), orgID: optional(id) }),
});

const consumer = z.strictObject({
  name,
  secret,
  read: optional(z.array(text)),
  write: optional(z.array(text)),
  access: optional(z.enum(['all-access', 'operator'])),
  permissions: optional(z.array(permission)),
  adopt: optional(z.string().check(z.regex(ID_OR_AUTO))),
  exception: optional(ExceptionFile),
  retired: optional(z.boolean()),
  ...consumerWhen,
  ...overridable,
});

/** The configuration file, as people write it. `keys/` says what each key is, and `checks/` has what spans several. */
export const ConfigurationFile = z.strictObject({
  $schema: optional(z.string()),
  deployment: name,
  mode: optional(z.enum(['rotate', 'plan'])),
  schedule: optional(duration),
  influxdb: z.strictObject({
    url: text,
    org: optional(text),
    orgId: optional(id),
    tokenSecret: secret,
    tokenKey: optional(text),
    ca: optional(z.string().check(z.regex(/-----BEGIN CERTIFICATE-----/))),
    cloud: optional(z.boolean()),
    self: optional(SelfFile),
  }),
  events: optional(EventsFile),
  evidence: optional(EvidenceFile),
  news: optional(NewsFile),
  securityHub: optional(z.boolean()),
  defaults: optional(z.strictObject(overridable)),
  limits: optional(
    z.strictObject({
      functionTimeout: optional(duration),
      callTimeout: optional(duration),
      requestLife: optional(duration),
      clockTolerance: optional(duration),
      lease: optional(duration),
      maxRetirementsPerRun: optional(count),
      maxMissingPerRun: optional(count),
      ...RATES,
    }),
  ),
  ...deploymentWhen,
  consumers: z.array(consumer).check(z.minLength(1)),
});

export type ConfigurationFile = z.infer<typeof ConfigurationFile>;
export type ConsumerFile = ConfigurationFile['consumers'][number];

/** The durations that may be zero: an application that caches nothing, a token that is not held, no warning. */
export const MAY_BE_ZERO: ReadonlySet<string> = new Set(['holdPeriod', 'consumerCacheTtl', 'spread', 'warnBefore']);

/** The keys that have durations as values. */
export const DURATION_KEYS: ReadonlySet<string> = new Set([
  'schedule',
  'rotateEvery',
  'gracePeriod',
  'holdPeriod',
  'maxTokenAge',
  'consumerCacheTtl',
  'spread',
  'soak',
  'warnBefore',
  ...Object.keys(LIMIT_DEFAULTS),
]);
