import { afterEach, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../builders/a-configuration.ts';
import type { Scene } from '../../builders/a-scene.ts';
import { openServed } from '../../builders/a-served-consumer.ts';

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

it('a label that was moved back since the plan is seen before the deactivation, where that comes much later', async () => {
  scene = await openServed();
  const first = await scene.value();
  scene.world.clock.advance(30 * DAY);
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(25 * HOUR);
  const { secretsManager, clock } = scene.world;
  let looks = 0;
  secretsManager.faults.intercept(async ({ operation }) => {
    if (operation !== 'DescribeSecret') return undefined;
    looks += 1;
    if (looks > 1) return undefined;
    return {
      after: async () => {
        secretsManager.faults.clear();
        await scene.moveLabel(first.rotation.id);
        scene.auditor.accept();
        // The turns of other consumers take their time.
        setImmediate(() => clock.advance(MINUTE));
      },
    };
  });
  expect((await scene.turn()).state).toBe('changed');
  expect(await scene.works()).toBe(true);
  scene.auditor.violations.length = 0;
});
