import { afterEach, expect, it } from 'vitest';
import { DAY, HOUR, SECOND } from '../../builders/a-configuration.ts';
import { consumerIn, type Scene } from '../../builders/a-scene.ts';
import { openServed } from '../../builders/a-served-consumer.ts';

let scene: Scene;
afterEach(() => scene.close());

it('a token that somebody makes current while the look at it waits is not switched off', async () => {
  scene = await openServed();
  const { clock, influxdb } = scene.world;
  const older = await scene.currentId();
  const { rotation } = await scene.value();
  clock.advance(31 * DAY);
  await scene.run();
  clock.advance(DAY + HOUR);
  influxdb.faults.add({
    on: ({ method, path }) => method === 'GET' && path.endsWith(`/authorizations/${older}`),
    before: async () => {
      clock.advance(20 * SECOND);
      await scene.moveLabel(rotation.id);
    },
  });
  const report = await scene.run();
  expect(await scene.currentId()).toBe(older);
  expect(scene.statusOf(older)).toBe('active');
  expect(consumerIn(report)).toMatchObject({ state: 'changed', errorCode: 'CHANGED_BEFORE_END' });
});
