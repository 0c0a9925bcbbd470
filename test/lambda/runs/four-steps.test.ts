import { UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { StepRefusedError } from '../../../lambda/engine/step-error.ts';
import { DAY, HOUR, LIMITS, MINUTE, SECOND } from '../../builders/a-configuration.ts';
import { Gate, type Scene } from '../../builders/a-scene.ts';
import {
  cancelRotation,
  lastError,
  openServiced,
  pendingVersion,
  rotateSecret,
  STEPS,
  stepOf,
  take,
} from '../../builders/a-serviced-secret.ts';
import { ACTIVATION, MINT } from '../../builders/a-trace.ts';

// 0 is the token that is current at first, and 1 that of the rotation that Secrets Manager begins.

/** 0 is current, and the version of 1 is pending and empty. */
async function openPending(): Promise<{ scene: Scene; versionId: string; zero: string }> {
  const scene = await openServiced();
  scene.world.clock.advance(30 * DAY);
  const zero = await scene.currentId();
  const versionId = await pendingVersion(scene);
  return { scene, versionId, zero };
}

/** Why a step is refused; undefined if it was taken. */
async function refusal(scene: Scene, step: (typeof STEPS)[number], versionId: string): Promise<object | undefined> {
  const error: unknown = await scene.world.step(stepOf(scene, step, versionId)).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error !== undefined && !(error instanceof StepRefusedError)) throw error;
  return error?.reason;
}

const idOf = (scene: Scene, versionId: string) =>
  scene.value({ VersionId: versionId }).then(({ rotation }) => rotation.authorizationId);

/** Time in which Secrets Manager tries again, twice. */
async function sixMinutes(scene: Scene): Promise<void> {
  for (let minutes = 0; minutes < 6; minutes += 1) {
    scene.world.clock.advance(MINUTE);
    await scene.world.secretsManager.rotations.catchUp();
    scene.auditor.inspect();
  }
}

const clean = (scene: Scene) => expect(scene.auditor.violations).toEqual([]);

describe('F16: the schedule leaves the pending token alone, whatever its age', () => {
  it('so that the rotation ends after all', async () => {
    const { scene, versionId } = await openPending();
    await take(scene, versionId, ['createSecret', 'setSecret']);
    const one = await idOf(scene, versionId);
    await scene.runFor(2 * DAY);
    expect(scene.statusOf(one)).toBe('active');
    await take(scene, versionId, STEPS);
    expect([await scene.currentId(), await scene.works()]).toEqual([one, true]);
    await scene.runFor(60 * HOUR);
    expect(scene.rows.map(({ id }) => id)).toEqual([one]);
    clean(scene);
    await scene.close();
  });

  it('and so that one that never worked can be activated later', async () => {
    const { scene, versionId } = await openPending();
    await take(scene, versionId, ['createSecret']);
    await scene.runFor(DAY);
    await take(scene, versionId, STEPS);
    expect(await scene.works()).toBe(true);
    clean(scene);
    await scene.close();
  });
});

describe('H20: a rotation that is switched off and on again goes on', () => {
  it('its pending token is protected for a grace period after the switch', async () => {
    const { scene, versionId } = await openPending();
    await take(scene, versionId, ['createSecret', 'setSecret']);
    const one = await idOf(scene, versionId);
    scene.world.clock.advance(DAY);
    await cancelRotation(scene);
    await scene.runFor(23 * HOUR);
    expect(scene.statusOf(one)).toBe('active');
    await rotateSecret(scene, versionId);
    expect(lastError(scene)).toMatch(/^finishSecret: .*was changed a moment ago/);
    await sixMinutes(scene);
    expect([lastError(scene), await scene.currentId()]).toEqual([undefined, one]);
    clean(scene);
    await scene.close();
  });

  it('a run that had planned to end it looks again, and leaves it to Secrets Manager', async () => {
    const { scene, versionId } = await openPending();
    const { world } = scene;
    await take(scene, versionId, ['createSecret', 'setSecret']);
    const one = await idOf(scene, versionId);
    await cancelRotation(scene);
    world.clock.advance(25 * HOUR);
    // Between the run's plan and its write: rotation is on again, and over.
    const rotate = async () => void (await rotateSecret(scene, versionId));
    world.secretsManager.faults.add({ on: 'DescribeSecret', after: rotate });
    const turn = await scene.turn();
    expect(turn.actions).toMatchObject([{ kind: 'switch-off', authorizationId: one, errorCode: 'CHANGED_BEFORE_END' }]);
    await sixMinutes(scene);
    expect([lastError(scene), await scene.currentId(), await scene.works()]).toEqual([undefined, one, true]);
    clean(scene);
    await scene.close();
  });
});

