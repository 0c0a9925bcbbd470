import { Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readContext } from '../../infra/context.ts';
import type { RotationConfiguration } from '../../infra/rotation-configuration.ts';
import type { TokenRotationProps } from '../../infra/token-rotation.ts';
import { ConfigurationError } from '../../lambda/config/problems.ts';
import { secretArn } from '../builders/a-role.ts';
import { aConfigurationFile, aRotation, aStack, TOPIC_ARN } from '../builders/a-rotation.ts';
import { OLD_ROOT, ROOT } from '../lambda/config/certificates.ts';

afterEach(() => vi.unstubAllEnvs());

const server = (more: Partial<RotationConfiguration['influxdb']>) =>
  aConfigurationFile({ influxdb: { ...aConfigurationFile().influxdb, ...more } });
const secrets = (...names: readonly string[]) =>
  aConfigurationFile({
    consumers: names.map((secret, index) => ({ name: `c${index}`, secret, owner: 'svc', read: ['telemetry'] })),
  });
const prefixes = (...secretPrefixes: string[]) => ({ secretPrefixes });

const LOOPBACK =
  'is the address of the machine that deploys: a function in AWS cannot reach a server there, so every run would fail. Give the address at which the function can reach it; or allow it by name, with -c allowLoopback=true or the option allowLoopback of the construct, for an emulator of AWS';
const NO_WILDCARD = 'a prefix has no wildcard, because it covers all names that begin with it';
const NO_PREFIX = 'a prefix is the beginning of a name: letters, digits and /_+=.@!-, and no ARN';
const NOT_ROTATOR = (covering: string, rotator = 'influxdb/rotator') =>
  `secretPrefixes: must not cover the rotator's own secret, to which the function has other rights: ["${covering}"] covers influxdb.tokenSecret (${rotator}); give longer prefixes, or another name to that secret`;

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:people';
const aTopic = ({ fifo = false } = {}) =>
  Topic.fromTopicArn(aStack('Elsewhere'), 'Topic', fifo ? `${TOPIC}.fifo` : TOPIC);
const aBus = () => EventBus.fromEventBusName(aStack('Other'), 'Bus', 'others');

type Row = readonly [name: string, props: Partial<TokenRotationProps>, said: string];

const NO_RUNBOOK =
  'runbookUrl: must be an address with https:// or http://, without #, of at most 500 characters, as a browser copies it: an anchor is added to it';

