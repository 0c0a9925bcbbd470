import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkLines } from '../../../cli/check/check-lines.ts';
import { lineOf } from '../../../cli/check/step.ts';
import type { Permission } from '../../../lambda/config/permission.ts';
import type { Json } from '../../lambda/config/a-file.ts';
import { arn } from '../a-set-up.ts';
import { EXPIRED_KEY } from './account.ts';
import { ELSEWHERE, HOME, Stage } from './stage.ts';

// A set-up that is broken in one way: the check names the fault before a run would meet it, and whoever does what the
// check printed, to the letter and nothing else, has a set-up that rotates.

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(() => stage.reset());
afterAll(() => stage.close());

type Break = () => unknown;
type Row = readonly [name: string, code: string, breaks: Break];

const right = (action: string, type: string) => () =>
  stage.without((each: Permission) => each.action === action && each.resource.type === type);
const configured = (change: { influxdb?: Json; consumer?: Json } & Json) => () => stage.configure(change);
const setting = (name: string, value: string | undefined) => () => void vi.stubEnv(name, value);
const ROTATOR = 'influxdb/rotator';
const TELEGRAF = 'influxdb/acme/telegraf';
const user = (name: string) => stage.world.userIds.get(name) ?? '';
const patch = (path: string, body: object) => stage.world.admin.send('PATCH', path, body);
const skewed = (skewMs: number) => ({ on: () => true, times: Number.POSITIVE_INFINITY, skewMs });

const RIGHTS: readonly Row[] = [
  ['no right to read authorizations', 'RIGHT_MISSING', right('read', 'authorizations')],
  ['no right to write authorizations', 'RIGHT_MISSING', right('write', 'authorizations')],
  ['no right to read the owner', 'NAME_UNRESOLVED', right('read', 'users')],
  ['no right to write the owner', 'RIGHT_MISSING', right('write', 'users')],
  ['no right to read the bucket', 'NAME_UNRESOLVED', right('read', 'buckets')],
  ['no right to write the bucket', 'RIGHT_MISSING', right('write', 'buckets')],
  [
    'no right to look the org up, and buckets by id',
    'NAME_UNRESOLVED',
    () => {
      const [bucket = ''] = stage.world.bucketIds.values();
      stage.configure({ consumer: { read: undefined, write: [bucket] } });
      stage.without(({ action, resource }) => action === 'read' && resource.type === 'buckets');
    },
  ],
  ['no right at all', 'NAME_UNRESOLVED', () => stage.without(({ resource }) => resource.type !== 'authorizations')],
];

const TOKENS: readonly Row[] = [
  [
    'a token whose user is deactivated',
    'ROTATOR_REJECTED',
    () => {
      const row = stage.world.influxdb.store.tables.authorizations.get(stage.world.rotatorId);
      return patch(`/api/v2/users/${row?.userId}`, { status: 'inactive' });
    },
  ],
  ['a secret that does not exist', 'ROTATOR_TOKEN', () => stage.remove(ROTATOR)],
  ['a secret that is scheduled for deletion', 'ROTATOR_TOKEN', () => stage.remove(ROTATOR, false)],
  ['an empty text', 'ROTATOR_TOKEN', () => stage.put(ROTATOR, ' ')],
  ['an empty object', 'ROTATOR_TOKEN', () => stage.put(ROTATOR, '{}')],
  ['several lines', 'ROTATOR_TOKEN', () => stage.put(ROTATOR, 'not-a-token\nnot-a-token-either')],
  ['a line of a shell', 'ROTATOR_TOKEN', () => stage.put(ROTATOR, 'INFLUX_TOKEN=not-a-real-token')],
  ['broken JSON', 'ROTATOR_TOKEN', () => stage.put(ROTATOR, '{"token":"not-a-real-token"')],
  [
    "an administrator's name and password",
    'ROTATOR_TOKEN',
    () => stage.put(ROTATOR, '{"username":"admin","password":"not-a-password"}'),
  ],
  [
    'the key in other letters',
    'ROTATOR_TOKEN',
    () => stage.put(ROTATOR, JSON.stringify({ Token: stage.world.rotatorToken })),
  ],
  ['a token that InfluxDB does not know', 'ROTATOR_REJECTED', () => stage.put(ROTATOR, 'not-a-token-of-this-server')],
  [
    'the token of another server, as JSON',
    'ROTATOR_REJECTED',
    () => stage.put(ROTATOR, '{"token":"of-another-server"}'),
  ],
  [
    'a token that is switched off',
    'ROTATOR_REJECTED',
    () => patch(`/api/v2/authorizations/${stage.world.rotatorId}`, { status: 'inactive' }),
  ],
  ["a secret's name that is misspelt", 'ROTATOR_TOKEN', configured({ influxdb: { tokenSecret: 'influxdb/rotatr' } })],
];

