import { describe, expect, it } from 'vitest';
import { parseConfigurationText } from '../../../lambda/config/configuration.ts';
import { CONSUMER, file, type Json, problemsOf } from './a-file.ts';

describe('a configuration that is refused', () => {
  const perms = (resource: Json) => ({ read: undefined, permissions: [{ action: 'read', resource }] });
  it.each<[string, Json, string[]]>([
    [
      'an unknown key',
      file({ consumer: { acess: 'all-access' } }),
      ['consumers[0].acess: is not a known key here: did you mean "access"?'],
    ],
    [
      'a bad deployment',
      file({ deployment: 'a/b' }),
      ['deployment: must be 1 to 64 letters, digits, ".", "_" or "-", and not begin with "-" (found "a/b")'],
    ],
    [
      'a bad consumer name',
      file({ consumer: { name: 'ü' } }),
      ['consumers[0].name: must be 1 to 64 letters, digits, ".", "_" or "-", and not begin with "-" (found "ü")'],
    ],
    ['a missing deployment', file({ deployment: undefined }), ['deployment: is missing: it must be a text']],
    ['a mode that does not exist', file({ mode: 'dry' }), ['mode: must be one of "rotate", "plan" (found "dry")']],
    [
      'a number for a duration',
      file({ defaults: { gracePeriod: 24 } }),
      ['defaults.gracePeriod: must be a duration with its unit, in quotes: write "24h" if you mean hours (found 24)'],
    ],
    [
      'a bare number as duration',
      file({ schedule: '30' }),
      ['schedule: must be a duration with its unit, in quotes: write "30h" if you mean hours (found "30")'],
    ],
    [
      'a place of evidence that is neither a bucket nor a folder',
      file({ evidence: {} }),
      [
        'evidence: must be an object with a "bucket", and with a "prefix" if it should have one; or with a "folder" alone (found {})',
      ],
    ],
    [
      'a bucket and a prefix that S3 does not allow, and a topic that is none',
      file({ evidence: { bucket: 'The_Bucket', prefix: 'influxdb' }, news: { topic: 'people' } }),
      [
        'evidence.bucket: must be a name that S3 allows: 3 to 63 small letters, digits, "." and "-" (found "The_Bucket")',
        `evidence.prefix: must end with a slash, not begin with one, and hold only letters, digits and !_.*'()/-, as in "influxdb/" (found "influxdb")`,
        'news.topic: must be the ARN of an SNS topic, such as "arn:aws:sns:eu-central-1:123456789012:news" (found "people")',
      ],
    ],
    ['no consumers', file({ consumers: [] }), ['consumers: must not be empty (found [])']],
    [
      'a url of another protocol',
      file({ influxdb: { url: 'ftp://example.com' } }),
      ['influxdb.url: must begin with https:// or http://'],
    ],
    [
      'a url with a password',
      file({ influxdb: { url: 'https://a:b@example.com' } }),
      ['influxdb.url: must not contain a user or password: the token comes from influxdb.tokenSecret'],
    ],
    [
      'a url with a query',
      file({ influxdb: { url: 'https://example.com?a=1' } }),
      ['influxdb.url: must not have a query or a fragment'],
    ],
    [
      'no url',
      file({ influxdb: { url: 'influxdb' } }),
      ['influxdb.url: must be a URL, such as https://influxdb.example.com:8086'],
    ],
    [
      'no org',
      file({ influxdb: { org: undefined } }),
      ['influxdb.org: is missing: give the name or id of the org, or its id as influxdb.orgId'],
    ],
    [
      'a ca that is no PEM',
      file({ influxdb: { ca: 'canary-certificate' } }),
      [
        'influxdb.ca: must be a certificate in PEM, with the line "-----BEGIN CERTIFICATE-----": the text itself, not the path of a file',
      ],
    ],
    [
      'no access',
      file({ consumer: { read: undefined } }),
      [
        'consumers[0]: does not say what its token may do: give "read" and "write" with buckets, or "access", or "permissions"',
      ],
    ],
    [
      'two kinds of access',
      file({ consumer: { access: 'all-access' } }),
      [
        'consumers[0]: says in more than one way what its token may do: keep one of "read"/"write", "access" and "permissions"',
      ],
    ],
    [
      'empty buckets',
      file({ consumer: { read: [] } }),
      ['consumers[0].read: names no bucket, and neither does "write": a token needs at least one'],
    ],
    [
      'a bucket twice',
      file({ consumer: { read: ['a', 'a'] } }),
      ['consumers[0].read: names a bucket twice: keep one of them (found "a")'],
    ],
    [
      'a permission by name',
      file({ consumer: perms({ type: 'buckets', name: 'telemetry' }) }),
      [
        'consumers[0].permissions[0].resource.name: would be ignored by InfluxDB, which would then grant every resource of this type: give "id" or "orgID" instead',
      ],
    ],
    [
      'a permission with a bad id',
      file({ consumer: perms({ type: 'buckets', id: 'telemetry' }) }),
      [
        'consumers[0].permissions[0].resource.id: must be an InfluxDB id: 16 hexadecimal digits that are not all zero (found "telemetry")',
      ],
    ],
    [
      "permissions of another org than the configured one, whatever the case of its id's letters",
      file({
        influxdb: { org: undefined, orgId: 'AAAAAAAAAAAAAAAA' },
        consumer: {
          read: undefined,
          permissions: ['bbbbbbbbbbbbbbbb', 'aaaaaaaaaaaaaaaa', 'AaaaaaaaAaaaaaaa', undefined].map((orgID) => ({
            action: 'read',
            resource: { type: 'buckets', ...(orgID !== undefined && { orgID }) },
          })),
        },
      }),
      [
        'consumers[0].permissions[0].resource.orgID: must be that of the configured org (aaaaaaaaaaaaaaaa), because InfluxDB makes no token with permissions of another org: correct it, or leave it out (found "bbbbbbbbbbbbbbbb")',
      ],
    ],
    [
      "permissions of another org, with the org's id given as its name",
      file({
        influxdb: { org: 'aaaaaaaaaaaaaaaa' },
        consumer: {
          read: undefined,
          permissions: [{ action: 'write', resource: { type: 'tasks', orgID: 'bbbbbbbbbbbbbbbb' } }],
        },
      }),
      [
        'consumers[0].permissions[0].resource.orgID: must be that of the configured org (aaaaaaaaaaaaaaaa), because InfluxDB makes no token with permissions of another org: correct it, or leave it out (found "bbbbbbbbbbbbbbbb")',
      ],
    ],
    [
      'no permissions',
      file({ consumer: { read: undefined, permissions: [] } }),
      ['consumers[0].permissions: must not be empty: InfluxDB does not make a token without permissions'],
    ],
    [
      'an owner on Cloud',
      file({ influxdb: { cloud: true } }),
      [
        'consumers[0].owner: must not be given on InfluxDB Cloud, where the user behind the rotator\'s token is the only owner (found "svc-telegraf")',
      ],
    ],
    [
      'no owner on OSS',
      file({ consumer: { owner: undefined } }),
      ['consumers[0].owner: is missing: name the InfluxDB user who will own the token, and who owns nothing else'],
    ],
    [
      'operator access on Cloud',
      file({ influxdb: { cloud: true }, consumer: { owner: undefined, read: undefined, access: 'operator' } }),
      ['consumers[0].access: must not be "operator" on InfluxDB Cloud, which has no operator tokens'],
    ],
    [
      'the key "rotation" for the token',
      file({ consumer: { tokenKey: 'rotation' } }),
      ['consumers[0].tokenKey: must not be "rotation", the key that this program uses for its own data in secrets'],
    ],
    [
      'a grace period within the cache time',
      file({ consumer: { gracePeriod: '1h' } }),
      [
        'consumers[0].gracePeriod: must be longer than consumerCacheTtl (1 hour), or an application could still use a cached token that no longer works (is 1 hour)',
      ],
    ],
    [
      'a life that outlasts the next rotation',
      file({ consumer: { rotateEvery: '2d' } }),
      [
        'consumers[0].rotateEvery: must be longer than gracePeriod + holdPeriod + lease = 2 days 30 minutes, or the next rotation could come before the old token is gone (is 2 days)',
      ],
    ],
    [
      'a consumer with the name of the rotator, where its token is rotated',
      file({ influxdb: { self: {} }, consumer: { name: 'self' } }),
      [
        'consumers[0].name: is the name of the rotator itself, whose own token influxdb.self rotates: give the consumer another (found "self")',
      ],
    ],
    [
      'a grace period of the rotator that is shorter than a lease',
      file({ influxdb: { self: { gracePeriod: '29m' } } }),
      [
        'influxdb.self.gracePeriod: must be at least limits.lease (30 minutes), or the token of a run that is still alive could be switched off (is 29 minutes)',
      ],
    ],
    [
      'periods of the rotator that do not fit',
      file({ influxdb: { self: { rotateEvery: '36d', holdPeriod: '60d' } } }),
      [
        'influxdb.self.rotateEvery: must be longer than gracePeriod + holdPeriod + lease = 61 days 30 minutes, or the next rotation could come before the old token is gone (is 36 days)',
        'influxdb.self.maxTokenAge: must be at least rotateEvery + schedule + gracePeriod + lease = 37 days 1 hour, the age that a token reaches before it is switched off (is 35 days)',
      ],
    ],
    [
      'an authorization that both the rotator and a consumer adopt',
      file({ influxdb: { self: { adopt: '0a0b0c0d0e0f0a0b' } }, consumer: { adopt: '0A0B0C0D0E0F0A0B' } }),
      [
        'influxdb.self.adopt: is also the authorization that consumers[0] adopts: its token can be in one secret only (found "0a0b0c0d0e0f0a0b")',
      ],
    ],
    [
      'a key that only consumers have',
      file({ influxdb: { self: { probe: 'never' } } }),
      ['influxdb.self.probe: is not a known key here: it belongs in "defaults", or in a consumer'],
    ],
    [
      'a duration of zero for the rotator',
      file({ influxdb: { self: { rotateEvery: '0s' } } }),
      ['influxdb.self.rotateEvery: must be longer than zero (found "0s")'],
    ],
    ['what is no object', file({ influxdb: { self: true } }), ['influxdb.self: must be an object (found true)']],
    [
      'an age that is reached before',
      file({ consumer: { maxTokenAge: '31d' } }),
      [
        'consumers[0].maxTokenAge: must be at least rotateEvery + schedule + gracePeriod + lease = 31 days 1 hour, the age that a token reaches before it is switched off (is 31 days)',
      ],
    ],
    [
      'a lease that is too short',
      file({ limits: { lease: '25m' } }),
      [
        'limits.lease: must be longer than functionTimeout + requestLife + clockTolerance = 25 minutes, or a run could delete the token of another run that is still alive (is 25 minutes)',
      ],
    ],
    [
      "a time-out beyond Lambda's",
      file({ limits: { functionTimeout: '16m', lease: '1h' } }),
      ['limits.functionTimeout: must be at most 15m, the limit of Lambda (is 16 minutes)'],
    ],
    [
      'a call time-out without room for a second attempt',
      file({ limits: { callTimeout: '3m' } }),
      [
        'limits.callTimeout: must leave room in requestLife (5 minutes) for two attempts and the pause of 250 ms between them (is 3 minutes)',
      ],
    ],
    [
      'no ends at all',
      file({ limits: { maxRetirementsPerRun: 0 } }),
      ['limits.maxRetirementsPerRun: must be at least 1 (found 0)'],
    ],
    [
      'a limit that replaces nothing',
      file({ limits: { maxMissingPerRun: 0 } }),
      ['limits.maxMissingPerRun: must be at least 1 (found 0)'],
    ],
    [
      'a word for an id to adopt',
      file({ consumer: { adopt: 'mine' } }),
      [
        'consumers[0].adopt: must be an InfluxDB id, 16 hexadecimal digits that are not all zero, or "auto" (found "mine")',
      ],
    ],
    [
      'a token key inside another key',
      file({ consumer: { tokenKey: 'influx.token' } }),
      [
        "consumers[0].tokenKey: must not have a dot: keys inside other keys are not supported, the token stands at the top of the secret's JSON",
      ],
    ],
    [
      "such a key of the rotator's secret",
      file({ influxdb: { tokenKey: 'a.b' } }),
      [
        "influxdb.tokenKey: must not have a dot: keys inside other keys are not supported, the token stands at the top of the secret's JSON",
      ],
    ],
    [
      "the rotator's own secret",
      file({ consumer: { secret: 'influxdb/rotator' } }),
      [
        'consumers[0].secret: is also influxdb.tokenSecret, which holds the rotator\'s own token: use another secret (found "influxdb/rotator")',
      ],
    ],
  ])('names %s', (_name, input, expected) => {
    expect(problemsOf(JSON.parse(JSON.stringify(input)))).toEqual(expected);
  });

  it('takes a name and the ARN of the same secret for the same', () => {
    const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:influxdb/telegraf-AbCdEf';
    const input = file({ consumers: [CONSUMER, { ...CONSUMER, name: 'other', secret: arn }] });
    expect(problemsOf(input)).toEqual([
      `consumers[1].secret: is also the secret of consumers[0]: two consumers in one secret would overwrite each other's tokens, so give each consumer its own secret (found "${arn}")`,
    ]);
  });

  it('refuses two consumers that adopt one authorization, but not two that find theirs', () => {
    const adopting = (...ids: string[]) =>
      problemsOf(
        file({
          consumers: ids.map((adopt, index) => ({
            ...CONSUMER,
            name: `c${index}`,
            secret: `influxdb/c${index}`,
            adopt,
          })),
        }),
      );
    expect(adopting('0123456789abcdef', 'auto', '0123456789ABCDEF')).toEqual([
      'consumers[2].adopt: is also the authorization that consumers[0] adopts: its token can be in the secret of one only (found "0123456789ABCDEF")',
    ]);
    expect(adopting('auto', 'auto')).toEqual([]);
  });

  it('refuses two consumers of one name, though it is "auto"', () => {
    const consumers = ['one', 'other'].map((secret) => ({ ...CONSUMER, name: 'auto', secret: `influxdb/${secret}` }));
    expect(problemsOf(file({ consumers }))).toEqual([
      'consumers[1].name: is also the name of consumers[0]: give each consumer its own name (found "auto")',
    ]);
  });

  describe("refuses the rotator's own secret as a consumer's, whichever is", () => {
    const arn = (tail: string) => `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${tail}`;
    const refused = (tokenSecret: string, secret: string) =>
      problemsOf(file({ influxdb: { tokenSecret }, consumer: { secret } }));
    it.each([
      ['a name', 'influxdb/rotator', 'influxdb/rotator'],
      ['a partial ARN', arn('influxdb/rotator'), 'influxdb/rotator'],
      ['a whole ARN', arn('influxdb/rotator-AbCdEf'), 'influxdb/rotator'],
      ['whole and partial', arn('influxdb/rotator-AbCdEf'), arn('influxdb/rotator')],
      ['a partial ARN whose name ends like a whole one', arn('prod-tokens'), 'prod-tokens'],
      ['such a whole ARN', arn('prod-tokens-AbCdEf'), arn('prod-tokens')],
    ])('%s', (_name, one, other) => {
      for (const [tokenSecret, secret] of [
        [one, other],
        [other, one],
      ] as const)
        expect(refused(tokenSecret, secret)).toEqual([
          expect.stringMatching(
            /^consumers\[0\]\.secret: is also influxdb\.tokenSecret, which holds the rotator's own token/,
          ),
        ]);
    });

    it.each([
      ['names of which one begins with the other', 'influxdb/rotator', 'influxdb/rotator-2'],
      ['partial ARNs that differ only in the last six characters', arn('prod-tokens'), arn('prod-writer')],
      ['a whole ARN of another name', arn('influxdb/rotator-AbCdEf'), 'influxdb/telegraf'],
    ])('but not %s', (_name, tokenSecret, secret) => {
      expect(refused(tokenSecret, secret)).toEqual([]);
    });
  });

  it('refuses secrets of two Regions', () => {
    const arn = (region: string) => `arn:aws:secretsmanager:${region}:123456789012:secret:${region}-AbCdEf`;
    const consumers = ['eu-west-1', 'us-east-1'].map((region) => ({ ...CONSUMER, name: region, secret: arn(region) }));
    expect(problemsOf(file({ consumers }))).toEqual([
      'consumers[1].secret: is in Region us-east-1 of account 123456789012, but consumers[0].secret is in Region eu-west-1 of account 123456789012: a deployment works in one account and Region, so give a secret there, or write a second configuration',
    ]);
  });

  it('reports all problems at once', () => {
    const input = file({ deployment: '', schedule: 'soon', consumer: { gracePeriod: '1m', read: undefined } });
    expect(problemsOf(JSON.parse(JSON.stringify(input))).map((line) => line.split(':')[0])).toEqual([
      'deployment',
      'schedule',
      'consumers[0]',
      'consumers[0].gracePeriod',
    ]);
  });

  it.each<[string, string]>([
    ['null', 'null'],
    ['[]', '[]'],
    ['1', '1'],
    ['true', 'true'],
    ['"text"', '"text"'],
  ])('says of %s only that it must be an object', (text, shown) => {
    expect(problemsOf(JSON.parse(text))).toEqual([`must be an object (found ${shown})`]);
  });

  it.each<[string, Json, string[]]>([
    ['an empty object', {}, ['deployment: is', 'influxdb: is', 'consumers: is']],
    ['a list for the server', { ...file(), influxdb: [] }, ['influxdb: must be an object (found [])']],
    ['null for the server', { ...file(), influxdb: null }, ['influxdb: must be an object (found null)']],
    ['null for a consumer', { ...file(), consumers: [null] }, ['consumers[0]: must be an object (found null)']],
    ['a name for a consumer', { ...file(), consumers: ['a'] }, ['consumers[0]: must be an object (found "a")']],
  ])('says nothing of what is missing in what is not there: %s', (_name, input, said) => {
    const lines = problemsOf(input);
    expect(lines.map((line, index) => line.slice(0, said[index]?.length))).toEqual(said);
  });

  it.each<[string, unknown, string]>([
    ['days', { consumer: { rotateEvery: 30 } }, 'consumers[0].rotateEvery: |write "30d" if you mean days (found 30)'],
    ['seconds', { limits: { callTimeout: 10 } }, 'limits.callTimeout: |write "10s" if you mean seconds (found 10)'],
    ['minutes', { limits: { lease: '30' } }, 'limits.lease: |write "30m" if you mean minutes (found "30")'],
    ['hours', { schedule: 0 }, 'schedule: |write "0h" if you mean hours (found 0)'],
  ])('says how a number is written as a duration: %s', (_name, more, said) => {
    const form = 'must be a duration with its unit, in quotes: ';
    expect(problemsOf(file(more as Json))).toEqual([said.replace('|', form)]);
  });

  it.each([1.5, -1, 1e21, true, null, [], {}])('says what a duration is: %j is none', (rotateEvery) => {
    const shown = JSON.stringify(rotateEvery);
    expect(problemsOf(file({ consumer: { rotateEvery } }))).toEqual([
      `consumers[0].rotateEvery: must be a duration: whole numbers, each with s, m, h, d or w, such as "90s", "24h", "30d" or "1h30m" (found ${shown})`,
    ]);
  });

  describe('takes white space at the ends of a name as InfluxDB does', () => {
    const twins = 'names two buckets that differ only by white space at the ends: keep the one that InfluxDB has';
    it.each<[string, Json, string[]]>([
      [
        'buckets',
        { consumer: { write: [' telemetry', 'telemetry'] } },
        [`consumers[0].write: ${twins} (found " telemetry")`],
      ],
      ['at both ends', { consumer: { read: ['a ', '\ta'] } }, [`consumers[0].read: ${twins} (found "a ")`]],
      [
        'nothing but that in an org',
        { influxdb: { org: '  ' } },
        [
          'influxdb.org: must not be only white space, because InfluxDB finds an org without it: give the name or id of the org',
        ],
      ],
    ])('refuses %s', (_name, more, said) => {
      expect(problemsOf(file(more))).toEqual(said);
    });

    it.each<[string, Json]>([
      ['one bucket', { consumer: { write: [' telemetry'] } }],
      ['inside a name', { consumer: { write: ['my telemetry', 'mytelemetry'] } }],
      ['an owner', { consumer: { owner: 'svc ' } }],
      ['an org', { influxdb: { org: ' acme' } }],
    ])('but allows %s, which InfluxDB may have', (_name, more) => {
      expect(problemsOf(file(more))).toEqual([]);
    });
  });

  it.each(['{}', '{"consumers":[null]}', '{"consumers":{},"influxdb":[],"defaults":1,"limits":"x"}'])(
    'says what is wrong with %s, and does not crash',
    (text) => {
      expect(problemsOf(JSON.parse(text)).length).toBeGreaterThan(0);
    },
  );

  it('says where a text is not JSON', () => {
    expect(() => parseConfigurationText('{\n  "deployment": prod\n}', 'rotation.json')).toThrow(
      'is not JSON at line 2, column 17: put texts and keys into double quotes',
    );
  });

  describe('refuses a token where a name belongs, and does not repeat it', () => {
    const token = `${'q7Rk-Vx2mZ0_bT9s'.repeat(5)}aB3dE5==`;
    const consumer = (key: string) => file({ consumer: { [key]: token } });
    it.each<[string, Json]>([
      ['influxdb.tokenSecret', file({ influxdb: { tokenSecret: token } })],
      ['influxdb.org', file({ influxdb: { org: token } })],
      ['influxdb.tokenKey', file({ influxdb: { tokenKey: token } })],
      ['consumers[0].secret', consumer('secret')],
      ['consumers[0].owner', consumer('owner')],
      ['consumers[0].tokenKey', consumer('tokenKey')],
      ['consumers[0].read[0]', file({ consumer: { read: [token] } })],
      ['consumers[0].name', consumer('name')],
      ['consumers[0].rotateEvery', consumer('rotateEvery')],
      ['consumers[0].adopt', consumer('adopt')],
      ['deployment', file({ deployment: token })],
      ['mode', file({ mode: token })],
      ['schedule', file({ schedule: token })],
    ])('%s', (path, input) => {
      const problems = problemsOf(input);
      expect(problems.join('\n')).toContain(`${path}: looks like a token: keep it out of the configuration`);
      for (let start = 0; start + 8 <= token.length; start += 1)
        expect(problems.join('\n')).not.toContain(token.slice(start, start + 8));
    });

    it('says of a secret what to give instead', () => {
      expect(problemsOf(file({ influxdb: { tokenSecret: token } }))).toEqual([
        "influxdb.tokenSecret: looks like a token: keep it out of the configuration, store it in a secret of AWS Secrets Manager, and give that secret's name or ARN here, and since it was in a file, replace it in InfluxDB",
      ]);
    });

    it.each([
      'influxdb/acme/production/eu-central-1/telegraf-collectors-for-the-whole-site',
      'influxdb-rotator-token-production-eu-central-1-acme-telegraf-collectors',
      'InfluxDB-Rotator-Token-Production-Acme-Telegraf-Collectors-2026',
      'arn:aws:secretsmanager:eu-west-1:123456789012:secret:influxdb/acme/telegraf-collectors-of-the-site-AbCdEf',
    ])('but no long name: %s', (tokenSecret) => {
      expect(problemsOf(file({ influxdb: { tokenSecret } }))).toEqual([]);
    });
  });

  it.each<[string, Json]>([
    ['in a value', file({ schedule: 'my-super-secret-auth-token' })],
    ['in a list', file({ consumers: ['my-super-secret-auth-token'] })],
    ['as a key', file({ 'my-super-secret-auth-token': 1 })],
    ['as a name twice', file({ consumers: [1, 2].map(() => ({ ...CONSUMER, name: 'my-super-secret-auth-token' })) })],
  ])('never shows what could be a short token: %s', (_name, input) => {
    const problems = problemsOf(input).join('\n');
    expect(problems).not.toBe('');
    expect(problems).not.toMatch(/my-super|secret-auth/);
  });

  it('never repeats a value that could be a token', () => {
    const canary = 'canary-not-a-real-token-0123456789';
    const input = file({
      token: canary,
      influxdb: { token: canary, ca: canary, url: `https://user:${canary}@example.com` },
      consumer: { adoptToken: canary },
    });
    expect(problemsOf(input).join('\n')).not.toContain('canary');
  });
});
