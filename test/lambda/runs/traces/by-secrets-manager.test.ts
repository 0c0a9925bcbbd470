import { afterEach, expect, it } from 'vitest';
import { DAY } from '../../../builders/a-configuration.ts';
import type { Scene } from '../../../builders/a-scene.ts';
import { lastError, openServiced, rotateSecret } from '../../../builders/a-serviced-secret.ts';

// Traces of rotations by Secrets Manager. 0: the token that is current at first, 1: the one after it.

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

it('I3: no run has come since 0 and 1 could end: what a run would end is live all the same, and no fourth is made', async () => {
  scene = await openServiced();
  // The schedule stands still, and so does what ends older tokens.
  scene.auditor = scene.auditor.copy({ healthy: false, maxLive: 3 });
  for (const rotation of [1, 2]) {
    scene.world.clock.advance(30 * DAY);
    await rotateSecret(scene);
    scene.auditor.inspect();
    expect(scene.rows).toHaveLength(rotation + 1);
  }
  scene.world.clock.advance(30 * DAY);
  await rotateSecret(scene);
  scene.auditor.inspect();
  expect(lastError(scene)).toMatch(/^createSecret: createSecret is refused: .* is still live/);
  expect(scene.rows).toHaveLength(3);

  await scene.run();
  await scene.world.secretsManager.rotations.settled();
  scene.world.clock.advance(DAY);
  await scene.world.secretsManager.rotations.catchUp();
  expect(lastError(scene)).toBeUndefined();
  expect(await scene.works()).toBe(true);
});
