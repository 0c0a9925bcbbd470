import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import { parseMarker } from '../../../lambda/engine/document/marker.ts';
import type { ConsumerReport, RunReport } from '../../../lambda/engine/report/report.ts';
import { RunFailedError } from '../../../lambda/engine/report/run-failed-error.ts';
import { createHandler } from '../../../lambda/handler.ts';
import { Auditor } from '../../../simulation/auditor.ts';
import { World } from '../../../simulation/world.ts';
import { aConfiguration, aConsumer, DAY, HOUR, LIMITS, MINUTE } from '../../builders/a-configuration.ts';

let world: World;
afterEach(async () => {
  vi.unstubAllEnvs();
  await world.close();
});

const SECRET = 'influxdb/acme/telegraf';

async function aWorld(
  settings: Partial<ConsumerSettings> = {},
  initialValue: () => string | undefined = () => '{}',
): Promise<void> {
  world = await World.create({ configuration: aConfiguration([aConsumer(settings)]), initialValue });
}

/** Runs, and gives the summary of what failed. */
async function failureOf(run: Promise<unknown>): Promise<RunFailedError> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof RunFailedError)) throw new Error('the run did not fail as it should', { cause: error });
  return error;
}

function made(): { id: string; status: string; description: string }[] {
  return world.influxdb.store.authorizations().filter(({ description }) => parseMarker(description) !== undefined);
}

async function currentText(secret: string): Promise<string> {
  return (await world.secrets.send(new GetSecretValueCommand({ SecretId: secret }))).SecretString ?? '';
}

function versionsOf(secret: string): unknown[] {
  const versions = [...(world.secretsManager.store.secret(secret)?.versions.values() ?? [])];
  return versions.map(({ id, value, stages }) => [id, value, ...stages]);
}

async function put(secret: string, value: string): Promise<void> {
  await world.secrets.send(new PutSecretValueCommand({ SecretId: secret, SecretString: value }));
}

async function document(secret: string): Promise<{ token: string; rotation: Record<string, unknown> }> {
  return JSON.parse(await currentText(secret)) as { token: string; rotation: Record<string, unknown> };
}

function consumer({ consumers }: RunReport, name = 'telegraf'): ConsumerReport {
  const found = consumers.find((each) => each.consumer === name);
  if (found === undefined) throw new Error(`no report of ${name}`);
  return found;
}

function setRotator(change: object): void {
  const { authorizations } = world.influxdb.store.tables;
  const row = authorizations.get(world.rotatorId);
  if (row !== undefined) authorizations.set(row.id, { ...row, ...change });
}

