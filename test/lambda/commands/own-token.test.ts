import { afterEach, expect, it } from 'vitest';
import { aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { consumerIn, type Scene } from '../../builders/a-scene.ts';
import { openOwn } from '../../builders/an-own-token.ts';

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

async function openServed(): Promise<string> {
  scene = await openOwn([aConsumer({ rotateEveryMs: 900 * DAY })]);
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(HOUR);
  return scene.currentId();
}

const reason = 'a test';

it('the rotator’s own token is rotated on request, by its name among the consumers', async () => {
  const before = await openServed();
  scene.watch();
  const report = await scene.run({ action: 'rotate', consumers: ['self'], reason });
  expect(consumerIn(report, 'self').actions).toMatchObject([{ kind: 'rotate', outcome: 'done' }]);
  expect(scene.statusOf(before)).toBe('active');
  expect(await scene.works()).toBe(true);
});

it('H6: that leaked is replaced, the run signs in anew, and ends it, within one invocation', async () => {
  const leaked = await openServed();
  scene.watch();
  const report = await scene.run({ action: 'rotate', consumers: ['self'], compromised: true, reason });
  expect(report.errors).toEqual([]);
  const done = consumerIn(report, 'self').actions.filter(({ outcome }) => outcome === 'done');
  expect(done.map(({ kind }) => kind)).toEqual(['note-compromised', 'rotate', 'delete']);
  expect(scene.statusOf(leaked)).toBeUndefined();
  expect(await scene.works()).toBe(true);
  expect((await scene.run()).errors).toEqual([]);
});

it('is rolled back like a consumer’s, and the run after it signs in with the older one', async () => {
  const older = await openServed();
  await scene.run({ action: 'rotate', consumers: ['self'], reason });
  scene.world.clock.advance(HOUR);
  const report = await scene.run({ action: 'rollback', consumer: 'self', reason });
  expect(report.errors).toEqual([]);
  expect(await scene.currentId()).toBe(older);
  scene.world.clock.advance(HOUR);
  expect((await scene.run()).errors).toEqual([]);
});
