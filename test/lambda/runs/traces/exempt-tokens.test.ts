import { afterEach, describe, expect, it } from 'vitest';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../../builders/a-configuration.ts';
import { Scene } from '../../../builders/a-scene.ts';

// How long a token is waited for rests on how old a current one can be (T4). One that is exempt can be older.

let scene: Scene;
afterEach(() => scene.close());

const statusOf = (id: string) => scene.rows.find((row) => row.id === id)?.status;

/** Token 1 is a year old, and current; token 0 is older, and was kept. */
async function exemptForAYear(): Promise<{ zero: string; one: string; versionOfZero: string }> {
  scene = await Scene.open({ configuration: aConfiguration([aConsumer()]) });
  const { world } = scene;
  const exception = { reason: 'a repair', approvedBy: 'ada', until: world.clock.now() + 500 * DAY };
  const consumers = world.configuration.consumers.map((each) => ({ ...each, exception }));
  world.configuration = { ...world.configuration, consumers };
  await scene.run();
  const { id: versionOfZero, authorizationId: zero } = (await scene.value()).rotation;
  const description = `${scene.rows[0]?.description} keep-until=2030-01-01`;
  await world.admin.send('PATCH', `/api/v2/authorizations/${zero}`, { description });
  world.clock.advance(HOUR);
  await scene.run({ action: 'rotate', consumers: ['telegraf'], reason: 'a test' });
  world.clock.advance(370 * DAY);
  await scene.run();
  return { zero, one: await scene.currentId(), versionOfZero };
}

describe('a label is moved back from an exempt token, and readers still have that', () => {
  it('works on for a grace period, and ends then', async () => {
    const { zero, one, versionOfZero } = await exemptForAYear();
    expect([statusOf(zero), statusOf(one)]).toEqual(['active', 'active']);
    await scene.moveLabel(versionOfZero);
    for (let hours = 0; hours < 24; hours += 1) {
      await scene.run();
      expect(statusOf(one), `after ${hours} hours`).toBe('active');
      scene.world.clock.advance(HOUR);
    }
    await scene.runFor(5 * DAY);
    expect([await scene.currentId(), statusOf(zero)]).toEqual([zero, 'active']);
    expect(statusOf(one)).toBeUndefined();
  });
});