describe('H21: what was put long ago is refused, with the way out', () => {
  it('at a lease and two grace periods, and not before', async () => {
    const { scene, versionId } = await openPending();
    await take(scene, versionId, ['createSecret', 'setSecret', 'testSecret']);
    const left = LIMITS.leaseMs + 2 * DAY;
    scene.world.clock.advance(left);
    for (const step of ['setSecret', 'testSecret', 'finishSecret'] as const)
      expect(await refusal(scene, step, versionId)).toMatchObject({ code: 'PENDING_UNUSABLE', problem: 'old' });
    expect(await scene.turn()).toMatchObject({ state: 'blocked', obstacle: { code: 'ROTATION_HANGS', versionId } });
    const one = await idOf(scene, versionId);
    const label = { SecretId: scene.secret, VersionStage: 'AWSPENDING', RemoveFromVersionId: versionId };
    await scene.world.secrets.send(new UpdateSecretVersionStageCommand(label));
    // One more than usual, as for each rotation that is asked for (I3).
    scene.auditor = scene.auditor.copy({ maxLive: 3 });
    const next = await rotateSecret(scene);
    expect([lastError(scene), (await scene.value()).rotation.id]).toEqual([undefined, next]);
    await scene.runFor(4 * DAY);
    expect([scene.statusOf(one), scene.rows.length]).toEqual([undefined, 1]);
    clean(scene);
    await scene.close();
  });

  it('one moment earlier it is finished, and the token before it keeps its grace period', async () => {
    const { scene, versionId, zero } = await openPending();
    await take(scene, versionId, ['createSecret', 'setSecret', 'testSecret']);
    scene.world.clock.advance(LIMITS.leaseMs + 2 * DAY - SECOND);
    await take(scene, versionId, ['finishSecret']);
    scene.auditor.inspect();
    await scene.runFor(23 * HOUR);
    expect(scene.statusOf(zero)).toBe('active');
    await scene.runFor(3 * HOUR);
    expect(scene.statusOf(zero)).toBe('inactive');
    clean(scene);
    await scene.close();
  });
});

describe('H22: every step looks first at what is', () => {
  it.each(STEPS)('%s is refused once rotation is off', async (step) => {
    const { scene, versionId } = await openPending();
    await take(scene, versionId, ['createSecret', 'setSecret']);
    await cancelRotation(scene);
    expect(await refusal(scene, step, versionId)).toMatchObject({ code: 'ROTATION_OFF' });
    await scene.close();
  });

  it.each(STEPS)('%s of an old event is refused after another version took AWSPENDING', async (step) => {
    const { scene, versionId } = await openPending();
    await take(scene, versionId, ['createSecret', 'setSecret']);
    await cancelRotation(scene);
    const { world } = scene;
    world.configuration = {
      ...world.configuration,
      consumers: world.configuration.consumers.map((each) => ({ ...each, rotation: 'schedule' as const })),
    };
    world.clock.advance(3 * DAY);
    await scene.runFor(3 * DAY);
    const current = await scene.currentId();
    expect(current).not.toBe(await idOf(scene, versionId));
    world.configuration = {
      ...world.configuration,
      consumers: world.configuration.consumers.map((each) => ({ ...each, rotation: 'secrets-manager' as const })),
    };
    await rotateSecret(scene);
    expect(await refusal(scene, step, versionId)).toMatchObject({ code: 'VERSION_NOT_PENDING', versionId });
    expect(await scene.works()).toBe(true);
    await scene.close();
  });

  it('finishSecret is refused after somebody edited the secret: the edit would be lost', async () => {
    const { scene, versionId } = await openPending();
    await take(scene, versionId, ['createSecret', 'setSecret', 'testSecret']);
    await scene.edit({ url: 'https://other' });
    expect(await refusal(scene, 'finishSecret', versionId)).toMatchObject({ problem: 'outdated' });
    await scene.close();
  });

  it.each(STEPS)('%s of a rotation that is over does nothing', async (step) => {
    const { scene, versionId } = await openPending();
    await take(scene, versionId, STEPS);
    await cancelRotation(scene);
    const rows = JSON.stringify(scene.rows);
    expect(await refusal(scene, step, versionId)).toBeUndefined();
    expect(JSON.stringify(scene.rows)).toBe(rows);
    await scene.close();
  });
});

