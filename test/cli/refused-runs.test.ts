import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { World } from '../../simulation/world.ts';
import { aConfiguration, aConsumer } from '../builders/a-configuration.ts';
import { madeIn, put } from '../builders/a-world.ts';
import { file, type Json } from '../lambda/config/a-file.ts';
import { OLD_ROOT } from '../lambda/config/certificates.ts';
import { arn, type Ending, SetUp } from './a-set-up.ts';

let world: World;
let setUp: SetUp;
let restore: () => void;
beforeAll(async () => {
  setUp = new SetUp();
  const telegraf = aConsumer();
  world = await World.create({ configuration: aConfiguration([telegraf]), startsAt: Date.now() });
  restore = world.save();
});
beforeEach(() => {
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', world.secretsManager.url);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(() => {
  vi.unstubAllEnvs();
  restore();
});
afterAll(async () => {
  setUp.remove();
  await world.close();
});

/** One run of `npm start -- --config FILE`, against the two servers. */
function start({
  influxdb = {},
  consumer = {},
  ...rest
}: { influxdb?: Json; consumer?: Json } & Json = {}): Promise<Ending> {
  const telegraf = { secret: 'influxdb/acme/telegraf', write: ['telemetry'], ...consumer };
  return setUp.start(file({ influxdb: { url: world.influxdb.url, ...influxdb }, consumer: telegraf, ...rest }));
}

const TOKEN = 'qZ3-kV9_xW1yT5uR7oP2aS4dF6gH8jK0lM-nB_vC3xZ5qW7eR9tY1uI3oP5aS7dF9gH1jK3lZ5xC7vB9nM1qWeRtYu==';

describe("the rotator's token is read as people store it", () => {
  const all = (token: string): [string, string][] => [
    ['alone', token],
    ['with line ends', `\r\n${token}\r\n\n`],
    ['with a line end in two characters', `${token}\\n`],
    ['with a byte order mark', `\uFEFF${token}`],
    ['with a mark that nobody sees', `${token}\u200B`],
    ['in double quotes', `"${token}"\n`],
    ['in single quotes', `'${token}'`],
    ['in typographic quotes', `“${token}”`],
    ['with the scheme', `Token ${token}`],
    ['with the other scheme, in small letters and quotes', `"bearer  ${token}"`],
    ['as a header', `Authorization: Token ${token}`],
    ['as JSON with a byte order mark', `\uFEFF{"token":"${token}"}`],
    ['as JSON in a text', JSON.stringify(JSON.stringify({ token }))],
    ['as JSON with a comma at its end and a comment', `{\n  // the rotator's\n  "token": "${token}",\n}`],
    ['with a line end in JSON', JSON.stringify({ token: `${token}\n` })],
    ['with the scheme in JSON', JSON.stringify({ token: `Token ${token}` })],
    ['in quotes in JSON', JSON.stringify({ token: `"${token}"`, url: 'https://influxdb' })],
  ];
  it.each(all('TOKEN'))('%s', async (_name, text) => {
    await put(world, 'influxdb/rotator', text.replace('TOKEN', world.rotatorToken));
    const { code, stdout, stderr } = await start();
    expect({ code, rotated: JSON.parse(stdout).counts.rotated }).toEqual({ code: 0, rotated: 1 });
    expect(stdout + stderr).not.toContain(world.rotatorToken.slice(0, 12));
  });
});

const HOLDS = "secret influxdb/rotator, which holds the rotator's own token,";
const ALONE = 'store the token alone, or a JSON object with the key "token"';
const THERE = 'store it there, or name its key as influxdb.tokenKey';