const ROWS: readonly Row[] = [
  [
    'a server on the machine that deploys',
    { configuration: server({ url: 'http://127.0.0.1:8086' }) },
    `influxdb.url: ${LOOPBACK} (found "http://127.0.0.1:8086")`,
  ],
  ["a prefix that covers the rotator's secret", prefixes('influxdb/'), NOT_ROTATOR('influxdb/')],
  [
    'a prefix that covers the ARN of it',
    {
      configuration: server({ tokenSecret: secretArn('influxdb/acme/rotator') }),
      ...prefixes('influxdb/acme/'),
    },
    NOT_ROTATOR('influxdb/acme/', secretArn('influxdb/acme/rotator')),
  ],
  [
    'a prefix that covers a partial ARN of it, which ends like a whole one',
    {
      configuration: server({ tokenSecret: secretArn('influxdb/acme/the-tokens', '') }),
      ...prefixes('influxdb/acme/telegraf', 'influxdb/acme/grafana', 'influxdb/acme/the-t'),
    },
    NOT_ROTATOR('influxdb/acme/the-t', secretArn('influxdb/acme/the-tokens', '')),
  ],
  [
    'a star in a prefix',
    prefixes('influxdb/acme/*'),
    `secretPrefixes: must hold prefixes of names, but ["influxdb/acme/*"] cannot be one: ${NO_WILDCARD}`,
  ],
  [
    'a question mark in a prefix',
    prefixes('influxdb/acme/', 'influxdb/?'),
    `secretPrefixes: must hold prefixes of names, but ["influxdb/?"] cannot be one: ${NO_WILDCARD}`,
  ],
  [
    'an ARN as a prefix',
    prefixes(secretArn('influxdb/acme/', '')),
    `secretPrefixes: must hold prefixes of names, but ["${secretArn('influxdb/acme/', '')}"] cannot be one: ${NO_PREFIX}`,
  ],
  [
    "the rotator's secret in another Region than the stack, while the consumers have names",
    { configuration: server({ tokenSecret: secretArn('influxdb/rotator').replace('eu-central-1', 'us-east-1') }) },
    'influxdb.tokenSecret: is in Region us-east-1, but the function runs in eu-central-1: a deployment works in one account and Region, so give a secret there, or deploy where the secret is',
  ],
  [
    "a consumer's secret in another account than the stack",
    { configuration: secrets(secretArn('influxdb/acme/a').replace('123456789012', '210987654321')) },
    'consumers[0].secret: is in account 210987654321, but the function runs in 123456789012: a deployment works in one account and Region, so give a secret there, or deploy where the secret is',
  ],
  [
    'a bus in another Region than the stack',
    {
      configuration: aConfigurationFile({ events: { bus: 'arn:aws:events:us-east-1:123456789012:event-bus/tokens' } }),
    },
    'events.bus: is in Region us-east-1, but the function runs in eu-central-1: name a bus of that Region, and let a rule of it send the events on',
  ],
  [
    'a folder for the evidence',
    { configuration: aConfigurationFile({ evidence: { folder: '/tmp/evidence' } }) },
    'evidence.folder: is a folder, but what a function in AWS writes into its own is gone with it: name a bucket as evidence.bucket, or leave "evidence" out of the configuration and give the option evidence of the construct (found "/tmp/evidence")',
  ],
  [
    'a bucket for the evidence twice',
    { configuration: aConfigurationFile({ evidence: { bucket: 'one-bucket' } }), evidence: true },
    'evidence: is given, and the configuration names a bucket as evidence.bucket as well: leave out one of them (found "one-bucket")',
  ],
  [
    'a lock for a bucket that is there',
    {
      evidence: {
        bucket: Bucket.fromBucketName(aStack('Elsewhere'), 'Bucket', 'one-bucket'),
        objectLock: 'compliance',
      },
    },
    'evidence: has a bucket, whose objectLock and retention are its own: leave them out',
  ],
  [
    'a prefix of the evidence that is no folder',
    { evidence: { prefix: 'influxdb' } },
    'evidence.prefix: must end with a slash, not begin with one, and hold what S3 has no trouble with (found "influxdb")',
  ],
  [
    'evidence that is kept for less than a day',
    { evidence: { retention: Duration.hours(12) } },
    'evidence.retention: must be whole days, and one at least',
  ],
  [
    'evidence that is kept for a day and a half',
    { evidence: { retention: Duration.hours(36) } },
    'evidence.retention: must be whole days, and one at least',
  ],
  [
    'a bus twice',
    { configuration: aConfigurationFile({ events: { bus: 'tokens' } }), eventBus: aBus() },
    'eventBus: is given, and the configuration names a bus as events.bus as well: leave out one of them (found "tokens")',
  ],
  [
    'news for nobody',
    { configuration: aConfigurationFile({ news: { warnBefore: '3d' } }) },
    'news: would be told to nobody: give news.topic or events.bus in the configuration, or the option newsTopic or eventBus',
  ],
  [
    'a topic twice',
    { configuration: aConfigurationFile({ news: { topic: TOPIC } }), newsTopic: aTopic() },
    `newsTopic: is given, and the configuration names a topic as news.topic as well: leave out one of them (found "${TOPIC}")`,
  ],
  [
    'a runbook with an anchor of its own',
    { runbookUrl: 'https://wiki.example.com/tokens#top' },
    `${NO_RUNBOOK} (found "https://wiki.example.com/tokens#top")`,
  ],
  [
    'a runbook whose address a chat would not take for one',
    { runbookUrl: 'https://wiki.example.com/<!channel>' },
    `${NO_RUNBOOK} (found "https://wiki.example.com/<!channel>")`,
  ],
  [
    'a runbook whose address has what nobody sees',
    { runbookUrl: 'https://wiki.example.com/\u202e\u0000' },
    `${NO_RUNBOOK} (found "https://wiki.example.com/\u202e\\u0000")`,
  ],
  [
    'a runbook that is none, and has a password, which is not shown',
    { runbookUrl: 'https:reader:pass1234@' },
    'runbookUrl: must not contain a user or password: alarms and messages show it to everybody',
  ],
  [
    'a runbook with a password, which is not shown',
    { runbookUrl: 'https://reader:pass1234@wiki.example.com/tokens' },
    'runbookUrl: must not contain a user or password: alarms and messages show it to everybody',
  ],
  [
    'a FIFO topic',
    { newsTopic: aTopic({ fifo: true }) },
    'newsTopic: is a FIFO topic, which has no subscriptions of people: give a standard one',
  ],
  [
    'a topic in another Region than the stack',
    { configuration: aConfigurationFile({ news: { topic: TOPIC.replace('eu-central-1', 'us-east-1') } }) },
    'news.topic: is in Region us-east-1, but the function runs in eu-central-1: name a topic of that Region',
  ],
  [
    'a CA that has expired, and no other',
    { configuration: server({ ca: OLD_ROOT }) },
    'influxdb.ca: has a certificate that expired on 2021-01-01: give the one that follows it, or both',
  ],
];