describe('what keeps a whole run from beginning is one error, however many consumers there are', () => {
  const three = ['a', 'b', 'c'].map((name) => aConsumer({ name }));
  it.each<[string, () => unknown, RegExp]>([
    [
      'an unreachable InfluxDB',
      () => world.influxdb.close(),
      /^the run failed: no connection to InfluxDB at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\): check the URL, the network path and the certificate$/,
    ],
    [
      'an unreachable Secrets Manager',
      () => world.secretsManager.close(),
      /^the run failed: Secrets Manager: BatchGetSecretValue failed with ECONNREFUSED: no connection: check the Region, the endpoint and the network path$/,
    ],
    [
      'a wrong rotator token',
      () => put('influxdb/rotator', '{"token":"wrong"}'),
      /^the run failed: InfluxDB refuses the rotator's own token \(401 unauthorized access\): store the token of an active authorization of an active user in the secret that influxdb\.tokenSecret names$/,
    ],
    [
      'a rotator whose user is inactive',
      () =>
        world.admin.send('PATCH', `/api/v2/users/${world.influxdb.store.userNamed('svc-rotator')?.id}`, {
          status: 'inactive',
        }),
      /^the run failed: InfluxDB refuses the rotator's own token \(403 User is inactive\)/,
    ],
    [
      'a rotator secret without the key',
      () => put('influxdb/rotator', '{"Token":"x"}'),
      /^the run failed: secret influxdb\/rotator, which holds the rotator's own token, has no token under the key "token": store it there, or name its key as influxdb\.tokenKey$/,
    ],
    [
      'a missing rotator secret',
      () =>
        world.secrets.send(new DeleteSecretCommand({ SecretId: 'influxdb/rotator', ForceDeleteWithoutRecovery: true })),
      /^the run failed: secret influxdb\/rotator, which holds the rotator's own token, does not exist or has no value: create an authorization for the rotator, and store its token there$/,
    ],
    [
      'a rotator secret that is scheduled for deletion',
      () => world.secrets.send(new DeleteSecretCommand({ SecretId: 'influxdb/rotator' })),
      /^the run failed: .* is scheduled for deletion: restore it, or name another one as influxdb\.tokenSecret$/,
    ],
  ])('%s', async (_name, breakIt, text) => {
    world = await World.create({ configuration: aConfiguration(three) });
    await breakIt();
    const { message, report } = await failureOf(world.run());
    expect(message).toMatch(text);
    expect(report.consumers.map(({ state }) => state)).toEqual(['not-attempted', 'not-attempted', 'not-attempted']);
    expect(made()).toEqual([]);
  });

  it.each([undefined, 'not a region'])('a Region that is %s', async (region) => {
    world = await World.create({ configuration: aConfiguration(three) });
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
    for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/dev/null');
    const { region: _region, ...secretsManager } = world.secretsManagerConfig;
    const started = world.clock.now();
    const run = world.run('run', {
      secretsManager: region === undefined ? secretsManager : { ...secretsManager, region },
    });
    expect((await failureOf(run)).message).toMatch(
      /^the run failed: Secrets Manager: BatchGetSecretValue failed with NoRegion: no AWS Region is set, or it is no name of one: set AWS_REGION$/,
    );
    expect(world.clock.now()).toBe(started);
  });

  it('an inactive rotator token, which sees empty lists instead of an error', async () => {
    await aWorld();
    await world.run();
    setRotator({ status: 'inactive' });
    world.clock.advance(31 * DAY);
    const { message } = await failureOf(world.run());
    expect(message).toMatch(/^the run failed: InfluxDB refuses the rotator's own token \(401 token is inactive\)/);
    expect(made().map(({ status }) => status)).toEqual(['active']);
  });

  it('does not mind a rotator secret that is the plain token', async () => {
    await aWorld();
    await put('influxdb/rotator', `${world.rotatorToken}\n`);
    expect((await world.run()).counts.rotated).toBe(1);
  });
});