describe("refused by the run, which ends with 1: the rotator's secret, of which nothing is sent", () => {
  const alone = (why: string) => `${HOLDS} holds no token, because its text ${why}: ${ALONE}`;
  const under = (why: string) => `${HOLDS} has no token under the key "token", because its text ${why}: ${THERE}`;
  it.each<[string, string, string]>([
    ['only spaces', '  \n', alone('is empty')],
    ['only a scheme', 'Token ', alone('is a word that stands for nothing')],
    ['two tokens', `${TOKEN}\n${TOKEN}`, alone('has a line break inside')],
    ['a sentence', `put ${TOKEN} here`, alone('has a space inside')],
    ['a token with a word after it', `${TOKEN} rotator`, alone('has a space inside')],
    ['an object that lost its quotes', `{token:${TOKEN}}`, alone('is broken JSON')],
    ['an object in single quotes', `{'token':'${TOKEN}'}`, alone('is broken JSON')],
    ['an object without its end', `{"token":"${TOKEN}"`, alone('is broken JSON')],
    ['an object without its beginning', `"token":"${TOKEN}"}`, alone('is broken JSON')],
    ['a member alone', `"token": "${TOKEN}"`, alone('is broken JSON')],
    ['a list', `["${TOKEN}"]`, alone('is broken JSON')],
    ['YAML', `token: ${TOKEN}`, alone('has a space inside')],
    ['a line of a shell', `INFLUX_TOKEN=${TOKEN}`, alone('is a name with a value')],
    ['a URL', 'https://influxdb.example.com:8086', alone('is a URL')],
    ['an ARN', arn('influxdb/rotator-AbCdEf'), alone('is an ARN')],
    ['a place for a token', '<token>', alone('has quotes, brackets or the like inside')],
    ['a letter that no header has', `${TOKEN}é`, alone('has characters that a header cannot have')],
    ['a book', 'a'.repeat(60_000), alone('is too long')],
    ['null', 'null', alone('is a word that stands for nothing')],
    ['a number under the key', '{"token":12345678}', `${HOLDS} has no text under the key "token": ${THERE}`],
    ['nothing under the key', '{"token":""}', under('is empty')],
    [
      'a line break in the token',
      JSON.stringify({ token: `${TOKEN.slice(0, 40)}\n${TOKEN.slice(40)}` }),
      under('has a line break inside'),
    ],
    ['an object under the key', JSON.stringify({ token: JSON.stringify({ token: TOKEN }) }), under('is broken JSON')],
    [
      'the key twice',
      `{"token":"${TOKEN}","token":"x"}`,
      `${HOLDS} has the key "token" twice: keep the one with the token that works`,
    ],
    [
      'the key in other letters',
      `{"Token":"${TOKEN}"}`,
      `${HOLDS} has no token under the key "token" (it has the key "Token"): ${THERE}`,
    ],
    ['the token as a key', `{"${TOKEN}":""}`, `${HOLDS} has no token under the key "token": ${THERE}`],
    ['lists in lists without end', '['.repeat(20_000), alone('is too long')],
  ])('%s', async (_name, text, said) => {
    await put(world, 'influxdb/rotator', text);
    const { code, stdout, stderr } = await start();
    expect(JSON.parse(stdout).errors).toMatchObject([{ code: 'ROTATOR_TOKEN', message: said }]);
    expect(code).toBe(1);
    expect(stderr.split('\n').at(-2)).toBe(`the run failed: ${said}`);
    expect(stdout + stderr).not.toContain(TOKEN.slice(0, 12));
    expect([world.influxdb.calls.length, madeIn(world)]).toEqual([0, []]);
  });
});

