import { randomUUID } from 'node:crypto';
import { PutSecretValueCommand, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tokenHash } from '../../../lambda/engine/document/document.ts';
import type { EventCode } from '../../../lambda/log/events.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { Scene, type Value } from '../../builders/a-scene.ts';

// What an auditor finds in the log: docs/evidence.md, "The log".

const AWS_ID = expect.stringMatching(/^[0-9a-f-]{36}$/);

type Line = { readonly code: EventCode } & Readonly<Record<string, unknown>>;

let scene: Scene;
beforeEach(async () => {
  const telegraf = aConsumer({ proof: true });
  scene = await Scene.open({ configuration: aConfiguration([telegraf, aConsumer({ name: 'spare' })]) });
  scene.world.configuration = { ...scene.world.configuration, consumers: [telegraf] };
});
afterEach(() => scene.close());

/** One run, and the lines of these codes that it logged. */
async function logged(...codes: EventCode[]): Promise<Line[]> {
  const lines: Line[] = [];
  await scene.run('run', { log: (code, fields) => lines.push({ ...fields, code }) });
  return lines.filter(({ code }) => codes.includes(code));
}

/** The next run deletes the token of the value that is returned. */
async function upToDeletion(): Promise<Value> {
  await scene.run();
  const old = await scene.value();
  for (const pause of [30 * DAY, DAY + HOUR]) {
    scene.world.clock.advance(pause);
    await scene.run();
  }
  scene.world.clock.advance(DAY + HOUR);
  expect(scene.statusOf(old.rotation.authorizationId)).toBe('inactive');
  return old;
}

it('a rotation says whose token was made with which rights, in which version it is, and which one that replaces', async () => {
  await scene.run();
  const { rotation: before } = await scene.value();
  scene.world.clock.advance(30 * DAY);
  const found = await logged('TOKEN_MINTED', 'TOKEN_STORED', 'TOKEN_VERIFIED', 'TOKEN_PROMOTED');
  const { rotation } = await scene.value();
  const { authorizationId } = rotation;
  const bucket = `orgs/${scene.world.admin.orgId}/buckets/${scene.world.bucketIds.get('telemetry')}`;
  const granted = [`read:${bucket}`, `write:${bucket}`];
  expect(found[0]).toMatchObject({ granted });
  expect(found).toMatchObject([
    { code: 'TOKEN_MINTED', authorizationId, rotationId: rotation.id, userId: scene.world.userIds.get('svc-telegraf') },
    {
      code: 'TOKEN_STORED',
      authorizationId,
      versionId: rotation.id,
      awsRequestId: AWS_ID,
    },
    {
      ...{ code: 'TOKEN_VERIFIED', authorizationId, proof: 'works' },
      probes: [
        { right: granted[0], answer: '200' },
        { right: granted[1], answer: '204' },
      ],
    },
    {
      ...{ code: 'TOKEN_PROMOTED', authorizationId, versionId: rotation.id, replaces: before.id },
      awsRequestId: AWS_ID,
    },
  ]);
  expect(found[0]?.permissionsHash).toBe((rotation as unknown as { permissionsHash: string }).permissionsHash);
});

it("a secret that is made, and a token that is copied forward, have AWS's id of the request", async () => {
  const [telegraf] = scene.world.configuration.consumers;
  if (telegraf === undefined) throw new Error('one consumer');
  scene.world.configuration = {
    ...scene.world.configuration,
    consumers: [{ ...telegraf, secret: 'influxdb/acme/new', createSecret: true }],
  };
  scene.secret = 'influxdb/acme/new';
  expect(await logged('SECRET_CREATED')).toMatchObject([{ secret: 'influxdb/acme/new', awsRequestId: AWS_ID }]);
  const { rotation: before } = await scene.value();
  scene.world.clock.advance(30 * DAY);
  await scene.run();
  const { rotation } = await scene.value();
  scene.world.clock.advance(HOUR);
  const back = { SecretId: scene.secret, VersionStage: 'AWSCURRENT' };
  await scene.world.secrets.send(
    new UpdateSecretVersionStageCommand({ ...back, MoveToVersionId: before.id, RemoveFromVersionId: rotation.id }),
  );
  const found = await logged('COPIED_FORWARD', 'TOKEN_PROMOTED');
  expect(found.at(-1)).toMatchObject({ code: 'COPIED_FORWARD', awsRequestId: AWS_ID });
  expect(new Set(found.map(({ awsRequestId }) => awsRequestId)).size).toBe(2);
});

