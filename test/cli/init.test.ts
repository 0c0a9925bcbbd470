import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { DeleteSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { SETUP } from '../../cli/setup/steps.ts';
import { parseConfigurationText } from '../../lambda/config/configuration.ts';
import type { Permission } from '../../lambda/config/permission.ts';
import { describePermission } from '../../lambda/influxdb/permissions.ts';
import type { Answer } from '../../local/http/answer.ts';
import { rotatorPermissions } from '../../simulation/rotator-permissions.ts';
import { CERTIFICATE, KEY } from '../builders/a-certificate.ts';
import { Beginning } from './a-beginning.ts';

let at: Beginning;
beforeEach(async () => {
  at = await Beginning.open();
});
afterEach(() => at.close());

const init = (...args: string[]) => at.type(['init', ...args]);
const initHere = (...args: string[]) => at.typeHere(['init', ...args]);
const again = (...args: string[]) => init('--config', at.path(), ...args);
const againHere = (...args: string[]) => initHere('--config', at.path(), ...args);
const RUN = () => ['run', '--local', '--config', at.path(), '--yes'];
const runHere = () => at.typeHere(RUN());
const run = () => at.type(RUN());

/** Adds to the configuration, as its owner does. */
function change(more: object): void {
  const file = at.json();
  writeFileSync(at.path(), JSON.stringify({ ...file, ...more }));
}

const ANOTHER = { name: 'ci', secret: 'influxdb/ci', owner: 'svc-ci', write: ['telemetry'] };
const withAnother = () => change({ consumers: [...at.json().consumers, ANOTHER] });

describe('init, from nothing', () => {
  it('writes the configuration, and makes all that the first rotation needs', async () => {
    const seen = await init(...at.flags, '--consumer', 'grafana,read=telemetry,secret=grafana,owner=dash', '--yes');
    expect(seen.code).toBe(0);
    expect(at.json()).toEqual({
      $schema: './rotation.schema.json',
      deployment: 'prod',
      influxdb: { url: at.influxdb.url, org: 'acme', tokenSecret: 'influxdb/rotator' },
      consumers: [
        { name: 'telegraf', secret: 'influxdb/acme/telegraf', owner: 'svc-telegraf', write: ['telemetry'] },
        { name: 'grafana', secret: 'grafana', owner: 'dash', read: ['telemetry'] },
      ],
    });
    expect(at.names()).toEqual({
      users: ['admin', 'dash', 'svc-telegraf', 'token-rotator-prod'],
      secrets: ['grafana', 'influxdb/acme/telegraf', 'influxdb/rotator'],
    });
    expect(await run()).toMatchObject({ code: 0 });
    const status = await at.type(['status', '--local', '--config', at.path()]);
    expect(status.out).toContain('2 consumers, all are well');
  });

  it('gives the rotator the least rights, as docs/rotator-token.md lists them', async () => {
    await init(...at.flags, '--yes');
    const [own] = at.own();
    const { consumers } = parseConfigurationText(JSON.stringify(at.json()), 'the file');
    const users = new Map([...at.influxdb.store.tables.users.values()].map(({ name, id }) => [name, id]));
    const ids = { orgId: at.admin.orgId, users, buckets: new Map([['telemetry', at.bucketId]]), types: [] };
    const texts = (permissions: readonly object[] = []) =>
      permissions.map((each) => describePermission(each as Permission)).toSorted();
    expect(texts(own?.permissions)).toEqual(texts(rotatorPermissions(consumers, ids)));
    expect(own?.userId).toBe(users.get('token-rotator-prod'));
  });

  it('makes nothing unless somebody says yes, and shows what it would make', async () => {
    const seen = await init(...at.flags);
    expect(seen.code).toBe(2);
    expect(seen.err).toContain('nobody can be asked here whether this is meant: give --yes');
    expect(seen.err).toMatch(/○ +create user +svc-telegraf +owns the tokens of telegraf/);
    expect(seen.err).toMatch(/○ +make token in +influxdb\/rotator/);
    expect(() => at.json()).toThrow('ENOENT');
    expect(at.names()).toEqual({ users: ['admin'], secrets: [] });
  });

  it('says what to type next as it was typed itself, and status does so, too', async () => {
    const inAClone = { npm_command: 'run-script', npm_lifecycle_event: 'cli' };
    const made = await at.typeHere(['init', ...at.flags, '--yes'], inAClone);
    const local = `--local --config ${at.path()}`;
    expect(made.err).toContain(`next: npm run -s cli -- check ${local}\n`);
    expect(made.err).toContain(`npm run -s cli -- run ${local}, or deploy it`);
    await runHere();
    const userID = [...at.influxdb.store.tables.users.values()].find(({ name }) => name === 'svc-telegraf')?.id ?? '';
    const permissions = [{ action: 'read', resource: { type: 'buckets', id: at.bucketId, orgID: at.admin.orgId } }];
    const { id } = await at.admin.createAuthorization({ userID, description: 'by hand', permissions });
    const seen = await at.typeHere(['status', '--local', '--config', at.path()]);
    const [, next = ''] = /Of no consumer\n.*\n +→ influxdb-token-rotation (.*)/.exec(seen.out) ?? [];
    const discovered = await at.typeHere(next.split(' '));
    expect(discovered).toMatchObject({ code: 0 });
    expect(discovered.out).toContain(id);
  });

  it('finds all there the second time, and does nothing', async () => {
    await init(...at.flags, '--yes');
    const before = at.influxdb.store.authorizations();
    at.forgetCalls();
    for (const seen of [await again(), await init(...at.flags)]) {
      expect(seen).toMatchObject({ code: 0, err: '' });
      expect(seen.out).toContain('prod.json needs is there');
    }
    expect(at.influxdb.store.authorizations()).toEqual(before);
    // Of the one thing that it asks for, InfluxDB makes nothing.
    const writes = at.calls.filter(
      ({ method, path }) => method !== 'GET' && !path.startsWith('/api/v2/authorizations'),
    );
    expect(writes.filter(({ path }) => path !== '/')).toEqual([]);
  });

  it('reaches a server behind TLS, with the certificate of a private CA', async () => {
    const front = createServer({ cert: CERTIFICATE, key: KEY }, async (incoming, response) => {
      const { method, url, headers } = incoming;
      const onward = request(`${at.influxdb.url}${url}`, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      incoming.pipe(onward);
    }).listen(0, '127.0.0.1');
    await once(front, 'listening');
    onTestFinished(() => void front.close());
    const url = `https://localhost:${(front.address() as AddressInfo).port}`;
    writeFileSync(at.path('ca.pem'), CERTIFICATE);
    const strange = await initHere(...at.flags, '--url', url, '--yes');
    expect(strange).toMatchObject({ code: 1 });
    expect(strange.err).toContain('influxdb.ca');
    const seen = await initHere(...at.flags, '--url', url, '--ca', at.path('ca.pem'), '--yes');
    expect(seen).toMatchObject({ code: 0 });
    expect(at.json().influxdb).toMatchObject({ url, ca: CERTIFICATE });
    front.closeAllConnections();
  });

  it('warns of the configuration as a run does', async () => {
    writeFileSync(at.path('ca.pem'), CERTIFICATE);
    const seen = await initHere(...at.flags, '--ca', at.path('ca.pem'), '--commands');
    expect(seen.err).toContain('warning: influxdb.ca has no effect, because influxdb.url begins with http://');
  });

  it('is JSON by its schema', async () => {
    const seen = await init(...at.flags, '--yes', '--json');
    expect(SETUP.parse(JSON.parse(seen.out))).toMatchObject({
      file: at.path(),
      steps: [{ kind: 'write-file' }, {}, {}, {}, {}, { kind: 'make-token', outcome: 'done' }],
      problems: [],
    });
  });

  it('can leave it to people, with commands to type', async () => {
    const first = await init(...at.flags, '--commands');
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out.split('\n').slice(2, -1)).toEqual([
      'influx user create --name token-rotator-prod --org acme',
      'influx user create --name svc-telegraf --org acme',
      'aws secretsmanager create-secret --name influxdb/acme/telegraf',
      'aws secretsmanager create-secret --name influxdb/rotator',
      `influxdb-token-rotation init --config ${at.path()} --commands   # the rest, once the ids of the users are known`,
    ]);
    expect(at.names()).toEqual({ users: ['admin'], secrets: [] });
    for (const name of ['token-rotator-prod', 'svc-telegraf']) await at.admin.createUser(name);
    for (const name of ['influxdb/acme/telegraf', 'influxdb/rotator']) await at.makeSecret(name);
    const second = await again('--commands');
    expect(second.out.split('\n')[2]).toMatch(
      /^curl .*-d '.*"permissions":.*' \| jq .* \| aws secretsmanager put-secret-value --secret-id influxdb\/rotator/,
    );
    // As they are typed.
    const body = /-d '(.*?)'/.exec(second.out)?.[1] ?? '';
    const { token } = (await at.admin.send('POST', '/api/v2/authorizations', JSON.parse(body))) as { token: string };
    await at.secrets.send(new PutSecretValueCommand({ SecretId: 'influxdb/rotator', SecretString: token }));
    expect((await again('--commands')).out).toContain('needs is there');
    expect(await run()).toMatchObject({ code: 0 });
  });
});

describe('init, with a configuration', () => {
  beforeEach(async () => {
    await initHere(...at.flags, '--yes');
  });

  it('replaces the token of the rotator if more is needed, and deletes the one before', async () => {
    const [before] = at.own();
    withAnother();
    const seen = await againHere('--yes');
    expect(seen.code).toBe(0);
    expect(seen.out).toMatch(/make token in +influxdb\/rotator +the rotator's own: the present one/);
    expect(seen.out).toMatch(new RegExp(`✔ +delete token +${before?.id}`));
    expect(at.own()).toMatchObject([{ status: 'active', id: expect.not.stringMatching(before?.id ?? '') }]);
    expect((await runHere()).code).toBe(0);
    expect((await againHere()).out).toContain('needs is there');
  });

  it('never takes the new token for a leftover, though reads of AWS lag behind', async () => {
    const [before] = at.own();
    withAnother();
    const answers: Answer[] = [];
    const lagging = (answer: Answer): Answer => {
      answers.push(answer);
      // The first look after the promotion.
      return answers.length === 3 ? (answers[0] ?? answer) : answer;
    };
    at.secretsManager.faults.intercept(({ operation }) =>
      operation === 'BatchGetSecretValue' ? { rewrite: lagging } : undefined,
    );
    expect((await againHere('--yes')).code).toBe(0);
    expect(answers).toHaveLength(4);
    expect(at.own()).toMatchObject([{ status: 'active', id: expect.not.stringMatching(before?.id ?? '') }]);
  });

  it('says what to type next, as it is typed there', async () => {
    const flags = at.flags.map((flag) => (flag === at.path() ? at.path('the prod.json') : flag));
    const seen = await at.type(['init', ...flags, '--yes'], { npm_command: 'exec' });
    expect(seen.err).toContain(
      `next: npx influxdb-token-rotation check --local --config '${at.path('the prod.json')}'\n`,
    );
  });

  it('says of a token that was made by hand that it lives on', async () => {
    const permissions = [{ action: 'read', resource: { type: 'buckets', orgID: at.admin.orgId } }];
    const userID = await at.admin.createUser('by-hand');
    const { token } = await at.admin.createAuthorization({ userID, description: 'rotator', permissions });
    await at.secrets.send(new PutSecretValueCommand({ SecretId: 'influxdb/rotator', SecretString: token }));
    const seen = await againHere('--yes');
    expect(seen.out).toContain(`delete its authorization (influx auth list --user-id ${userID})`);
    expect(at.own()).toMatchObject([{ status: 'active', userId: userID }]);
    expect(await runHere()).toMatchObject({ code: 0 });
  });

  it('gives the token over to the function that is to rotate it', async () => {
    change({ influxdb: { ...at.json().influxdb, self: {} } });
    expect((await againHere('--yes')).code).toBe(0);
    const ids = at.own().map(({ id }) => id);
    const seen = await at.typeHere(['run', '--local', '--config', at.path(), '--yes']);
    expect(seen.code).toBe(0);
    const rotated = await at.typeHere([
      'rotate',
      'self',
      '--local',
      '--config',
      at.path(),
      '--yes',
      '--reason',
      'a test',
    ]);
    expect(rotated).toMatchObject({ code: 0 });
    expect(at.own().length).toBe(ids.length + 1);
    expect((await againHere()).out).toContain('needs is there');
  });

  it('gives the rotator what it takes to end a token that is adopted', async () => {
    const userID = await at.admin.createUser('loader');
    const permissions = [{ action: 'write', resource: { type: 'buckets', id: at.bucketId, orgID: at.admin.orgId } }];
    const { id, token } = await at.admin.createAuthorization({ userID, description: 'by hand', permissions });
    const { consumers } = at.json();
    await at.secrets.send(
      new PutSecretValueCommand({ SecretId: consumers[0].secret, SecretString: JSON.stringify({ token }) }),
    );
    change({ consumers: [{ ...consumers[0], adopt: id }] });
    const seen = await againHere('--yes');
    expect(seen.out).toContain(`the present one lacks read:users/${userID}`);
    const ran = await at.typeHere(['run', '--local', '--config', at.path(), '--yes', '--json']);
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out).status.consumers[0].older).toMatchObject([{ authorizationId: id, phase: 'works' }]);
  });

  it.each([
    ['deleted', async () => at.admin.send('DELETE', `/api/v2/authorizations/${at.own()[0]?.id}`)],
    [
      'switched off',
      async () => at.admin.send('PATCH', `/api/v2/authorizations/${at.own()[0]?.id}`, { status: 'inactive' }),
    ],
  ])('replaces a token that was %s', async (_, end) => {
    await end();
    const seen = await againHere('--yes');
    expect(seen.out).toContain('InfluxDB refuses the present one');
    expect(at.own()).toMatchObject([{ status: 'active' }]);
    expect(await runHere()).toMatchObject({ code: 0 });
  });

  it('puts one of its own in place of the operator token', async () => {
    await at.secrets.send(
      new PutSecretValueCommand({ SecretId: 'influxdb/rotator', SecretString: at.admin.operatorToken }),
    );
    const seen = await againHere('--yes');
    expect(seen.out).toContain('holds the one that was given here, which may do more than is needed');
    expect(JSON.parse((await at.valueOf('influxdb/rotator')) ?? '').token).not.toBe(at.admin.operatorToken);
    expect(await runHere()).toMatchObject({ code: 0 });
  });

  it('adds a consumer if somebody says yes, and leaves all else as it is', async () => {
    change({ defaults: { rotateEvery: '7d' } });
    const before = at.json();
    const more = ['--consumer', 'grafana,read=telemetry'];
    const seen = await againHere(...more);
    expect(seen).toMatchObject({ code: 2 });
    expect(seen.err).toMatch(/○ +write file +\S+prod.json +gets grafana, and else stays as it is/);
    expect(at.json()).toEqual(before);
    const grafana = { name: 'grafana', secret: 'influxdb/acme/grafana', owner: 'svc-grafana', read: ['telemetry'] };
    for (const flags of [more, [...at.flags.slice(2), ...more]]) {
      expect(await againHere(...flags, '--yes')).toMatchObject({ code: 0 });
      expect(at.json()).toEqual({ ...before, consumers: [...before.consumers, grafana] });
    }
  });

  it.each([
    [
      ['--consumer', 'telegraf,read=telemetry'],
      'has a consumer "telegraf" that is not as --consumer says: edit it there',
    ],
    [['--url', 'http://127.0.0.1:1'], 'does not say what --url says: edit it, or leave --url out'],
    [['--deployment', 'test'], 'does not say what --deployment says'],
  ])('never lets %j overwrite what the file says', async (flags, told) => {
    const before = at.json();
    const seen = await againHere(...flags, '--yes');
    expect(seen).toMatchObject({ code: 2 });
    expect(seen.err).toContain(told);
    expect(at.json()).toEqual(before);
  });
});