describe('refused by the synthesis, which ends with 1 and leaves no template', () => {
  for (const [name, props, said] of ROWS)
    it(name, () => {
      const problem = /^(?:the deployment|the configuration) has 1 problem:\n {2}(.*)$/s;
      let message = '';
      try {
        aRotation(props);
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        message = error.message;
      }
      expect(problem.exec(message)?.[1]).toBe(said);
    });

  it('tells all problems of the options and of the configuration at once', () => {
    const configuration = aConfigurationFile({
      influxdb: { ...aConfigurationFile().influxdb, url: 'http://127.0.0.1:8086' },
      events: { bus: 'tokens' },
      news: { topic: TOPIC },
    });
    const evidence = { objectLock: 'governance', retention: Duration.hours(12), prefix: 'influxdb' } as const;
    let paths: readonly string[] = [];
    try {
      aRotation({ configuration, eventBus: aBus(), newsTopic: aTopic({ fifo: true }), evidence });
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      paths = error.problems.map(({ path }) => path);
    }
    expect(paths).toEqual([
      ...['influxdb.url', 'evidence.prefix', 'evidence.retention', 'newsTopic', 'newsTopic', 'eventBus'],
    ]);
  });

  it('does not suggest a prefix that it would refuse', () => {
    const many = secrets(...Array.from({ length: 800 }, (_, index) => `influxdb/c${index}`));
    expect(() => aRotation({ configuration: many })).toThrow('for example ["influxdb/consumers/"]');
  });
});

describe('refused on the command line of CDK, which ends with 1', () => {
  it.each<[string, Record<string, unknown>, readonly string[]]>([
    ['a letter too few', { confg: 'x' }, ['-c confg: is not an option: did you mean config?']],
    [
      'capitals',
      { config: 'x', alarmTopicARN: TOPIC_ARN },
      ['-c alarmTopicARN: is not an option: did you mean alarmTopicArn?'],
    ],
    [
      'a hyphen',
      { config: 'x', 'secret-prefixes': 'a/' },
      ['-c secret-prefixes: is not an option: did you mean secretPrefixes?'],
    ],
    [
      'another word',
      { config: 'x', topic: 'y' },
      ['-c topic: is not an option: the options are config, alarmTopicArn, secretPrefixes, runbookUrl, allowLoopback'],
    ],
    [
      'a topic in another partition than its Region',
      { config: 'x', alarmTopicArn: TOPIC_ARN.replace('arn:aws:', 'arn:aws-cn:') },
      [
        `-c alarmTopicArn: must begin with "arn:aws:", because Region eu-central-1 is in that partition (found "${TOPIC_ARN.replace('arn:aws:', 'arn:aws-cn:')}")`,
      ],
    ],
    [
      'neither yes nor no',
      { config: 'x', allowLoopback: 'yes' },
      ['-c allowLoopback: must be true or false (found "yes")'],
    ],
  ])('%s', (_name, context, said) => {
    const { problems } = readContext(context);
    const lines = new ConfigurationError('x', problems).message.split('\n').slice(1);
    expect(lines.map((line) => line.trim())).toEqual(said);
  });
});

