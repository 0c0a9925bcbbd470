import type { ConfigurationFile } from '../schema.ts';
import { CONSUMER } from './consumer.ts';
import { DEFAULTS } from './defaults.ts';
import { EVENTS, EVIDENCE_BUCKET, EVIDENCE_FOLDER, NEWS } from './destinations.ts';
import { INFLUXDB } from './influxdb.ts';
import type { KeysOf, ObjectOfKeys } from './key.ts';
import { LIMITS } from './limits.ts';
import { CANARIES, FREEZE } from './when.ts';

/** `$schema` is for editors of the file alone, and theirs to explain. */
type Keys = Omit<ConfigurationFile, '$schema'>;

export const CONFIGURATION_OF_MANY: ObjectOfKeys = {
  name: 'RotationConfigurationOfMany',
  text: 'A configuration without its consumers, which are in a manifest: docs/scale.md.',
  section: 'top level',
  keys: {
    deployment: {
      text: 'Name of this deployment, which marks every token that it makes: up to 64 letters, digits, `.`, `_` or `-`, and no `-` at the beginning. Two deployments on one InfluxDB need different names.',
      examples: ['prod'],
    },
    mode: 'What runs do. `plan`, for a first deployment, only reports what would be done.',
    schedule:
      'Time from one run to the next: whole minutes, at most `3d`. A token may get older by as much before it is replaced.',
    influxdb: {
      text: 'The server, its org, and the token with which the function signs in.',
      holds: [INFLUXDB],
    },
    defaults: {
      text: "Values for all consumers. A consumer's own value goes before it.",
      byDefault: 'those of each key',
      holds: [DEFAULTS],
    },
    freezes: {
      text: 'Times in which no token that works is replaced.',
      byDefault: 'none',
      holds: [FREEZE],
    },
    canaries: { text: 'Consumers that rotate before all others.', byDefault: 'none', holds: [CANARIES] },
    events: {
      text: 'Where applications are told of new tokens, and of tokens that end soon.',
      byDefault: 'nobody is told',
      holds: [EVENTS],
    },
    evidence: {
      text: 'Where evidence of every rotation is kept: a bucket, or a folder.',
      byDefault: 'none is kept beside the log',
      holds: [EVIDENCE_BUCKET, EVIDENCE_FOLDER],
    },
    news: {
      text: "How people are told when a consumer's state changes. `{}` tells the bus alone.",
      byDefault: 'the alarms alone tell',
      holds: [NEWS],
    },
    securityHub:
      'Report each problem to AWS Security Hub as a [finding](news.md#security-hub). Security Hub must be enabled.',
    limits: {
      text: 'How long calls and runs may take, and how much one run may do.',
      byDefault: 'those of each key',
      holds: [LIMITS],
    },
  } satisfies KeysOf<Omit<Keys, 'consumers'>>,
};

/** The whole file. */
export const CONFIGURATION: ObjectOfKeys = {
  name: 'RotationConfiguration',
  text: 'The content of `rotation.json`: docs/configuration.md. Every text in it must be literal, because it goes into the code of the function before anything is deployed.',
  section: 'top level',
  extends: CONFIGURATION_OF_MANY,
  keys: {
    consumers: { text: 'Who gets a token, and for what: at least one.', holds: [CONSUMER] },
  } satisfies KeysOf<Pick<Keys, 'consumers'>>,
};