describe('a secret that cannot be used', () => {
  it.each<[string, string | undefined, () => unknown, string]>([
    [
      'is missing',
      '{}',
      () => world.secrets.send(new DeleteSecretCommand({ SecretId: SECRET, ForceDeleteWithoutRecovery: true })),
      `secret ${SECRET} does not exist: create it (aws secretsmanager create-secret --name ${SECRET}), or set "createSecret": true for consumer telegraf`,
    ],
    [
      'is scheduled for deletion',
      '{}',
      () => world.secrets.send(new DeleteSecretCommand({ SecretId: SECRET })),
      `secret ${SECRET} is scheduled for deletion: restore it (aws secretsmanager restore-secret --secret-id ${SECRET}), or take the consumer out of the configuration`,
    ],
    [
      'is not JSON',
      'a-plain-token',
      () => undefined,
      `the value of secret ${SECRET} is not a JSON object: store it as {"token": "<the token>"}, or set "convert": true for consumer telegraf once its readers expect JSON`,
    ],
    ['is JSON, but no object', '["a"]', () => undefined, 'is not a JSON object'],
    [
      'has a key "rotation" of its user\'s own',
      '{"rotation":"monthly"}',
      () => undefined,
      `secret ${SECRET} has a key "rotation" that is not a document of ours (wrong or missing: rotation): rename it, or remove it to start with a first token`,
    ],
    [
      'has our key twice',
      '{"token":"a","token":"b"}',
      () => undefined,
      'the secret\'s JSON has the key "token" or "rotation" twice; remove one of them',
    ],
    [
      'is full',
      JSON.stringify({ notes: 'x'.repeat(65_000) }),
      () => undefined,
      'and Secrets Manager takes at most 65536; shorten the other keys of the secret by',
    ],
  ])('because it %s: nothing is minted, and nothing is lost', async (_name, value, breakIt, text) => {
    await aWorld({}, () => value);
    await breakIt();
    const before = versionsOf(SECRET);
    const { message, report } = await failureOf(world.run());
    expect(message).toContain(text);
    expect(report.counts).toMatchObject({ failed: 1, rotated: 0 });
    expect(made()).toEqual([]);
    expect(versionsOf(SECRET)).toEqual(before);
  });

  it('is created where the configuration allows it', async () => {
    await aWorld({ createSecret: true });
    expect((await world.run()).counts.rotated).toBe(1);
    expect((await document(SECRET)).rotation).toMatchObject({ consumer: 'telegraf' });
  });

  it('gets a first, empty version where it has none', async () => {
    await aWorld({}, () => undefined);
    expect((await world.run()).counts.rotated).toBe(1);
    expect(
      [...(world.secretsManager.store.secret(SECRET)?.versions.values() ?? [])].map(({ value }) => value?.slice(0, 2)),
    ).toEqual(['{}', '{"']);
  });

  it('that holds a plain token is turned into JSON where the configuration says so', async () => {
    await aWorld({ convert: true }, () => 'a-plain-token');
    const report = await world.run();
    expect(Object.keys(await document(SECRET))).toEqual(['token', 'rotation']);
    expect(consumer(report).notes).toEqual([
      `the token that secret ${SECRET} held before is not one of ours: revoke it by hand once nothing uses it, or name its authorization as "adopt" before the first rotation`,
    ]);
  });

  it('that somebody copied from another consumer blocks, and neither side switches off what the other reads', async () => {
    world = await World.create({ configuration: aConfiguration([aConsumer(), aConsumer({ name: 'grafana' })]) });
    await world.run();
    const copied = await currentText(SECRET);
    await put('influxdb/acme/grafana', copied);
    for (let day = 0; day < 40; day += 1) {
      const report = await world.run();
      expect(consumer(report, 'grafana')).toMatchObject({
        state: 'blocked',
        reason: expect.stringContaining(
          'managed by another: the document in secret influxdb/acme/grafana is that of deployment prod, consumer telegraf',
        ),
      });
      world.clock.advance(DAY);
    }
    const { token } = JSON.parse(copied) as { token: string };
    expect((await document(SECRET)).token).not.toBe(token);
    expect(world.influxdb.store.statusOf(token)).toBe('active');
  });

  it('that Secrets Manager itself rotates is left alone', async () => {
    await aWorld();
    await world.secrets.send(
      new RotateSecretCommand({
        SecretId: SECRET,
        ClientRequestToken: crypto.randomUUID(),
        RotationLambdaARN: 'arn:aws:lambda:us-east-1:123456789012:function:other',
        RotationRules: { AutomaticallyAfterDays: 30 },
      }),
    );
    const { message } = await failureOf(world.run());
    expect(message).toContain(`Secrets Manager itself rotates secret ${SECRET} (RotationEnabled)`);
    expect(made()).toEqual([]);
  });
});

