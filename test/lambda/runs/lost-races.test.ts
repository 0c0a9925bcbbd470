import { afterEach, expect, it } from 'vitest';
import { aConfiguration, aConsumer, DAY } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { openServed } from '../../builders/a-served-consumer.ts';
import { currentText, failureOf, madeIn, put, SECRET } from '../../builders/a-world.ts';

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
  const { message } = await failureOf(world.run());
  expect(message).toContain('UpdateSecretVersionStage failed with InvalidParameterException');
  expect(madeIn(world)).toEqual([]);
  expect(await currentText(world)).toBe('{"token":"put by hand"}');
});
