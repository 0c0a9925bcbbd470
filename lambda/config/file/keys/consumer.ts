import type { ConfigurationFile, ConsumerFile } from '../schema.ts';
import { DEFAULTS } from './defaults.ts';
import type { KeysOf, ObjectOfKeys } from './key.ts';
import { FREEZE } from './when.ts';

type Permission = NonNullable<ConsumerFile['permissions']>[number];
type Exception = NonNullable<ConsumerFile['exception']>;

const RESOURCE: ObjectOfKeys = {
  name: 'PermissionResource',
  text: 'What a permission is about.',
  section: 'permissions',
  keys: {
    type: 'Type of the resources.',
    id: {
      text: 'Id of one resource. The `name` of one is refused, because InfluxDB ignores it and would grant the whole type.',
      byDefault: 'all resources of this type in the org',
    },
    orgID: {
      text: 'Id of the org. No other than the configured one is allowed, because InfluxDB makes no such token.',
      byDefault: 'the configured org',
    },
  } satisfies KeysOf<Permission['resource']>,
};

const PERMISSION: ObjectOfKeys = {
  name: 'PermissionConfiguration',
  text: "One permission in the form of InfluxDB's API.",
  section: 'permissions',
  keys: {
    action: 'What the token may do.',
    resource: { text: 'With what it may do that.', holds: [RESOURCE] },
  } satisfies KeysOf<Permission>,
};

const EXCEPTION: ObjectOfKeys = {
  name: 'ExceptionConfiguration',
  text: 'Why the age of a token is no reason to rotate it, and until when.',
  section: 'exceptions',
  keys: {
    reason: 'Why, in up to 500 characters. It is in the log, in the status and in reports.',
    approvedBy: {
      text: 'Who approved it, in up to 500 characters.',
      examples: ['a.lovelace, CHG-1234'],
    },
    until: {
      text: 'The first moment at which it holds no longer: a day (its beginning, in UTC), or a time with its offset from UTC.',
      examples: ['2027-03-01', '2027-03-01T06:00:00+01:00'],
    },
  } satisfies KeysOf<Exception>,
};

export const CONSUMER: ObjectOfKeys = {
  name: 'ConsumerConfiguration',
  text: 'Who gets a token, what it may do, and in which secret it is.',
  section: 'consumers',
  extends: DEFAULTS,
  keys: {
    name: {
      text: 'Name of the consumer, which no other of this deployment has: up to 64 letters, digits, `.`, `_` or `-`, and no `-` at the beginning. It is in every log, report and marker.',
      examples: ['telegraf'],
    },
    secret: {
      text: 'Name or ARN of the secret that holds the token. No two consumers have the same. Every key of its JSON object except the token and `rotation` is kept, byte for byte. A name should not end in a hyphen and six characters: AWS takes that for the end of a whole ARN, and CDK warns of it.',
      examples: ['influxdb/acme/telegraf'],
    },
    read: { text: 'Buckets that the token reads, by name or id.', byDefault: 'none' },
    write: { text: 'Buckets that the token writes, by name or id.', byDefault: 'none' },
    access: {
      text: 'Everything in the org (`all-access`) or everything in the instance (`operator`), in place of `read` and `write`.',
      byDefault: '`read` and `write` count',
    },
    permissions: {
      text: "Permissions in the form of InfluxDB's API, in place of `read`, `write` and `access`.",
      byDefault: '`read` and `write` count',
      holds: [PERMISSION],
    },
    adopt: {
      text: 'Id of an authorization to take over, mostly that whose token the secret holds now: it is ended after the first rotation. `auto` finds the id where only one can be meant. [Adopt a token](#adopt-a-token).',
      byDefault: 'a token that was made by hand is left alone',
      examples: ['auto', '0af1cf2d2e001000'],
    },
    freezes: {
      text: 'Times in which no token of this consumer that works is replaced, beside those at the top level.',
      byDefault: 'none of its own',
      holds: [FREEZE],
    },
    exception: {
      text: 'Do not rotate this consumer because of age, until a date.',
      byDefault: 'none',
      holds: [EXCEPTION],
    },
    retired:
      'End this consumer: its tokens are switched off and deleted, its secret is kept. [Retire a consumer](#retire-a-consumer).',
  } satisfies KeysOf<Omit<ConsumerFile, keyof NonNullable<ConfigurationFile['defaults']>>>,
};
