import { afterEach, expect, it } from 'vitest';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { openServed } from '../../builders/a-served-consumer.ts';
import { currentText, madeIn, put, SECRET } from '../../builders/a-world.ts';

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

it('a candidate that somebody made current by hand is not undone when its promotion is refused', async () => {
  scene = await openServed();
  scene.world.clock.advance(30 * DAY);
  scene.world.influxdb.faults.add({
    on: 'POST /api/v2/write',
    before: async () => {
      await scene.moveLabel((await scene.value({ VersionStage: 'AWSPENDING' })).rotation.id);
      scene.auditor.accept();
    },
  });
  expect((await scene.turn()).actions).toMatchObject([{ kind: 'rotate', outcome: 'done' }]);
  expect(await scene.works()).toBe(true);
});

it('loses the compare-and-swap to somebody who was faster, and takes its own candidate back', async () => {
  scene = await Scene.open({ configuration: aConfiguration([aConsumer()]) });
  const { world } = scene;
  world.secretsManager.faults.add({
    on: 'UpdateSecretVersionStage',
    before: () => put(world, SECRET, '{"token":"put by hand"}'),
  });
  const { consumers, counts } = await world.run();
  expect(consumers).toMatchObject([
    {
      ...{ state: 'changed', errorCode: 'CHANGED_BEFORE_PROMOTION' },
      reason: expect.stringMatching(
        /: secret arn:\S+ changed meanwhile: AWSCURRENT is on version \S+, no longer on \S+, so nothing was promoted; the next run looks again$/,
      ),
    },
  ]);
  expect(counts).toMatchObject({ rotated: 0, failed: 0 });
  expect(madeIn(world)).toEqual([]);
  expect(await currentText(world)).toBe('{"token":"put by hand"}');
});

it('a copy forward that loses it leaves the secret as it was put meanwhile, and is no failure', async () => {
  scene = await openServed();
  const first = await scene.value();
  scene.world.clock.advance(30 * DAY);
  await scene.run();
  scene.world.clock.advance(HOUR);
  await scene.moveLabel(first.rotation.id);
  scene.auditor.accept();
  scene.world.secretsManager.faults.add({
    on: 'UpdateSecretVersionStage',
    before: async () => {
      await scene.edit({ note: 'put meanwhile' });
      scene.auditor.accept();
    },
  });
  const turn = await scene.turn();
  expect(turn).toMatchObject({
    ...{ state: 'changed', errorCode: 'CHANGED_BEFORE_PROMOTION' },
    actions: [{ kind: 'copy-forward', outcome: 'failed', errorCode: 'CHANGED_BEFORE_PROMOTION' }],
  });
  expect(await scene.value()).toMatchObject({ note: 'put meanwhile', token: first.token });
  expect(await scene.works()).toBe(true);
});