const NAMES: readonly Row[] = [
  [
    'an org by an id that does not exist',
    'NAME_UNRESOLVED',
    configured({ influxdb: { org: undefined, orgId: '0a1b2c3d4e5f6071' } }),
  ],
  ['an owner that is to be made', 'RIGHT_MISSING', configured({ consumer: { owner: 'svc-new', createOwner: true } })],
  ['an org that is misspelt', 'INFLUXDB_REFUSED', configured({ influxdb: { org: 'acmee' } })],
  ['a bucket that is misspelt', 'NAME_UNRESOLVED', configured({ consumer: { write: ['telemetri'] } })],
  ['a bucket with a space at its end', 'NAME_UNRESOLVED', configured({ consumer: { write: ['telemetry '] } })],
  ['a bucket that does not exist', 'NAME_UNRESOLVED', configured({ consumer: { read: ['weather'] } })],
  [
    'a bucket by an id that does not exist',
    'NAME_UNRESOLVED',
    configured({ consumer: { write: ['0a1b2c3d4e5f6071'] } }),
  ],
  ['an owner that is misspelt', 'NAME_UNRESOLVED', configured({ consumer: { owner: 'svc-telegarf' } })],
  ['an owner that does not exist', 'NAME_UNRESOLVED', configured({ consumer: { owner: 'ingest' } })],
  [
    'an owner that is deactivated',
    'NAME_UNRESOLVED',
    () => patch(`/api/v2/users/${user('svc-telegraf')}`, { status: 'inactive' }),
  ],
  [
    'an owner by id that is deactivated',
    'NAME_UNRESOLVED',
    async () => {
      stage.configure({ consumer: { owner: user('svc-telegraf') } });
      await patch(`/api/v2/users/${user('svc-telegraf')}`, { status: 'inactive' });
    },
  ],
  ['two names at once', 'NAME_UNRESOLVED', configured({ consumer: { owner: 'svc-telegarf', write: ['telemetri'] } })],
];

const ROTATION_FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:of-somebody-else';
const secret = () => stage.world.secretsManager.store.secret(TELEGRAF) ?? {};