it('a secret that another run made first is not said to be made', async () => {
  const [telegraf] = scene.world.configuration.consumers;
  if (telegraf === undefined) throw new Error('one consumer');
  scene.secret = 'influxdb/acme/new';
  const consumers = [{ ...telegraf, secret: scene.secret, createSecret: true }];
  scene.world.configuration = { ...scene.world.configuration, consumers };
  const ofFaster: Line[] = [];
  scene.world.secretsManager.faults.add({
    on: 'CreateSecret',
    before: async () => void ofFaster.push(...(await logged('SECRET_CREATED'))),
  });
  expect([await logged('SECRET_CREATED'), ofFaster]).toMatchObject([[], [{ awsRequestId: AWS_ID }]]);
});

describe('an end with proof', () => {
  it('says how the authorization was found, and that its token is refused', async () => {
    const { token, rotation } = await upToDeletion();
    const { authorizationId } = rotation;
    expect(await logged('TOKEN_DELETED', 'TOKEN_REFUSED', 'TOKEN_NOT_REFUSED')).toMatchObject([
      { code: 'TOKEN_DELETED', authorizationId, found: 'inactive' },
      { code: 'TOKEN_REFUSED', authorizationId, tokenHash: tokenHash(token), status: 401 },
    ]);
  });

  it.each<[string, (old: Value) => void, RegExp]>([
    [
      'the old version may not be read',
      () => {
        const body = '{"__type":"AccessDeniedException","message":"no"}';
        scene.world.secretsManager.faults.add({ on: 'GetSecretValue', status: 400, body });
      },
      /^version \S+, which held its value, could not be read: Secrets Manager: GetSecretValue failed with AccessDeniedException/,
    ],
    [
      'the old version is gone',
      ({ rotation }) => {
        const versions = scene.world.secretsManager.store.secret(scene.secret)?.versions as
          | Map<string, unknown>
          | undefined;
        versions?.delete(rotation.id);
      },
      /^version \S+, which held its value, is gone$/,
    ],
    [
      'the server still accepts the token',
      () => {
        const body = JSON.stringify({ id: scene.world.bucketIds.get('telemetry') });
        scene.world.influxdb.faults.add({ on: 'GET /api/v2/buckets/{id}', status: 200, body });
      },
      /^InfluxDB still accepts it$/,
    ],
    [
      'the server is too busy to answer',
      () => scene.world.influxdb.faults.add({ on: 'GET /api/v2/buckets/{id}', status: 503, times: 9 }),
      /^InfluxDB answered 503 /,
    ],
  ])('says why there is none where %s', async (_name, prepare, reason) => {
    const old = await upToDeletion();
    prepare(old);
    expect(await logged('TOKEN_DELETED', 'TOKEN_REFUSED', 'TOKEN_NOT_REFUSED')).toMatchObject([
      { code: 'TOKEN_DELETED', found: 'inactive' },
      { code: 'TOKEN_NOT_REFUSED', reason: expect.stringMatching(reason) },
    ]);
  });

  it('says that somebody else had deleted the authorization, whose version it can no longer tell', async () => {
    const { rotation } = await upToDeletion();
    const { authorizationId } = rotation;
    scene.world.influxdb.faults.add({
      on: ({ path, method }) => method === 'GET' && path.endsWith(authorizationId),
      before: async () => {
        await scene.world.admin.send('DELETE', `/api/v2/authorizations/${authorizationId}`);
      },
    });
    expect(await logged('TOKEN_DELETED', 'TOKEN_REFUSED', 'TOKEN_NOT_REFUSED')).toMatchObject([
      { code: 'TOKEN_DELETED', authorizationId, found: 'gone' },
      { code: 'TOKEN_NOT_REFUSED', authorizationId, reason: expect.stringContaining('was gone already') },
    ]);
  });
});