it('takes an option from cdk.json, too, where it is no text', () => {
  expect(readContext({ config: 'x', allowLoopback: true })).toMatchObject({ allowLoopback: true, problems: [] });
});

describe('allowed, with a warning by the synthesis', () => {
  const clear = 'every token would cross the network in clear text; use https://';
  it.each<[string, RotationConfiguration, readonly string[]]>([
    ['clear text to a public name', server({ url: 'http://influxdb.example.com:8086' }), [clear]],
    ['clear text to a public address', server({ url: 'http://203.0.113.7:8086' }), [clear]],
    ['clear text to a public address of IPv6', server({ url: 'http://[2001:db8::1]' }), [clear]],
    ['clear text to a private address', server({ url: 'http://10.1.2.3:8086' }), []],
    ['clear text to a private name', server({ url: 'http://influxdb.svc.cluster.local:8086' }), []],
    ['clear text to a host of the network', server({ url: 'http://influxdb:8086' }), []],
    ['clear text to a private address of IPv6', server({ url: 'http://[fd00::7]:8086' }), []],
    [
      'a server of Cloud that is said to be none',
      server({ url: 'https://eu-central-1-1.aws.cloud2.influxdata.com.', cloud: false }),
      ['influxdb.cloud is false, but influxdb.url leads to InfluxDB Cloud'],
    ],
    ['a CA without TLS', server({ url: 'http://10.1.2.3', ca: ROOT }), ['influxdb.ca has no effect']],
    [
      'an old CA beside the new one',
      server({ ca: `${OLD_ROOT}\n${ROOT}` }),
      ['a certificate that expired on 2021-01-01'],
    ],
    [
      'a name that ends like a whole ARN',
      secrets('influxdb/acme/a-writer', 'influxdb/acme/a-readers'),
      ['consumers[0].secret ends in "-writer", like a whole ARN. AWS advises against such names'],
    ],
    [
      'an ARN whose end is a word',
      secrets(secretArn('influxdb/acme/a-writer', ''), secretArn('influxdb/acme/b')),
      ['consumers[0].secret ends in "-writer", which AWS takes for the six random characters of a whole ARN'],
    ],
    [
      'several names that do',
      secrets('influxdb/acme/a-writer', 'influxdb/acme/b-writer', 'influxdb/acme/c-writer'),
      ['consumers[0].secret ends in "-writer" (so do 2 others), like a whole ARN'],
    ],
    [
      "the rotator's secret named so",
      server({ tokenSecret: 'influxdb/my-token1' }),
      ['influxdb.tokenSecret ends in "-token1", like a whole ARN'],
    ],
  ])('%s', (_name, configuration, said) => {
    const warnings = Annotations.fromStack(Stack.of(aRotation({ configuration }))).findWarning('*', Match.anyValue());
    expect(warnings.map(({ entry }) => String(entry.data))).toEqual(said.map((text) => expect.stringContaining(text)));
  });
});

it('a stack without a place of its own is compared with that of the credentials', () => {
  vi.stubEnv('CDK_DEFAULT_REGION', 'eu-west-1');
  const stack = new Stack(undefined, 'Agnostic');
  const elsewhere = { configuration: secrets(secretArn('influxdb/acme/a')) };
  expect(() => aRotation(elsewhere, stack)).toThrow('is in Region eu-central-1, but the function runs in eu-west-1');
});