describe('H23: the pending token is known by the id in its value', () => {
  it('what a createSecret left that died is swept, and its successor is not', async () => {
    const { scene, versionId } = await openPending();
    const { world } = scene;
    // The first attempt mints, and its put is lost.
    world.secretsManager.faults.add({ on: 'PutSecretValue', refuse: true, times: Number.POSITIVE_INFINITY });
    await world.step(stepOf(scene, 'createSecret', versionId)).catch(() => undefined);
    world.secretsManager.faults.clear();
    await take(scene, versionId, ['createSecret', 'setSecret']);
    const one = await idOf(scene, versionId);
    const [orphan] = scene.rows.filter(({ id, description }) => id !== one && description.includes(versionId));
    expect(orphan?.status).toBe('inactive');
    await scene.runFor(2 * DAY);
    expect([scene.statusOf(orphan?.id ?? ''), scene.statusOf(one)]).toEqual([undefined, 'active']);
    await take(scene, versionId, STEPS);
    clean(scene);
    await scene.close();
  });
});

describe('createSecret twice at once', () => {
  it('stores one value, and the slower one deletes its row', async () => {
    const { scene, versionId } = await openPending();
    const { world } = scene;
    const gate = new Gate();
    world.secretsManager.faults.add({ on: 'PutSecretValue', before: () => gate.opened });
    const slow = world.step(stepOf(scene, 'createSecret', versionId));
    await expect.poll(() => scene.rows.length).toBe(2);
    await take(scene, versionId, ['createSecret']);
    gate.open();
    await slow;
    expect(scene.rows).toHaveLength(2);
    await take(scene, versionId, STEPS);
    expect(await scene.works()).toBe(true);
    clean(scene);
    await scene.close();
  });

  it('a mint without an answer is made again under the same version', async () => {
    const { scene, versionId } = await openPending();
    scene.world.influxdb.faults.add({ on: MINT, loseAnswer: true });
    await take(scene, versionId, STEPS);
    expect([await scene.works(), scene.rows.length]).toEqual([true, 3]);
    await scene.runFor(3 * DAY);
    expect(scene.rows).toHaveLength(1);
    clean(scene);
    await scene.close();
  });
});

it('rotation switched on while a version of the schedule is pending: refused, with a way out that works', async () => {
  const scene = await openServiced();
  const { world, secret } = scene;
  await cancelRotation(scene);
  const rotatedBy = (rotation: 'schedule' | 'secrets-manager') => {
    const consumers = world.configuration.consumers.map((each) => ({ ...each, rotation }));
    world.configuration = { ...world.configuration, consumers };
  };
  rotatedBy('schedule');
  world.clock.advance(30 * DAY);
  await scene.runKilledAt(({ operation }) => operation === ACTIVATION, 'before');
  const pending = (await scene.value({ VersionStage: 'AWSPENDING' })).rotation.id;
  rotatedBy('secrets-manager');
  await expect(rotateSecret(scene)).rejects.toThrow("A previous rotation isn't complete");
  await rotateSecret(scene, pending);
  expect(lastError(scene)).toMatch(/^createSecret: .*was not made from the version that is current now/);
  const label = { SecretId: secret, VersionStage: 'AWSPENDING', RemoveFromVersionId: pending };
  await world.secrets.send(new UpdateSecretVersionStageCommand(label));
  // What the run left is young for a lease; Secrets Manager tries again until it is over.
  const next = await rotateSecret(scene);
  expect(lastError(scene)).toMatch(/^createSecret: .*younger than the lease/);
  for (let minutes = 0; minutes < 40; minutes += 1) {
    world.clock.advance(MINUTE);
    await world.secretsManager.rotations.catchUp();
    scene.auditor.inspect();
  }
  expect([lastError(scene), (await scene.value()).rotation.id, await scene.works()]).toEqual([undefined, next, true]);
  await scene.runFor(3 * DAY);
  expect(scene.rows).toHaveLength(1);
  clean(scene);
  await scene.close();
});