describe('a name that cannot be resolved', () => {
  it.each<[string, Partial<ConsumerSettings>, string]>([
    [
      'a bucket',
      { access: { kind: 'buckets', read: ['nosuch'], write: [] } },
      'bucket "nosuch" not found (org acme): create it, or correct the name',
    ],
    ['an owner', { owner: 'nobody' }, 'owner "nobody" does not exist: create the user, or set "createOwner": true'],
  ])('stops the minting for its consumer, never the retirement: %s', async (_name, change, text) => {
    await aWorld();
    await world.run();
    world.clock.advance(30 * DAY);
    await world.run();
    world.clock.advance(25 * HOUR);
    world.configuration = { ...world.configuration, consumers: [aConsumer(change)] };
    const { message, report } = await failureOf(world.run());
    expect(message).toContain(text);
    expect(report.counts.deactivated).toBe(1);
  });

  it('tells a bucket that may not be read from one that does not exist', async () => {
    await aWorld();
    const { permissions } = world.influxdb.store.tables.authorizations.get(world.rotatorId) ?? { permissions: [] };
    setRotator({
      permissions: permissions.filter(({ action, resource }) => action !== 'read' || resource.type !== 'buckets'),
    });
    expect((await failureOf(world.run())).message).toContain(
      'bucket "telemetry" exists, but the rotator\'s token may not read it',
    );
  });

  it('is made where the configuration allows it, and the rotator may', async () => {
    await aWorld({ owner: 'svc-new', createOwner: true });
    await put('influxdb/rotator', JSON.stringify({ token: world.admin.operatorToken }));
    expect((await world.run()).counts.rotated).toBe(1);
    expect(world.influxdb.store.userNamed('svc-new')).toBeDefined();
  });
});

describe('answers that go wrong', () => {
  const FAULTS = {
    'a lost answer': { loseAnswer: true },
    'a refused connection': { refuse: true },
    'status 429 with Retry-After': { status: 429, headers: { 'retry-after': '3' } },
    'status 500': { status: 500 },
    "a proxy's page with 502": {
      status: 502,
      body: '<html>bad gateway</html>',
      headers: { 'content-type': 'text/html' },
    },
    'status 503': { status: 503 },
    'a truncated body': {
      rewrite: (answer: { body?: string | Buffer; status: number }) => ({
        ...answer,
        body: String(answer.body ?? '').slice(0, 20),
      }),
    },
  } as const;
  const POINTS = [
    ...Array.from({ length: 8 }, (_, index) => ['influxdb', index + 1] as const),
    ...Array.from({ length: 4 }, (_, index) => ['secretsManager', index + 1] as const),
  ];
  it.each(Object.entries(FAULTS))(
    'never cost access, and leave nothing behind: %s, at every call',
    async (_name, fault) => {
      for (const [server, call] of POINTS) {
        await aWorld();
        const auditor = new Auditor(world);
        world[server].faults.add({ on: call, ...fault });
        await world.run().catch((error: unknown) => expect(error).toBeInstanceOf(RunFailedError));
        auditor.inspect();
        for (const pause of [HOUR, 26 * HOUR, 26 * HOUR, 26 * HOUR]) {
          world.clock.advance(pause);
          await world.run();
          auditor.inspect();
        }
        const { token } = await document(SECRET);
        expect({
          server,
          call,
          violations: auditor.violations,
          rows: made().length,
          current: world.influxdb.store.statusOf(token),
        }).toEqual({ server, call, violations: [], rows: 1, current: 'active' });
        await world.close();
      }
      await aWorld();
    },
  );
});

it('lets the other consumers go on when one fails, and ends with one summary', async () => {
  world = await World.create({ configuration: aConfiguration(['a', 'b', 'c'].map((name) => aConsumer({ name }))) });
  await put('influxdb/acme/b', 'not json');
  const { message, report } = await failureOf(world.run());
  expect(message).toMatch(/^1 of 3 consumers failed: b: the value of secret influxdb\/acme\/b is not a JSON object/);
  expect(report.counts).toMatchObject({ rotated: 2, failed: 1 });
});

describe('the clock', () => {
  it.each<[string, object, string]>([
    [
      "InfluxDB's differs",
      { skewMs: 6 * MINUTE },
      "this function's clock is 6 minutes behind InfluxDB's, more than the clockTolerance of 5 minutes",
    ],
    ['answers have no Date', { date: 'omit' }, 'no answer of InfluxDB had a readable Date header'],
  ])('stops retirement and rotation by age when %s, and raises an alarm', async (_name, fault, text) => {
    await aWorld();
    await world.run();
    world.clock.advance(31 * DAY);
    world.influxdb.faults.add({ on: () => true, times: Number.POSITIVE_INFINITY, ...fault });
    const { message, report } = await failureOf(world.run());
    expect(message).toContain(`${text}: nothing is retired, and no working token is replaced`);
    expect(consumer(report)).toMatchObject({ state: 'wait', actions: [] });
    world.influxdb.faults.clear();
    expect((await world.run()).counts.rotated).toBe(1);
  });
});