const SECRETS: readonly Row[] = [
  [
    'one that Secrets Manager rotates itself',
    'ROTATED_ELSEWHERE',
    () => Object.assign(secret(), { rotationEnabled: true, rotationLambdaArn: ROTATION_FUNCTION }),
  ],
  ['one of another service', 'SECRET_OF_A_SERVICE', () => Object.assign(secret(), { owningService: 'appflow' })],
  ['one that nobody rotates', 'ROTATION_OFF', configured({ consumer: { rotation: 'secrets-manager' } })],
  ['one that does not exist', 'SECRET_NOT_FOUND', () => stage.remove(TELEGRAF)],
  ['one that is scheduled for deletion', 'SECRET_DELETED', () => stage.remove(TELEGRAF, false)],
  ['a name that is misspelt', 'SECRET_NOT_FOUND', configured({ consumer: { secret: 'influxdb/acme/telegarf' } })],
  [
    'another name than that of the secret which its readers read',
    'SECRET_NOT_FOUND',
    async () => {
      await stage.rotates();
      stage.configure({ consumer: { secret: 'influxdb/acme/collector' } });
    },
  ],
  ['a list', 'SECRET_NOT_JSON', () => stage.put(TELEGRAF, '["not-a-token"]')],
  ['a plain token', 'SECRET_PLAIN_TOKEN', () => stage.put(TELEGRAF, 'the-token-of-somebody-by-hand')],
  ['another key', 'TOKEN_KEY_UNKNOWN', () => stage.put(TELEGRAF, '{"influxToken":"by-hand"}')],
  [
    'something else under the key',
    'SECRET_MALFORMED',
    () => stage.put(TELEGRAF, '{"token":{"of":"somebody"},"influxToken":""}'),
  ],
  ['a key of ours that is no document', 'SECRET_MALFORMED', () => stage.put(TELEGRAF, '{"rotation":true}')],
  [
    'the document of another deployment',
    'DOCUMENT_OF_ANOTHER',
    async () => {
      stage.configure({ deployment: 'staging' });
      await stage.rotates();
      stage.configure({});
    },
  ],
  [
    'binary data',
    'SECRET_BINARY',
    () => stage.secretsManager('PutSecretValue', { SecretId: TELEGRAF, SecretBinary: 'AAAA' }),
  ],
];

const ALLOW = 'secretsmanager:';
const AWS: readonly Row[] = [
  ['no right to read a batch', 'SECRETS_MANAGER_REFUSED', () => stage.deny(`${ALLOW}BatchGetSecretValue`)],
  ['no right to read any secret', 'ROTATOR_TOKEN', () => stage.deny(`${ALLOW}GetSecretValue`)],
  [
    "no right to read the consumer's secret",
    'SECRET_UNREADABLE',
    () => stage.allowOnly(`${ALLOW}GetSecretValue`, ROTATOR),
  ],
  ["no right to read the rotator's secret", 'ROTATOR_TOKEN', () => stage.allowOnly(`${ALLOW}GetSecretValue`, TELEGRAF)],
  ['no right to describe a secret', 'SECRETS_MANAGER_REFUSED', () => stage.deny(`${ALLOW}DescribeSecret`)],
  ['an explicit deny', 'SECRET_UNREADABLE', () => stage.forbid(`${ALLOW}GetSecretValue`, TELEGRAF)],
  [
    'no right to use the key of the secrets',
    'ROTATOR_TOKEN',
    () => {
      stage.deny();
      stage.account.hasKey = true;
    },
  ],
  ['credentials that have expired', 'AWS_CREDENTIALS', setting('AWS_ACCESS_KEY_ID', EXPIRED_KEY)],
  ['credentials that AWS does not know', 'AWS_CREDENTIALS', setting('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLEUNKNOWN')],
  ['half of the credentials', 'AWS_SETTINGS', setting('AWS_SECRET_ACCESS_KEY', undefined)],
  ['another Region', 'ROTATOR_TOKEN', setting('AWS_REGION', ELSEWHERE)],
  ['no Region', 'AWS_SETTINGS', setting('AWS_REGION', undefined)],
  [
    'the variable of another SDK',
    'AWS_SETTINGS',
    () => {
      vi.stubEnv('AWS_REGION', undefined);
      vi.stubEnv('AWS_DEFAULT_REGION', HOME);
    },
  ],
  [
    "ARNs of another Region than the environment's",
    'CONFIGURATION',
    () => {
      stage.configure({ influxdb: { tokenSecret: arnOf(ROTATOR) } });
      vi.stubEnv('AWS_REGION', ELSEWHERE);
    },
  ],
  [
    'an endpoint without http://',
    'AWS_SETTINGS',
    () => vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', stage.account.url.replace('http://', '')),
  ],
  [
    'an endpoint where nothing listens',
    'SECRETS_MANAGER_UNREACHABLE',
    setting('AWS_ENDPOINT_URL_SECRETS_MANAGER', 'http://127.0.0.1:1'),
  ],
  [
    'an endpoint that is InfluxDB',
    'SECRETS_MANAGER_NOT_ITSELF',
    () => vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', stage.world.influxdb.url),
  ],
];

