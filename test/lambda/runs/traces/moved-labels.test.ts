import { afterEach, expect, it } from 'vitest';
import { DAY, HOUR, LIMITS } from '../../../builders/a-configuration.ts';
import { notesOf, type Scene } from '../../../builders/a-scene.ts';
import { callsOf, DELETION, openDue } from '../../../builders/a-trace.ts';

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

it('F6: a promoted version that still holds AWSPENDING is not abandoned after its label was moved back', async () => {
  scene = await openDue();
  const first = await scene.value();
  await scene.run();
  const second = await scene.value();
  expect((await scene.value({ VersionStage: 'AWSPENDING' })).rotation.id).toBe(second.rotation.id);
  scene.world.clock.advance(2 * HOUR);
  await scene.moveLabel(first.rotation.id);
  await scene.runFor(DAY - HOUR);
  expect(scene.world.influxdb.store.statusOf(second.token)).toBe('active');
  expect(callsOf(scene, DELETION)).toBe(0);
});

it('F7: a label that was moved back is repaired forward, and the newer token ends after its grace period', async () => {
  scene = await openDue();
  const first = await scene.value();
  await scene.run();
  const second = await scene.value();
  scene.world.clock.advance(2 * HOUR);
  await scene.moveLabel(first.rotation.id);
  scene.world.clock.advance(HOUR);
  const turn = await scene.turn();
  expect(turn.actions).toMatchObject([{ kind: 'copy-forward', outcome: 'done' }]);
  const repaired = await scene.value();
  expect(repaired.token).toBe(first.token);
  expect(repaired.rotation.superseded.map(({ authorizationId }) => authorizationId)).toEqual([
    second.rotation.authorizationId,
  ]);
  await scene.runFor(DAY);
  expect(scene.world.influxdb.store.statusOf(second.token)).toBe('active');
  await scene.runFor(3 * DAY);
  expect(scene.world.influxdb.store.statusOf(second.token)).not.toBe('active');
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
});

it('G3: a label moved back and forward again, without a run between, gives the old token a new grace period', async () => {
  scene = await openDue();
  const first = await scene.value();
  await scene.run();
  const second = await scene.value();
  await scene.moveLabel(first.rotation.id);
  scene.world.clock.advance(LIMITS.leaseMs + 3 * DAY + HOUR);
  await scene.moveLabel(second.rotation.id);
  for (let hour = 0; hour < 23; hour += 1) {
    scene.world.clock.advance(HOUR);
    const turn = await scene.turn();
    expect(scene.world.influxdb.store.statusOf(first.token)).toBe('active');
    expect(notesOf(turn).join()).toContain('the secret was changed less than 1 day ago');
  }
  scene.world.clock.advance(2 * HOUR);
  await scene.run();
  expect(scene.world.influxdb.store.statusOf(first.token)).toBe('inactive');
  scene.auditor.violations.length = 0;
});

it('G4: a label moved back, then an edit: the newer token is not cut off without its grace period', async () => {
  scene = await openDue();
  const first = await scene.value();
  await scene.run();
  const second = await scene.value();
  scene.world.clock.advance(2 * DAY);
  await scene.moveLabel(first.rotation.id);
  await scene.edit({ url: 'https://edited' });
  for (let hour = 0; hour < 23; hour += 1) {
    scene.world.clock.advance(HOUR);
    await scene.run();
    expect(scene.world.influxdb.store.statusOf(second.token)).toBe('active');
  }
  await scene.runFor(4 * DAY);
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
});