describe('the time that is left', () => {
  it('is refused when it is longer than the configured time-out, from which the lease follows', async () => {
    await aWorld();
    const longer = { configuration: { ...world.configuration, limits: { ...LIMITS, functionTimeoutMs: 14 * MINUTE } } };
    const run = world.run('run', {
      ...longer,
      clock: { ...world.clock, now: world.clock.now, sleep: world.clock.sleep, timeout: world.clock.timeout },
    });
    await expect(run).resolves.toBeDefined();
    const handler = createHandler({
      configuration: longer.configuration,
      secretsManager: world.secretsManagerConfig,
      clock: world.clock,
    });
    await expect(handler({ action: 'run' }, { getRemainingTimeInMillis: () => 15 * MINUTE })).rejects.toThrow(
      'the function may run for 15 minutes, longer than limits.functionTimeout (14 minutes), from which the lease follows',
    );
  });

  it('lets no write begin when it is less than two call time-outs', async () => {
    await aWorld();
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const handler = createHandler({
      configuration: world.configuration,
      secretsManager: world.secretsManagerConfig,
      clock: world.clock,
      log,
      publishMetrics: () => {},
    });
    const { message } = await failureOf(
      handler({ action: 'run' }, { getRemainingTimeInMillis: () => LIMITS.callTimeoutMs * 2 - 1 }),
    );
    expect(message).toContain(
      'less than two call time-outs left, so no further write is begun; the next run goes on from here',
    );
    expect(world.influxdb.calls.every(({ method }) => method === 'GET')).toBe(true);
  });
});

it('loses the compare-and-swap to somebody who was faster, and takes its own candidate back', async () => {
  await aWorld();
  world.secretsManager.faults.add({
    on: 'UpdateSecretVersionStage',
    before: () => put(SECRET, '{"token":"put by hand"}'),
  });
  const { message } = await failureOf(world.run());
  expect(message).toContain('UpdateSecretVersionStage failed with InvalidParameterException');
  expect(made()).toEqual([]);
  expect(await currentText(SECRET)).toBe('{"token":"put by hand"}');
});

it('creates the secret of one consumer only once', async () => {
  await aWorld({ createSecret: true });
  await world.secrets.send(new CreateSecretCommand({ Name: SECRET }));
  expect((await world.run()).counts.rotated).toBe(1);
});

describe('a new token that does not do what it was granted', () => {
  const REFUSED = '{"code":"forbidden","message":"insufficient permissions for write"}';
  it.each([
    ['may not write its bucket', 'POST /api/v2/write', 403, REFUSED],
    ['may not read its bucket', 'GET /api/v2/buckets/{id}', 401, '{"code":"unauthorized","message":"unauthorized"}'],
    ['meets a server that is too busy to tell', 'POST /api/v2/write', 503, '{"code":"unavailable","message":"busy"}'],
  ])('and %s is never promoted: the old one stays current, the new one is deleted', async (_name, on, status, body) => {
    await aWorld();
    await world.run();
    const before = await document(SECRET);
    world.clock.advance(30 * DAY);
    const auditor = new Auditor(world, { healthy: false });
    for (const server of [world.influxdb, world.secretsManager])
      server.faults.intercept(({ operation }) => {
        auditor.inspect();
        return operation === on ? { status, body } : undefined;
      });
    const { message } = await failureOf(world.run());
    expect(message).toContain('the new token does not work');
    expect(await document(SECRET)).toEqual(before);
    expect(made().map(({ id, status: left }) => [id, left])).toEqual([[before.rotation.authorizationId, 'active']]);
    expect(auditor.violations).toEqual([]);
  });
});