const SERVER: readonly Row[] = [
  ['nothing listens there', 'INFLUXDB_UNREACHABLE', configured({ influxdb: { url: 'http://127.0.0.1:1' } })],
  [
    'a host that does not exist',
    'INFLUXDB_UNREACHABLE',
    configured({ influxdb: { url: 'http://influxdb.invalid:8086' } }),
  ],
  ['something else that answers', 'INFLUXDB_NOT_ITSELF', () => stage.configure({ influxdb: { url: stage.page } })],
  [
    'another base path',
    'INFLUXDB_NOT_ITSELF',
    () => stage.configure({ influxdb: { url: `${stage.world.influxdb.url}/influx` } }),
  ],
  [
    'https:// to a port without TLS',
    'INFLUXDB_UNREACHABLE',
    () => stage.configure({ influxdb: { url: stage.world.influxdb.url.replace('http:', 'https:') } }),
  ],
  [
    'a CA that is not known',
    'INFLUXDB_UNREACHABLE',
    async () => stage.configure({ influxdb: { url: await stage.overTls('well') } }),
  ],
  [
    'a certificate that has expired',
    'INFLUXDB_UNREACHABLE',
    async () => stage.configure({ influxdb: { url: await stage.overTls('expired'), ca: stage.ca } }),
  ],
  [
    'a certificate of another host',
    'INFLUXDB_UNREACHABLE',
    async () => stage.configure({ influxdb: { url: await stage.overTls('other'), ca: stage.ca } }),
  ],
];

const CLOCKS: readonly Row[] = [
  [
    'AWS takes no signature with the time of this machine',
    'AWS_CLOCK',
    () => {
      stage.account.hasOtherTime = true;
    },
  ],
  ["InfluxDB's is behind", 'CLOCKS_DISAGREE', () => stage.world.influxdb.faults.add(skewed(-20 * 60_000))],
  ["InfluxDB's is a year ahead", 'CLOCKS_DISAGREE', () => stage.world.influxdb.faults.add(skewed(365 * 86_400_000))],
  [
    "this machine's is behind",
    'CLOCKS_DISAGREE',
    () => {
      stage.world.influxdb.faults.add(skewed(20 * 60_000));
      stage.account.faults.add(skewed(20 * 60_000));
    },
  ],
];

const FILES: readonly Row[] = [
  ['a key that is misspelt', 'CONFIGURATION', configured({ influxdb: { org: undefined, ogr: 'acme' } })],
  [
    'a key of a consumer that is misspelt',
    'CONFIGURATION',
    configured({ consumer: { owner: undefined, ownr: 'svc-telegraf' } }),
  ],
  ['a number as a duration', 'CONFIGURATION', configured({ consumer: { gracePeriod: 2 } })],
  ['a duration without its unit', 'CONFIGURATION', configured({ schedule: '60' })],
  ['a word that is misspelt', 'CONFIGURATION', configured({ consumer: { probe: 'dayly' } })],
];