describe('a run that dies between an effect and its line: the next run says what it finds done, once', () => {
  const FOUND: EventCode[] = ['TOKEN_PROMOTED', 'TOKEN_SWITCHED_OFF', 'TOKEN_DELETED'];
  const nextRun = () => {
    scene.world.clock.advance(HOUR);
    return logged(...FOUND);
  };

  it('a promotion', async () => {
    await scene.run();
    scene.world.clock.advance(30 * DAY);
    await scene.runKilledAt(({ operation }) => operation === 'UpdateSecretVersionStage', 'after');
    const { rotation } = await scene.value();
    const { authorizationId, id: versionId } = rotation;
    expect(await nextRun()).toEqual([
      { code: 'TOKEN_PROMOTED', consumer: 'telegraf', authorizationId, versionId, found: true },
    ]);
    expect(await nextRun()).toEqual([]);
  });

  it('a switch-off', async () => {
    await scene.run();
    const { authorizationId } = (await scene.value()).rotation;
    scene.world.clock.advance(30 * DAY);
    await scene.run();
    scene.world.clock.advance(DAY + HOUR);
    await scene.runKilledAt(({ method }) => method === 'PATCH', 'after');
    expect(scene.statusOf(authorizationId)).toBe('inactive');
    expect(await nextRun()).toEqual([
      { code: 'TOKEN_SWITCHED_OFF', consumer: 'telegraf', authorizationId, found: true },
    ]);
    expect(await nextRun()).toEqual([]);
  });

  it('and so it confirms what was done in order, once', async () => {
    await scene.run();
    const { authorizationId, id: versionId } = (await scene.value()).rotation;
    const { influxdb, secretsManager } = scene.world;
    const calls = () => influxdb.calls.length + secretsManager.calls.length;
    const before = calls();
    expect(await nextRun()).toMatchObject([{ code: 'TOKEN_PROMOTED', authorizationId, versionId, found: true }]);
    const between = calls();
    expect(await nextRun()).toEqual([]);
    // It takes no call more than an idle run.
    expect(between - before).toBe(calls() - between);
    scene.world.clock.advance(30 * DAY);
    await scene.run();
    scene.world.clock.advance(DAY + HOUR);
    expect(await logged(...FOUND)).toMatchObject([
      { code: 'TOKEN_SWITCHED_OFF', authorizationId, reasonCode: 'GRACE_OVER' },
    ]);
    expect(await nextRun()).toMatchObject([{ code: 'TOKEN_SWITCHED_OFF', authorizationId, found: true }]);
    expect(await nextRun()).toEqual([]);
  });

  it('not a deletion: its row is gone, and ACTION_STARTED is the last line about it', async () => {
    const { rotation } = await upToDeletion();
    const { authorizationId } = rotation;
    const lines: Line[] = [];
    const { influxdb } = scene.world;
    influxdb.faults.add({
      on: ({ method }) => method === 'DELETE',
      after: () => influxdb.faults.intercept(() => ({ refuse: true })),
    });
    await scene.run('run', { log: (code, fields) => lines.push({ ...fields, code }) });
    influxdb.faults.clear();
    expect(lines.find((line) => line.authorizationId === authorizationId)).toMatchObject({
      code: 'ACTION_STARTED',
      action: 'delete',
    });
    expect(await nextRun()).toEqual([]);
  });

  it('what a plan and a status see is no evidence', async () => {
    await scene.run();
    scene.world.clock.advance(HOUR);
    for (const action of ['plan', 'status'] as const) {
      const lines: string[] = [];
      await scene.run(action, { log: (code) => lines.push(code) });
      expect(lines.filter((code) => FOUND.includes(code as EventCode))).toEqual([]);
    }
  });

  it('not what the run itself did before it looked again', async () => {
    await scene.run();
    scene.world.clock.advance(HOUR);
    await nextRun();
    const lines: Line[] = [];
    const asked = { action: 'rotate', consumers: ['telegraf'], compromised: true, reason: 'it was in a log' };
    scene.world.clock.advance(HOUR);
    await scene.run(asked, { log: (code, fields) => lines.push({ ...fields, code }) });
    const promoted = lines.filter(({ code }) => code === 'TOKEN_PROMOTED');
    expect(promoted).toMatchObject([{ authorizationId: (await scene.value()).rotation.authorizationId }]);
    expect(lines).toContainEqual(expect.objectContaining({ code: 'TOKEN_DELETED' }));
    expect(lines).not.toContainEqual(expect.objectContaining({ found: true }));
  });

  it('nothing on the word of a secret, or of a marker that was copied to a row of somebody else', async () => {
    await scene.run();
    scene.world.clock.advance(DAY);
    // Somebody puts a version of their own, with a document that names another row, under an id as ours.
    const forged = await scene.tokenByHand();
    const { rotation } = await scene.value();
    const id = randomUUID();
    const text = JSON.stringify({
      token: forged.token,
      rotation: { ...rotation, id, authorizationId: forged.id, tokenHash: tokenHash(forged.token) },
    });
    await scene.world.secrets.send(
      new PutSecretValueCommand({ SecretId: scene.secret, ClientRequestToken: id, SecretString: text }),
    );
    const own = scene.rows.find((row) => row.id === rotation.authorizationId);
    const copied = await scene.tokenByHand(own?.description, 'svc-spare');
    for (const row of [forged, copied]) await scene.setStatus(row.id, 'inactive');
    expect(await logged(...FOUND)).not.toContainEqual(expect.objectContaining({ found: true }));
  });
});