it('init works on InfluxDB Cloud, where one user owns everything', async () => {
  await at.close();
  at = await Beginning.open('cloud');
  const influxdb = { url: at.influxdb.url, org: 'acme', tokenSecret: 'influxdb/rotator', cloud: true };
  const consumers = [{ name: 'telegraf', secret: 'influxdb/acme/telegraf', write: ['telemetry'] }];
  writeFileSync(at.path(), JSON.stringify({ deployment: 'prod', influxdb, consumers }));
  expect((await again('--yes')).code).toBe(0);
  expect(at.names().users).toEqual(['admin']);
  expect(await run()).toMatchObject({ code: 0 });
});

describe('what init cannot do is told with what to do', () => {
  it.each([
    [['--consumer', 'ci,write=telemetri'], 1, 'bucket "telemetri" not found'],
    [['--consumer', 'ci,wirte=telemetry'], 2, 'did you mean "write="?'],
    [['--consumer', 'write=telemetry'], 2, 'begins with no name: write it like NAME,write=BUCKET'],
    [['--consumer', 'ci,write='], 2, 'has no value after "write="'],
    [['--consumer', 'ci,owner=a,owner=b'], 2, 'has "owner=" twice'],
    [['--consumer', 'ci'], 2, 'access'],
    [['--ca', 'none.pem'], 2, 'none.pem cannot be read (ENOENT)'],
    [['--org', 'acne'], 1, 'org'],
  ])('%j', async (more, code, says) => {
    const seen = await initHere(...at.flags, ...more, '--yes');
    expect(`${seen.out}${seen.err}`).toContain(says);
    expect(seen.code).toBe(code);
    expect(at.names()).toEqual({ users: ['admin'], secrets: [] });
  });

  it.each([
    [
      { INFLUX_TOKEN: '' },
      'no token was given for this command alone: an operator token. Put it into the environment as INFLUX_TOKEN',
    ],
    [{ INFLUX_TOKEN: 'not a token' }, 'INFLUX_TOKEN holds no token, because it has a space inside'],
    [{ INFLUX_TOKEN: 'unknown' }, 'does not accept the token that was given'],
  ])('%j', async (env, says) => {
    const seen = await at.typeHere(['init', ...at.flags, '--yes'], env);
    expect(seen.err).toContain(says);
    expect(seen.code).toBe(2);
  });

  it('a token that may not make users', async () => {
    const permissions = [{ action: 'read', resource: { type: 'buckets', orgID: at.admin.orgId } }];
    const all = ['read', 'write'].flatMap((action) =>
      ['authorizations', 'buckets', 'orgs'].map((type) => ({ action, resource: { type, orgID: at.admin.orgId } })),
    );
    const { token } = await at.admin.createAuthorization({
      userID: at.admin.userId,
      description: '',
      permissions: [...permissions, ...all, { action: 'read', resource: { type: 'users' } }],
    });
    const seen = await at.typeHere(['init', ...at.flags, '--yes'], { INFLUX_TOKEN: token });
    expect(seen.err).toContain('the token that was given may not do that; give an operator token');
    expect(seen.code).toBe(1);
    expect(at.names()).toEqual({ users: ['admin'], secrets: [] });
  });

  it('a secret that is scheduled for deletion, or holds what is no token', async () => {
    await at.makeSecret('influxdb/acme/telegraf', '{}');
    await at.secrets.send(new DeleteSecretCommand({ SecretId: 'influxdb/acme/telegraf' }));
    await at.makeSecret('influxdb/rotator', 'to be filled in');
    const seen = await initHere(...at.flags, '--yes');
    expect(seen.out).toContain('restore it (aws secretsmanager restore-secret --secret-id influxdb/acme/telegraf)');
    expect(seen.out).toContain('holds no token, because its text has a space inside');
    expect(seen.code).toBe(1);
    expect(at.names().users).toEqual(['admin']);
  });

  it('a secret that is given by an ARN, and does not exist', async () => {
    const secret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:other-AbCdEf';
    const seen = await initHere(...at.flags, '--consumer', `ci,read=telemetry,secret=${secret}`, '--yes');
    expect(seen.out).toContain('correct its ARN, or give its name to have it made');
    expect(seen.code).toBe(1);
  });

  it('a new configuration without its server', async () => {
    const seen = await initHere('--config', at.path(), '--yes');
    expect(seen.err).toContain('a new configuration needs --url and --org and --consumer: give them, for example');
    expect(seen.code).toBe(2);
  });

  it('a file that cannot be written', async () => {
    const seen = await initHere(...at.flags, '--config', at.path('none/prod.json'), '--yes');
    expect(seen.err).toContain('prod.json cannot be written (ENOENT), and nothing was done');
    expect(seen.code).toBe(2);
    expect(at.names()).toEqual({ users: ['admin'], secrets: [] });
  });

  it("another deployment's token", async () => {
    await initHere(...at.flags, '--yes');
    change({ deployment: 'test', consumers: [{ ...ANOTHER, owner: 'svc-telegraf', read: ['telemetry'] }] });
    await at.admin.createBucket('more');
    change({ consumers: [{ ...ANOTHER, write: ['more'] }] });
    const seen = await initHere('--config', at.path(), '--yes');
    expect(seen.out).toContain('secret influxdb/rotator holds the token of deployment prod, which cannot serve test');
    expect(seen.code).toBe(1);
    expect(at.own()).toHaveLength(1);
  });
});
