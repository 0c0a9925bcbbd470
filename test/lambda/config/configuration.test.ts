import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adoptedId } from '../../../lambda/config/adopted.ts';
import { parseConfiguration, parseConfigurationText } from '../../../lambda/config/configuration.ts';
import { aConsumer, DAY, HOUR, MINUTE, SECOND } from '../../builders/a-configuration.ts';
import { CONSUMER, file, type Json, problemsOf } from './a-file.ts';

const SHORT = { rotateEvery: '60s', gracePeriod: '10s', holdPeriod: '5s', maxTokenAge: '5m', consumerCacheTtl: '1s' };
const SHORT_LIMITS = {
  functionTimeout: '10s',
  callTimeout: '1s',
  requestLife: '4s',
  clockTolerance: '2s',
  lease: '20s',
};

describe('a configuration that passes', () => {
  it('has its defaults filled in', () => {
    expect(parseConfiguration(file())).toEqual({
      deployment: 'prod',
      mode: 'rotate',
      scheduleMs: HOUR,
      influxdb: {
        url: 'https://influxdb.example.com:8086',
        org: 'acme',
        orgId: undefined,
        tokenSecret: 'influxdb/rotator',
        tokenKey: 'token',
        ca: undefined,
        cloud: false,
      },
      events: undefined,
      evidence: undefined,
      news: undefined,
      securityHub: false,
      limits: {
        functionTimeoutMs: 15 * MINUTE,
        callTimeoutMs: 10 * SECOND,
        requestLifeMs: 5 * MINUTE,
        clockToleranceMs: 5 * MINUTE,
        leaseMs: 30 * MINUTE,
        maxRetirementsPerRun: 100,
        maxMissingPerRun: 3,
        secretsManagerWritesPerSecond: 40,
        secretsManagerReadsPerSecond: 2000,
        influxdbCallsPerSecond: 1000,
      },
      canaries: undefined,
      consumers: [
        {
          name: 'telegraf',
          secret: 'influxdb/telegraf',
          tokenKey: 'token',
          owner: 'svc-telegraf',
          access: { kind: 'buckets', read: ['telemetry'], write: [] },
          rotation: 'schedule',
          rotateEveryMs: 30 * DAY,
          rotateEarlyMs: 0,
          gracePeriodMs: DAY,
          holdPeriodMs: DAY,
          maxTokenAgeMs: 35 * DAY,
          consumerCacheTtlMs: HOUR,
          adopt: undefined,
          onMissing: 'rotate',
          probe: 'daily',
          proof: false,
          convert: false,
          createSecret: false,
          exception: undefined,
          createOwner: false,
          retired: false,
          window: undefined,
          freezes: [],
        },
      ],
    });
  });

  it('takes a consumer\'s own values before those of "defaults"', () => {
    const input = file({
      defaults: { rotateEvery: '20d', owner: 'svc', proof: true },
      consumer: { rotateEvery: '10d' },
    });
    const [consumer] = parseConfiguration(input).consumers;
    expect(consumer).toMatchObject({ rotateEveryMs: 10 * DAY, proof: true, owner: 'svc-telegraf' });
  });

  it.each<[string, Json, unknown]>([
    ['an id in lower case', { adopt: '0123456789ABCDEF' }, { adopt: '0123456789abcdef' }],
    ['what is found by itself', { adopt: 'auto' }, { adopt: 'auto' }],
  ])('adopts %s', (_name, consumer, expected) => {
    expect(parseConfiguration(file({ consumer })).consumers[0]).toMatchObject(expected as Json);
  });

  it('takes "auto" for no id', () => {
    expect(adoptedId(aConsumer({ adopt: '0123456789abcdef' }))).toBe('0123456789abcdef');
    expect(adoptedId(aConsumer({ adopt: 'auto' }))).toBeUndefined();
    expect(adoptedId(aConsumer())).toBeUndefined();
  });

  it.each([
    [1, undefined, 3],
    [30, undefined, 3],
    [31, undefined, 4],
    [200, undefined, 20],
    [200, 1, 1],
  ])('replaces of %i consumers, where the limit is %s, at most %i that are missing', (count, limit, expected) => {
    const consumers = Array.from({ length: count }, (_, index) => ({
      ...CONSUMER,
      ...{ name: `c${index}`, secret: `influxdb/c${index}` },
    }));
    const input = file({ consumers, limits: limit === undefined ? {} : { maxMissingPerRun: limit } });
    expect(parseConfiguration(input).limits.maxMissingPerRun).toBe(expected);
  });

  it.each<[string, Json, unknown]>([
    ['a name', { org: 'acme' }, { org: 'acme', orgId: undefined }],
    ['an id', { org: '0123456789ABCDEF' }, { org: undefined, orgId: '0123456789abcdef' }],
    ['both', { org: 'acme', orgId: '0123456789abcdef' }, { org: 'acme', orgId: '0123456789abcdef' }],
  ])('takes an org as %s', (_name, influxdb, expected) => {
    expect(parseConfiguration(file({ influxdb })).influxdb).toMatchObject(expected as Json);
  });

  it.each<[string, Json]>([
    ['short times that satisfy the checks', file({ schedule: '1m', defaults: SHORT, limits: SHORT_LIMITS })],
    [
      'a consumer without an owner on InfluxDB Cloud',
      file({ influxdb: { url: 'https://eu-central-1-1.aws.cloud2.influxdata.com' }, consumer: { owner: undefined } }),
    ],
    ['a retired consumer without access', file({ consumer: { read: undefined, retired: true } })],
    ['all-access', file({ consumer: { read: undefined, access: 'all-access' } })],
    [
      'raw permissions',
      file({ consumer: { read: undefined, permissions: [{ action: 'read', resource: { type: 'tasks' } }] } }),
    ],
    ['a path prefix', file({ influxdb: { url: 'https://example.com/influx/' } })],
  ])('may have %s', (_name, input) => {
    expect(problemsOf(JSON.parse(JSON.stringify(input)))).toEqual([]);
  });

  it('reads the ids in permissions in lower case, as InfluxDB answers them', () => {
    const permissions = [
      { action: 'read', resource: { type: 'buckets', id: 'ABCDEF0123456789', orgID: '0123456789ABCDEF' } },
      { action: 'read', resource: { type: 'tasks' } },
    ];
    const influxdb = { orgId: '0123456789abcdef' };
    expect(
      parseConfiguration(file({ influxdb, consumer: { read: undefined, permissions } })).consumers[0]?.access,
    ).toEqual({
      kind: 'permissions',
      permissions: [
        { action: 'read', resource: { type: 'buckets', id: 'abcdef0123456789', orgID: '0123456789abcdef' } },
        { action: 'read', resource: { type: 'tasks' } },
      ],
    });
  });

  it('knows InfluxDB Cloud by its host', () => {
    const input = file({
      influxdb: { url: 'https://us-east-1-1.aws.cloud2.influxdata.com' },
      consumer: { owner: undefined },
    });
    expect(parseConfiguration(JSON.parse(JSON.stringify(input))).influxdb.cloud).toBe(true);
  });

  it.each([
    ['https://us-east-1-1.aws.cloud2.influxdata.com.', 'https://us-east-1-1.aws.cloud2.influxdata.com'],
    ['https://US-EAST-1-1.aws.cloud2.influxdata.com.:8086/', 'https://us-east-1-1.aws.cloud2.influxdata.com:8086'],
  ])('knows InfluxDB Cloud with a dot at the end of its host: %s', (url, base) => {
    const input = JSON.parse(JSON.stringify(file({ influxdb: { url }, consumer: { owner: undefined } })));
    expect(parseConfiguration(input).influxdb).toMatchObject({ url: base, cloud: true });
  });
});

it('accepts the example that the repository comes with', () => {
  expect(parseConfigurationText(readFileSync('demo/rotation.json', 'utf8'), 'rotation.json').consumers).toHaveLength(3);
});
