import { afterEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../builders/a-configuration.ts';
import type { Scene } from '../../../builders/a-scene.ts';
import { ACTIVATION, callsOf, DELETION, MINT, openDue, openNew } from '../../../builders/a-trace.ts';

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

describe('F5: a secret that somebody edits in the console', () => {
  it('keeps its token: no rotation, and nothing is swept', async () => {
    scene = await openNew({}, '{"url":"https://old"}');
    await scene.run();
    const id = await scene.currentId();
    scene.world.clock.advance(HOUR);
    await scene.edit({ url: 'https://new' });
    await scene.runFor(3 * DAY);
    expect(await scene.currentId()).toBe(id);
    expect(callsOf(scene, MINT)).toBe(1);
    expect(callsOf(scene, DELETION)).toBe(0);
  });

  it('with another token in it is rotated, and the token that it named keeps its grace period', async () => {
    scene = await openNew();
    await scene.run();
    const { token, rotation } = await scene.value();
    scene.world.clock.advance(2 * HOUR);
    await scene.edit({ token: 'put-by-hand' });
    expect((await scene.turn()).reason).toBe('replaced by hand');
    const { superseded } = (await scene.value()).rotation;
    expect(superseded.map(({ authorizationId }) => authorizationId)).toEqual([rotation.authorizationId]);
    await scene.runFor(DAY);
    expect(scene.world.influxdb.store.statusOf(token)).toBe('active');
    await scene.runFor(3 * HOUR);
    expect(scene.world.influxdb.store.statusOf(token)).toBe('inactive');
  });
});

it('G1: edits in the console that renew the version every day do not keep a live stray, or put a rotation off, for ever', async () => {
  scene = await openDue();
  await scene.runKilledAt(({ operation }) => operation === ACTIVATION, 'after');
  const stray = scene.rows.find(({ status, id }) => status === 'active' && id !== scene.rows[0]?.id)?.id ?? '';
  expect(stray).not.toBe('');
  for (let day = 0; day < 10; day += 1) {
    await scene.edit({ edited: day });
    scene.auditor.inspect();
    await scene.runFor(12 * HOUR);
  }
  expect(scene.statusOf(stray)).toBeUndefined();
  expect(callsOf(scene, MINT)).toBe(3);
  expect(await scene.works()).toBe(true);
  // How soon a superseded token ends is promised for secrets that nobody touches by hand.
  const { violations } = scene.auditor;
  violations.splice(0, violations.length, ...violations.filter((each) => !each.includes('outlived')));
});

it('G2: a token that only a copied document names keeps its grace period, even if it is young and switched off', async () => {
  scene = await openNew({ holdPeriodMs: HOUR });
  await scene.run();
  const first = await scene.value();
  scene.world.clock.advance(MINUTE);
  await scene.edit({ token: 'put-by-hand' });
  expect((await scene.turn()).reason).toBe('replaced by hand');
  const { superseded } = (await scene.value()).rotation;
  expect(superseded.map(({ authorizationId }) => authorizationId)).toEqual([first.rotation.authorizationId]);
  await scene.setStatus(first.rotation.authorizationId, 'inactive');
  await scene.runFor(DAY - HOUR);
  expect(scene.statusOf(first.rotation.authorizationId)).toBe('inactive');
  scene.auditor.violations.length = 0;
});

it('a token that is off, and whose value somebody puts back, is not deleted within a grace period of that', async () => {
  scene = await openDue();
  scene.watch();
  const before = await scene.text();
  const old = await scene.currentId();
  await scene.run();
  await scene.runFor(25 * HOUR);
  expect(scene.statusOf(old)).toBe('inactive');
  // Its hold period is nearly over, and its grace period long since.
  await scene.runFor(22 * HOUR);
  await scene.put(before);
  scene.auditor.accept();
  expect((await scene.turn()).actions).toMatchObject([{ kind: 'copy-forward', outcome: 'done' }]);
  scene.auditor.inspect();
  await scene.runFor(23 * HOUR);
  expect(scene.statusOf(old)).toBe('inactive');
  await scene.runFor(3 * HOUR);
  expect(scene.statusOf(old)).toBeUndefined();
  expect(await scene.works()).toBe(true);
});