describe('refused by the first call of the run, which ends with 1, at once: settings of AWS', () => {
  it.each<[string, string, string | undefined, string]>([
    [
      'an endpoint without http://',
      'AWS_ENDPOINT_URL_SECRETS_MANAGER',
      '127.0.0.1:8701',
      `AWS_ENDPOINT_URL_SECRETS_MANAGER must be a URL that begins with http:// or https:// (found "127.0.0.1:8701"): write http:// or https:// before it, or remove the setting if AWS's own address is meant`,
    ],
    [
      'a Region that is none',
      'AWS_REGION',
      'eu west',
      'AWS_REGION is not the name of a Region (found "eu west"): give one such as eu-west-1, without spaces',
    ],
  ])('%s', async (_name, variable, value, said) => {
    vi.stubEnv(variable, value);
    const message = `Secrets Manager: BatchGetSecretValue failed with a wrong setting: ${said}`;
    const { code, stdout, stderr } = await start();
    expect(JSON.parse(stdout).errors).toMatchObject([{ code: 'AWS_SETTINGS', message }]);
    expect({ code, last: stderr.split('\n').at(-2) }).toEqual({ code: 1, last: `the run failed: ${message}` });
    expect([world.calls, madeIn(world)]).toEqual([0, []]);
  });
});

describe('refused before the run, which ends with 2: what is right, but not here and now', () => {
  it.each<[string, Json, string]>([
    [
      'a secret of another Region than that of the environment',
      { influxdb: { tokenSecret: arn('influxdb/rotator-AbCdEf') } },
      'influxdb.tokenSecret: is in Region eu-west-1, but the function runs in us-east-1: a deployment works in one account and Region, so give a secret there, or deploy where the secret is',
    ],
    [
      'a CA that has expired, and no other',
      { influxdb: { ca: OLD_ROOT } },
      'influxdb.ca: has a certificate that expired on 2021-01-01: give the one that follows it, or both',
    ],
  ])('%s', async (_name, more, said) => {
    const { code, stdout, stderr } = await start(more);
    expect(stderr).toBe(`${setUp.path} has 1 problem:\n  ${said}\n`);
    expect({ code, stdout, calls: world.calls }).toEqual({ code: 2, stdout: '', calls: 0 });
  });
});

describe('refused by the plan, which ends with 1 and writes nothing', () => {
  it.each<[string, Json, string]>([
    ['a bucket that does not exist', { consumer: { write: ['telemetri'] } }, 'NAME_UNRESOLVED'],
    ['an owner that does not exist', { consumer: { owner: 'svc-nobody' } }, 'NAME_UNRESOLVED'],
    ['a secret that does not exist', { consumer: { secret: 'influxdb/acme/nothing' } }, 'SECRET_NOT_FOUND'],
  ])('%s', async (_name, more, reason) => {
    const { code, stdout } = await start({ ...more, mode: 'plan' });
    const [consumer] = JSON.parse(stdout).consumers;
    expect({ code, state: consumer.state, why: (consumer.obstacle ?? consumer.why).code }).toEqual({
      code: 1,
      state: 'failed',
      why: reason,
    });
    expect(madeIn(world)).toEqual([]);
  });

  it("the rotator's secret that does not exist", async () => {
    const SecretId = 'influxdb/rotator';
    await world.secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    const { code, stdout } = await start({ mode: 'plan' });
    expect({ code, errors: JSON.parse(stdout).errors.map(({ code }: { code: string }) => code) }).toEqual({
      code: 1,
      errors: ['ROTATOR_TOKEN'],
    });
  });
});

describe('warned of', () => {
  it('each run says that tokens cross a public network in clear text', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', 'http://127.0.0.1:1');
    const { code, stderr } = await start({ influxdb: { url: 'http://influxdb.example.com:8086' } });
    expect(code).toBe(1);
    expect(stderr.split('\n').map((line) => (line.startsWith('{') ? JSON.parse(line) : line))).toContainEqual({
      level: 'WARN',
      code: 'CONFIGURATION_WARNING',
      warning:
        'influxdb.url begins with http://, and its host does not look private: every token would cross the network in clear text; use https://',
    });
  });

  it('the command, and not each run, says that a name ends like an ARN', async () => {
    const { stderr } = await start({ consumer: { secret: 'influxdb/acme/a-writer' } });
    expect(stderr).toMatch(/^warning: consumers\[0\]\.secret ends in "-writer", like a whole ARN/);
    expect(stderr).not.toContain('CONFIGURATION_WARNING');
  });
});
