import * as z from 'zod/mini';
import { DURATION } from './duration.ts';
import { EventsFile } from './event-bus-file.ts';
import { EvidenceFile } from './evidence-file.ts';
import { ExceptionFile } from './exception-file.ts';
import { ID, ID_OR_AUTO } from './influxdb-id.ts';
import { NewsFile } from './news-file.ts';
import { RATES } from './rates.ts';
import { RESOURCE_TYPES } from './resource-types.ts';
import { NAME_OR_ARN } from './secret-name.ts';
import { SelfFile } from './self-file.ts';
import { consumerWhen, deploymentWhen, overridableWhen } from './when-schema.ts';

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

const described = (description: string) => z.meta({ description });
const text = (description: string) => z.string().check(z.minLength(1), described(description));
const name = (description: string) => z.string().check(z.regex(NAME), described(description));
const secret = (description: string) => z.string().check(z.regex(NAME_OR_ARN), described(description));
const id = (description: string) => z.string().check(z.regex(ID), described(description));
const flag = (description: string) => z.boolean().check(described(description));
const duration = (description: string) =>
  z.string().check(z.regex(DURATION), z.meta({ description, examples: ['90s', '24h', '30d'] }));

const overridable = {
  owner: z.optional(text('InfluxDB user that owns the token, by name or id. Required, except on Cloud')),
  rotation: z.optional(
    z.enum(['schedule', 'secrets-manager']).check(described('Who begins rotations: a run, or Secrets Manager itself')),
  ),
  rotateEvery: z.optional(duration('Age at which a token is replaced')),
  gracePeriod: z.optional(duration('How long the old token keeps working after a new one has replaced it')),
  holdPeriod: z.optional(duration('How long a token is kept after it was switched off, before it is deleted')),
  maxTokenAge: z.optional(duration('Greatest age that a token may reach before it is switched off')),
  consumerCacheTtl: z.optional(duration('How long the applications cache a token before they read the secret again')),
  tokenKey: z.optional(text("Key in the secret's JSON object under which applications find the token")),
  onMissing: z.optional(
    z.enum(['rotate', 'report']).check(described('What to do when the current token was deleted in InfluxDB')),
  ),
  probe: z.optional(
    z
      .enum(['daily', 'never'])
      .check(
        described('Whether the current token is tried once a day, with its own permissions and without an effect'),
      ),
  ),
  proof: z.optional(flag('After a deletion, prove that the old token is refused (two more calls)')),
  convert: z.optional(flag('At the first rotation, turn a secret that is a plain token into a JSON object')),
  createSecret: z.optional(flag('Create the secret if it does not exist')),
  createOwner: z.optional(flag("Create the owner if it does not exist (the rotator's token needs write:users)")),
  ...overridableWhen,
};

const permission = z.strictObject({
  action: z.enum(['read', 'write']),
  resource: z.strictObject({
    type: z.enum(RESOURCE_TYPES),
    id: z.optional(id('Id of one resource; without it, all resources of this type in the org')),
    orgID: z.optional(id('Id of the org; by default the configured org')),
  }),
});

const consumer = z.strictObject({
  name: name('Unique name of the consumer in this deployment'),
  secret: secret("Name or ARN of the secret that holds the consumer's token"),
  read: z.optional(z.array(text('A bucket, by name or id')).check(described('Buckets that the token reads'))),
  write: z.optional(z.array(text('A bucket, by name or id')).check(described('Buckets that the token writes'))),
  access: z.optional(
    z.enum(['all-access', 'operator']).check(described('Everything in the org, or everything in the instance')),
  ),
  permissions: z.optional(z.array(permission).check(described("Permissions in the form of InfluxDB's API, with ids"))),
  adopt: z.optional(
    z
      .string()
      .check(
        z.regex(ID_OR_AUTO),
        described(
          'Id of the authorization whose token the secret holds now, or "auto" where only one can be meant: it is taken over, and ended after the first rotation',
        ),
      ),
  ),
  exception: z.optional(ExceptionFile),
  retired: z.optional(flag('End this consumer: its tokens are switched off and deleted, but its secret is kept')),
  ...consumerWhen,
  ...overridable,
});

/** The configuration file, as people write it. The checks that span several keys are in `checks.ts`. */
export const ConfigurationFile = z.strictObject({
  $schema: z.optional(z.string()),
  deployment: name('Name of this deployment, which marks every token that it makes'),
  mode: z.optional(
    z.enum(['rotate', 'plan']).check(described('"plan", for a first deployment, only reports what would be done')),
  ),
  schedule: z.optional(duration('Time from one run to the next: whole minutes, at most 3d')),
  influxdb: z.strictObject({
    url: text('Base URL of the server, e.g. https://influxdb.example.com:8086'),
    org: z.optional(text('Org that the tokens belong to, by name or id')),
    orgId: z.optional(id('Id of the org, if its name cannot be looked up')),
    tokenSecret: secret("Name or ARN of the secret with the rotator's own token"),
    tokenKey: z.optional(
      text("Key in that secret's JSON object; a secret that is not a JSON object is the token itself"),
    ),
    ca: z.optional(
      z.string().check(z.regex(/-----BEGIN CERTIFICATE-----/), described('Certificate of a private CA, in PEM')),
    ),
    cloud: z.optional(
      flag('The server is InfluxDB Cloud 2 or Cloud Serverless; by default true for hosts below influxdata.com'),
    ),
    self: z.optional(SelfFile),
  }),
  events: z.optional(EventsFile),
  evidence: z.optional(EvidenceFile),
  news: z.optional(NewsFile),
  securityHub: z.optional(flag('Report problems to AWS Security Hub as findings')),
  defaults: z.optional(z.strictObject(overridable)),
  limits: z.optional(
    z.strictObject({
      functionTimeout: z.optional(duration("The function's time-out in Lambda")),
      callTimeout: z.optional(duration('Longest time that one attempt of a call may take')),
      requestLife: z.optional(
        duration('Longest time in which a call can still take effect after it was sent, retries included'),
      ),
      clockTolerance: z.optional(duration('Largest difference between the clocks of AWS, InfluxDB and the function')),
      lease: z.optional(
        duration('Age up to which a token that no secret names may belong to a run that is still alive'),
      ),
      maxRetirementsPerRun: z.optional(
        z.int().check(z.minimum(1), described('Most tokens that one run switches off out of the ordinary')),
      ),
      maxMissingPerRun: z.optional(
        z
          .int()
          .check(
            z.minimum(1),
            described('Most consumers whose tokens one run replaces because InfluxDB does not know them any more'),
          ),
      ),
      ...RATES,
    }),
  ),
  ...deploymentWhen,
  consumers: z.array(consumer).check(z.minLength(1), described('Who gets a token, and for what')),
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