describe.each([
  ["the rotator's rights", RIGHTS],
  ["the rotator's token", TOKENS],
  ['names', NAMES],
  ["the consumer's secret", SECRETS],
  ['AWS', AWS],
  ['the server', SERVER],
  ['clocks', CLOCKS],
  ['the configuration', FILES],
])('%s', (_group, rows) => {
  it.each(rows)('%s', async (_name, code, breaks) => {
    await breaks();
    const { code: exitCode, check } = await stage.check();
    expect(check.faults.map((fault) => fault.code)).toContain(code);
    expect(exitCode).toBe(code === 'CONFIGURATION' ? 2 : 1);
    const shown = checkLines(check, undefined).join('\n');
    for (const { code: told, remedy } of check.faults) {
      expect(shown).toContain(`(${told})`);
      for (const step of remedy) expect(shown).toContain(`→ ${lineOf(step)}`);
    }
    expect(shown + JSON.stringify(check)).not.toContain(stage.world.rotatorToken.slice(0, 12));
    expect(await stage.trying(() => stage.rotates()), 'before it is mended').toBe(false);
    const mended = await stage.mend(check);
    expect(mended.faults).toEqual([]);
    expect(await stage.rotates(), 'after it is mended').toBe(true);
  });
});

it('a set-up that is as it should be has no fault', async () => {
  const { code, check } = await stage.check();
  expect({ code, faults: check.faults }).toEqual({ code: 0, faults: [] });
  expect(check.well.map(({ group }) => group)).toEqual([
    ...['configuration', 'aws', 'influxdb', 'names', 'rotator', 'secrets', 'clocks'],
  ]);
});

it('that runs only plan is told', async () => {
  stage.configure({ mode: 'plan' });
  const { check } = await stage.check();
  expect(check.well[0]?.what).toContain('"mode" is "plan"');
});

describe('what could not be checked is told, with why', () => {
  it('the rights of a function that is deployed, with the statement and the command that tell', async () => {
    const { check } = await stage.check();
    expect(check.unchecked.map(({ what }) => what)).toEqual([
      'whether the function may write the secrets',
      "what the function's role may do, and whether the function reaches InfluxDB",
    ]);
    expect(check.unchecked[0]?.remedy).toMatchObject([
      { kind: 'statement', change: 'make-sure', statement: { Resource: [arnOf(`${TELEGRAF}-??????`)] } },
      { kind: 'command', command: expect.stringContaining('aws iam simulate-principal-policy') },
    ]);
  });

  it("rights of the rotator's token that InfluxDB's answer does not tell", async () => {
    stage.world.influxdb.faults.add({
      on: 'POST /api/v2/authorizations',
      times: Number.POSITIVE_INFINITY,
      status: 503,
    });
    const { check, code } = await stage.check();
    expect(check.unchecked).toContainEqual({
      what: "the rights of the rotator's token for telegraf",
      why: expect.stringContaining('not all rights of the rotator'),
      remedy: [],
    });
    expect(check.well.map(({ group }) => group)).not.toContain('rotator');
    expect(code).toBe(0);
  });

  it('whether a bus takes events', async () => {
    stage.configure({ events: { bus: 'tokens' } });
    const { check } = await stage.check();
    expect(check.unchecked.find(({ what }) => what.includes('bus'))?.remedy).toMatchObject([
      { statement: { Resource: [`arn:aws:events:${HOME}:123456789012:event-bus/tokens`] } },
    ]);
  });

  it('whether people are told, Security Hub takes findings, and a bucket takes evidence', async () => {
    const topic = `arn:aws:sns:${HOME}:123456789012:people`;
    stage.configure({
      ...{ news: { topic }, securityHub: true },
      evidence: { bucket: 'records-of-acme', prefix: 'influxdb/' },
    });
    const { check } = await stage.check();
    const remedies = (what: string) => check.unchecked.find((each) => each.what.includes(what))?.remedy;
    expect(remedies('the topic')).toMatchObject([{ statement: { Action: ['sns:Publish'], Resource: [topic] } }]);
    const product = `arn:aws:securityhub:${HOME}:123456789012:product/123456789012/default`;
    expect(remedies('Security Hub')).toMatchObject([{ statement: { Resource: [product] } }]);
    expect(remedies('takes evidence')).toMatchObject([
      { statement: { Resource: ['arn:aws:s3:::records-of-acme/influxdb/*'] } },
    ]);
  });
});

function arnOf(secret: string): string {
  return arn(`${secret}`, HOME);
}
