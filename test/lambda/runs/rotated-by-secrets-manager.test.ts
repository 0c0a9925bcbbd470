import {
  CreateSecretCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import { type Freeze, windowOf } from '../../../lambda/config/when.ts';
import { StepRefusedError } from '../../../lambda/engine/step-error.ts';
import { Reader } from '../../../simulation/reader.ts';
import { aConsumer, DAY, HOUR, SECOND } from '../../builders/a-configuration.ts';
import { consumerIn, type Scene } from '../../builders/a-scene.ts';
import {
  describeSecret,
  lastError,
  openServiced,
  openUnrotated,
  pendingVersion,
  rotateSecret,
  STEPS,
  stepOf,
  take,
} from '../../builders/a-serviced-secret.ts';

const MUTATING = /^(POST|PATCH|DELETE) |^(PutSecretValue|UpdateSecretVersionStage|CreateSecret)$/;

describe('a rotation by Secrets Manager', () => {
  it('makes the first token, and every next one, and keeps the grace period of the one before', async () => {
    const scene = await openServiced();
    const { world } = scene;
    expect([lastError(scene), await scene.works()]).toEqual([undefined, true]);
    const first = await scene.currentId();
    world.clock.advance(30 * DAY);
    const second = await rotateSecret(scene);
    scene.auditor.inspect();
    expect(lastError(scene)).toBeUndefined();
    const described = await describeSecret(scene);
    expect(described.VersionIdsToStages?.[second]).toEqual(['AWSCURRENT']);
    expect(described.LastRotatedDate?.getTime()).toBe(world.clock.now());
    expect([await scene.works(), scene.statusOf(first), scene.rows.length]).toEqual([true, 'active', 2]);
    await scene.runFor(50 * HOUR);
    expect([scene.auditor.violations, scene.rows.length, await scene.works()]).toEqual([[], 1, true]);
    await scene.close();
  });

  it('follows the schedule of Secrets Manager, and a run makes no token', async () => {
    const scene = await openServiced();
    const { world } = scene;
    const { rotations } = world.secretsManager;
    const first = await scene.currentId();
    world.clock.advance(30 * DAY - HOUR);
    await scene.runFor(HOUR);
    const turn = await scene.turn();
    expect([turn.state, turn.obstacle?.code]).toEqual(['waiting', 'ROTATED_BY_SERVICE']);
    expect(await scene.currentId()).toBe(first);
    await rotations.catchUp();
    expect([lastError(scene), (await scene.currentId()) === first, (await scene.turn()).state]).toEqual([
      undefined,
      false,
      'idle',
    ]);
    expect(scene.auditor.violations).toEqual([]);
    await scene.close();
  });

  it('takes a few calls for each step', async () => {
    const scene = await openServiced();
    const { world } = scene;
    world.clock.advance(30 * DAY);
    const versionId = await pendingVersion(scene);
    const made: Record<string, string[]> = {};
    for (const step of STEPS) {
      for (const server of [world.secretsManager, world.influxdb]) server.calls.length = 0;
      await world.step(stepOf(scene, step, versionId));
      made[step] = [...world.secretsManager.calls, ...world.influxdb.calls].map(({ operation }) => operation);
    }
    expect(made).toMatchInlineSnapshot(`
      {
        "createSecret": [
          "BatchGetSecretValue",
          "DescribeSecret",
          "GetSecretValue",
          "PutSecretValue",
          "GET /api/v2/users",
          "GET /api/v2/buckets",
          "GET /api/v2/authorizations",
          "POST /api/v2/authorizations",
        ],
        "finishSecret": [
          "BatchGetSecretValue",
          "DescribeSecret",
          "GetSecretValue",
          "UpdateSecretVersionStage",
          "GET /api/v2/authorizations/{id}",
        ],
        "setSecret": [
          "BatchGetSecretValue",
          "DescribeSecret",
          "GetSecretValue",
          "GET /api/v2/authorizations/{id}",
          "PATCH /api/v2/authorizations/{id}",
        ],
        "testSecret": [
          "BatchGetSecretValue",
          "DescribeSecret",
          "GetSecretValue",
          "GET /api/v2/authorizations/{id}",
          "GET /api/v2/buckets/{id}",
          "POST /api/v2/write",
        ],
      }
    `);
    // Beyond what its protocol has every rotation function read in every step: the secret, the version, a credential.
    const own = Object.values(made).flat();
    expect(own.filter((operation) => !/^(DescribeSecret|(Batch)?GetSecretValue)$/.test(operation))).toHaveLength(12);
    await scene.close();
  });

  it.each(['plan', 'status'] as const)('%s looks at all of it, and writes nothing', async (action) => {
    const scene = await openServiced();
    const { world } = scene;
    world.clock.advance(30 * DAY);
    const versionId = await pendingVersion(scene);
    await world.step(stepOf(scene, 'createSecret', versionId));
    world.clock.advance(DAY);
    for (const server of [world.secretsManager, world.influxdb]) server.calls.length = 0;
    const report = await scene.run(action);
    const { state, obstacle } = consumerIn(report);
    expect([state, obstacle?.code]).toEqual(['blocked', 'ROTATION_HANGS']);
    const calls = [...world.secretsManager.calls, ...world.influxdb.calls].map(({ operation }) => operation);
    expect(calls.filter((operation) => MUTATING.test(operation) && !isTrial(operation, action))).toEqual([]);
    await scene.close();
  });
});

/** A plan asks for authorizations that InfluxDB cannot make. */
const isTrial = (operation: string, action: string) => action === 'plan' && operation === 'POST /api/v2/authorizations';

describe('RotateSecret is refused with the reason', () => {
  it.each<[string, Partial<ConsumerSettings>, (scene: Scene) => Promise<unknown>, object]>([
    ['retired', {}, async (scene) => configure(scene, { retired: true }), { code: 'RETIRED' }],
    [
      'rotated by schedule',
      {},
      async (scene) => configure(scene, { rotation: 'schedule' }),
      { code: 'ROTATED_ELSEWHERE' },
    ],
    [
      'blocked, because somebody switched its token off',
      {},
      async (scene) => scene.setStatus(await scene.currentId(), 'inactive'),
      { code: 'SWITCHED_OFF_BY_HAND' },
    ],
    [
      'only reported, when its token is missing',
      { onMissing: 'report' },
      async (scene) => scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`),
      { code: 'MISSING_AND_REPORTED' },
    ],
    [
      'in a deployment that only plans',
      {},
      async ({ world }) => {
        world.configuration = { ...world.configuration, mode: 'plan' };
      },
      { code: 'PLAN_ONLY' },
    ],
    [
      'frozen',
      {},
      async (scene) => configure(scene, { freezes: [freezeNow(scene)] }),
      { code: 'FROZEN', why: 'a release' },
    ],
    [
      'outside its window',
      {},
      async (scene) => configure(scene, { window: windowOf({ hours: '12:00-14:00' }) }),
      { code: 'OUTSIDE_WINDOW' },
    ],
    [
      'not configured any more',
      {},
      async (scene) => configure(scene, { secret: 'another' }),
      { code: 'SECRET_OF_NOBODY' },
    ],
  ])('for a consumer that is %s', async (_name, settings, act, reason) => {
    const scene = await openServiced(settings);
    const { world } = scene;
    world.clock.advance(30 * DAY);
    const { secret } = scene;
    const versionId = await pendingVersion(scene);
    await act(scene);
    const rows = JSON.stringify(scene.rows);
    const error = await refusalOf(world.step(stepOf(scene, 'createSecret', versionId)));
    expect(error.reason).toMatchObject(reason);
    expect(error.message).toMatch(/^createSecret is refused: /);
    const version = world.secretsManager.store.secret(secret)?.versions.get(versionId);
    expect([JSON.stringify(scene.rows), version?.value]).toEqual([rows, undefined]);
    await scene.close();
  });

  it('for a consumer whose canary has not rotated yet, and goes on when it is well', async () => {
    const scene = await openServiced();
    const { world } = scene;
    const canary = aConsumer({ name: 'grafana', owner: 'svc-telegraf', rotateEveryMs: 30 * DAY - HOUR });
    await world.secrets.send(new CreateSecretCommand({ Name: canary.secret, SecretString: '{}' }));
    const { consumers } = world.configuration;
    const canaries = { consumers: ['grafana'], soakMs: DAY };
    world.configuration = { ...world.configuration, consumers: [...consumers, canary], canaries };
    await scene.run();
    scene.auditor.inspect();
    world.clock.advance(30 * DAY);
    const versionId = await pendingVersion(scene);
    const create = () => world.step(stepOf(scene, 'createSecret', versionId));
    expect((await refusalOf(create())).reason).toMatchObject({ code: 'CANARY_FIRST', canary: 'grafana' });
    await scene.run();
    world.clock.advance(HOUR);
    expect((await refusalOf(create())).reason).toMatchObject({ code: 'CANARY_FIRST', state: 'soaking' });
    world.clock.advance(DAY);
    await take(scene, versionId, STEPS);
    expect((await scene.value()).rotation.id).toBe(versionId);
    await scene.close();
  });

  it('in its last step, where a freeze began meanwhile, and goes on after it', async () => {
    const scene = await openServiced();
    scene.world.clock.advance(30 * DAY);
    const versionId = await pendingVersion(scene);
    await take(scene, versionId, ['createSecret', 'setSecret', 'testSecret']);
    const before = await scene.currentId();
    configure(scene, { freezes: [freezeNow(scene)] });
    const finish = () => scene.world.step(stepOf(scene, 'finishSecret', versionId));
    expect((await refusalOf(finish())).reason).toMatchObject({ code: 'FROZEN' });
    expect(await scene.currentId()).toBe(before);
    scene.world.clock.advance(DAY);
    await take(scene, versionId, STEPS);
    expect([await scene.works(), (await scene.value()).rotation.id]).toEqual([true, versionId]);
    await scene.close();
  });

  it.each<[string, (scene: Scene, id: string) => Promise<unknown>]>([
    ['is missing', ({ world }, id) => world.admin.send('DELETE', `/api/v2/authorizations/${id}`)],
    ['is switched off', (scene, id) => scene.setStatus(id, 'inactive')],
    [
      'leaked',
      ({ world, rows }, id) => {
        const { description = '' } = rows.find((row) => row.id === id) ?? {};
        const leaked = { description: `${description} compromised=2026-01-01T00:00:00Z` };
        return world.admin.send('PATCH', `/api/v2/authorizations/${id}`, leaked);
      },
    ],
  ])('but not for a freeze, where the current token %s', async (_name, act) => {
    const scene = await openServiced();
    scene.world.clock.advance(30 * DAY);
    const versionId = await pendingVersion(scene);
    await take(scene, versionId, ['createSecret', 'setSecret', 'testSecret']);
    configure(scene, { freezes: [freezeNow(scene)] });
    await act(scene, await scene.currentId());
    scene.auditor.accept();
    await take(scene, versionId, ['finishSecret']);
    expect([await scene.works(), (await scene.value()).rotation.id]).toEqual([true, versionId]);
    await scene.close();
  });

  it('on a secret of another service, by Secrets Manager and by a run', async () => {
    const scene = await openServiced();
    Object.assign(scene.world.secretsManager.store.secret(scene.secret) ?? {}, { owningService: 'rds' });
    await expect(rotateSecret(scene)).rejects.toThrow('managed by rds');
    configure(scene, { rotateEveryMs: HOUR });
    scene.world.clock.advance(2 * HOUR);
    expect(await scene.turn()).toMatchObject({ state: 'failed', obstacle: { code: 'SECRET_OF_A_SERVICE' } });
    await scene.close();
  });

  it('on a secret without a value, and says how to begin', async () => {
    const scene = await openUnrotated({}, null);
    const versionId = await pendingVersion(scene);
    const error = await refusalOf(scene.world.step(stepOf(scene, 'createSecret', versionId)));
    expect([error.reason.code, scene.rows]).toEqual(['SECRET_WITHOUT_VALUE', []]);
    await scene.put('{}');
    await take(scene, versionId, STEPS);
    expect(await scene.works()).toBe(true);
    await scene.close();
  });

  it('while two other tokens are live, so that nobody piles them up', async () => {
    const scene = await openServiced();
    scene.auditor = scene.auditor.copy({ maxLive: 3 });
    await rotateSecret(scene);
    await rotateSecret(scene);
    expect([lastError(scene), scene.rows.length]).toEqual([undefined, 3]);
    await rotateSecret(scene);
    expect([lastError(scene)?.slice(0, 40), scene.rows.length]).toEqual([
      'createSecret: createSecret is refused: S',
      3,
    ]);
    await scene.close();
  });

  it('while two live tokens are not in the secret, and a run says that only a person can help', async () => {
    const scene = await openServiced();
    const { world, secret } = scene;
    await rotateSecret(scene);
    world.clock.advance(HOUR);
    await world.secrets.send(
      new PutSecretValueCommand({ SecretId: secret, SecretString: '{"application":"its own"}' }),
    );
    scene.auditor.accept();
    await rotateSecret(scene);
    expect(lastError(scene)).toMatch(/^createSecret: createSecret is refused: something else writes this secret/);
    world.clock.advance(HOUR);
    const { state, obstacle } = await scene.turn();
    expect([state, obstacle?.code]).toEqual(['blocked', 'OTHER_WRITER']);
    await scene.close();
  });
});

describe('commands about a secret that Secrets Manager rotates', () => {
  const why = { reason: 'a test' };

  it('a leak is written down, RotateSecret makes the next token, and the next run deletes those before it', async () => {
    const scene = await openServiced();
    scene.world.clock.advance(HOUR);
    const leaked = await scene.currentId();
    const report = await scene.run({ action: 'rotate', consumers: ['telegraf'], compromised: true, ...why });
    expect(consumerIn(report)).toMatchObject({
      ...{ state: 'blocked', obstacle: { code: 'ROTATED_BY_SERVICE' } },
      actions: [{ kind: 'note-compromised', outcome: 'done' }],
    });
    expect([scene.statusOf(leaked), await scene.works()]).toEqual(['active', true]);
    await rotateSecret(scene);
    scene.auditor.inspect();
    const next = await scene.currentId();
    await scene.run({ action: 'run', consumers: ['telegraf'] });
    scene.auditor.inspect();
    expect([scene.rows.map(({ id }) => id), await scene.works()]).toEqual([[next], true]);
    expect([next === leaked, scene.auditor.violations]).toEqual([false, []]);
    await scene.close();
  });

  it.each([
    { action: 'rotate', consumers: ['telegraf'], ...why },
    { action: 'rollback', consumer: 'telegraf', ...why },
  ])('$action puts nothing, and says what does', async (command) => {
    const scene = await openServiced();
    await rotateSecret(scene);
    scene.auditor.inspect();
    const before = await scene.text();
    const report = consumerIn(await scene.run(command));
    expect([report.actions, await scene.text()]).toEqual([[], before]);
    expect(report.reason).toContain(`aws secretsmanager rotate-secret --secret-id ${scene.secret} does it now`);
    await scene.close();
  });

  it('reactivate gives the older token back for a while', async () => {
    const scene = await openServiced();
    const older = await scene.currentId();
    await rotateSecret(scene);
    scene.auditor.inspect();
    await scene.run({ action: 'reactivate', consumer: 'telegraf', for: '2d', ...why });
    await scene.runFor(47 * HOUR);
    expect(scene.statusOf(older)).toBe('active');
    await scene.runFor(30 * HOUR);
    expect([scene.statusOf(older), scene.auditor.violations]).toEqual([undefined, []]);
    await scene.close();
  });
});

it('an owner that was deleted is an alarm: the step would be refused, too', async () => {
  const scene = await openServiced();
  const { admin, userIds } = scene.world;
  await admin.send('DELETE', `/api/v2/users/${userIds.get('svc-telegraf')}`);
  expect(await scene.turn()).toMatchObject({
    state: 'failed',
    access: 'none',
    why: { code: 'MISSING' },
    obstacle: { code: 'NAME_UNRESOLVED' },
  });
  await scene.close();
});

it('a version that is pending for a day is an alarm, and resume takes it to its end', async () => {
  const scene = await openServiced();
  const { world } = scene;
  world.clock.advance(30 * DAY);
  const versionId = await pendingVersion(scene);
  await take(scene, versionId, ['createSecret', 'setSecret']);
  world.clock.advance(DAY - HOUR);
  expect((await scene.turn()).obstacle?.code).toBe('ROTATED_BY_SERVICE');
  world.clock.advance(HOUR);
  expect(await scene.turn()).toMatchObject({ state: 'blocked', obstacle: { code: 'ROTATION_HANGS', versionId } });
  const resume = { action: 'resume', consumer: 'telegraf', versionId, reason: 'the bucket is back' };
  await expect(world.run({ ...resume, consumer: 'nobody' })).rejects.toThrow('is no consumer of this deployment');
  await world.run(resume);
  scene.auditor.inspect();
  expect([(await scene.value()).rotation.id, await scene.works()]).toEqual([versionId, true]);
  expect([(await scene.turn()).state, scene.auditor.violations]).toEqual(['idle', []]);
  await scene.close();
});

describe("a secret of AWS's own InfluxDB rotator", () => {
  const KEYS = { engine: 'timestream-influxdb', org: 'acme', type: 'custom', dbIdentifier: 'db', permissions: '[]' };

  it('is taken over with its keys, after its own rotation, and handed back', async () => {
    const scene = await openUnrotated({}, '{}');
    const { world, secret } = scene;
    const { id, token } = await scene.tokenByHand('of the other rotator');
    const adminSecretArn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:admin-AbCdEf';
    const theirs = { ...KEYS, adminSecretArn, operatorTokenArn: adminSecretArn, readBuckets: 'telemetry' };
    await scene.put(JSON.stringify({ ...theirs, token }));
    scene.auditor.accept();
    // Its rotator left a version pending, which is not ours to finish.
    const pending = await pendingVersion(scene);
    const put = { SecretId: secret, ClientRequestToken: pending, VersionStages: ['AWSPENDING'] };
    await world.secrets.send(
      new PutSecretValueCommand({ ...put, SecretString: JSON.stringify({ ...theirs, token: 'x' }) }),
    );
    const error = await refusalOf(world.step(stepOf(scene, 'createSecret', pending)));
    expect(error.reason).toMatchObject({ code: 'PENDING_UNUSABLE', problem: 'foreign' });
    const label = { SecretId: secret, VersionStage: 'AWSPENDING', RemoveFromVersionId: pending };
    await world.secrets.send(new UpdateSecretVersionStageCommand(label));

    await rotateSecret(scene);
    expect(lastError(scene)).toBeUndefined();
    expect(await scene.value()).toMatchObject({ ...theirs, token: expect.not.stringMatching(token) });
    expect([await scene.works(), world.influxdb.store.statusOf(token)]).toEqual([true, 'active']);

    // Handed back: the consumer is retired here, and the other rotator puts a token of its own beside our key.
    configure(scene, { retired: true });
    const next = await scene.tokenByHand('of the other rotator, again');
    await scene.edit({ token: next.token });
    scene.auditor.accept();
    for (let days = 0; days < 4; days += 1) {
      world.clock.advance(26 * HOUR);
      await scene.run();
    }
    expect(scene.rows).toEqual([]);
    expect(await scene.value()).toMatchObject({ ...theirs, token: next.token });
    expect(world.influxdb.store.authorizations().map((row) => row.id)).toEqual(expect.arrayContaining([id, next.id]));
    await scene.close();
  });

  it('that holds no token yet is not taken for one with another key', async () => {
    const scene = await openUnrotated({}, '{}');
    const adminSecretArn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:admin-AbCdEf';
    await scene.put(JSON.stringify({ ...KEYS, adminSecretArn }));
    await rotateSecret(scene);
    expect([lastError(scene), await scene.works()]).toEqual([undefined, true]);
    expect(await scene.value()).toMatchObject({ ...KEYS, adminSecretArn });
    await scene.close();
  });
});

it('a client that caches for 5 s has no failed request through a rotation in four steps', async () => {
  const scene = await openServiced({ gracePeriodMs: HOUR });
  const { world } = scene;
  const [settings] = world.configuration.consumers;
  if (settings === undefined) throw new Error('no consumer');
  const client = new Reader(world, { ...settings, gracePeriodMs: 5 * SECOND });
  let busy = false;
  const use = async () => {
    if (busy) return undefined;
    busy = true;
    await client.use();
    world.clock.advance(SECOND);
    await client.use();
    busy = false;
    return undefined;
  };
  for (const server of [world.influxdb, world.secretsManager]) server.faults.intercept(use);
  world.clock.advance(30 * DAY);
  await rotateSecret(scene);
  expect([lastError(scene), await client.proveTokens()]).toEqual([undefined, { accepted: 1, refused: 0, leftOver: 1 }]);
  await scene.runFor(4 * HOUR);
  expect([client.requests > 40, client.failures, scene.auditor.violations]).toEqual([true, 0, []]);
  await scene.close();
});

/** As AWS Config describes the rules behind the controls SecretsManager.1 and .4, with their defaults. */
it('turns SecretsManager.1 and SecretsManager.4 green, as far as DescribeSecret tells', async () => {
  const scene = await openUnrotated();
  const control = async () => {
    const { RotationEnabled = false, LastRotatedDate } = await describeSecret(scene);
    const sinceRotated = scene.world.clock.now() - (LastRotatedDate?.getTime() ?? 0);
    return { '.1': RotationEnabled, '.4': sinceRotated <= 90 * DAY };
  };
  expect(await control()).toEqual({ '.1': false, '.4': false });
  await rotateSecret(scene);
  expect(await control()).toEqual({ '.1': true, '.4': true });
  for (let days = 0; days < 100; days += 1) {
    scene.world.clock.advance(DAY);
    await scene.world.secretsManager.rotations.catchUp();
    await scene.run();
    scene.auditor.inspect();
  }
  expect([await control(), scene.auditor.violations]).toEqual([{ '.1': true, '.4': true }, []]);
  await scene.close();
});

async function refusalOf(step: Promise<unknown>): Promise<StepRefusedError> {
  const error = await step.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof StepRefusedError) return error;
  throw new Error('the step was not refused', { cause: error });
}

/** From an hour ago, for a day. */
function freezeNow({ world: { clock } }: Scene): Freeze {
  return { from: clock.now() - HOUR, to: clock.now() + DAY - HOUR, reason: 'a release', everything: false };
}

function configure({ world }: Scene, change: Partial<ConsumerSettings>): void {
  const consumers = world.configuration.consumers.map((settings) => ({ ...settings, ...change }));
  world.configuration = { ...world.configuration, consumers };
}
