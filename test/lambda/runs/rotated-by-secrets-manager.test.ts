import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../builders/a-configuration.ts';
import { consumerIn } from '../../builders/a-scene.ts';
import {
  describeSecret,
  lastError,
  openServiced,
  openUnrotated,
  pendingVersion,
  rotateSecret,
  STEPS,
  stepOf,
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

describe('RotateSecret', () => {
  it('on a secret without a value is refused, and says how to begin', async () => {
    const scene = await openUnrotated({}, '{}');
    expect(await scene.turn()).toMatchObject({ state: 'failed', obstacle: { code: 'ROTATION_OFF' } });
    await scene.close();
  });
});
