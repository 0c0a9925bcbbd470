import { afterEach, describe, expect, it } from 'vitest';
import { World } from '../../../simulation/world.ts';
import { aConfiguration, DAY } from '../../builders/a-configuration.ts';
import { aWorld, failureOf, madeIn, put, setRotator } from '../../builders/a-world.ts';

let world: World;
afterEach(() => world.close());

describe('what keeps a whole run from beginning is one error, however many consumers there are', () => {
  it('an inactive rotator token, which sees empty lists instead of an error', async () => {
    world = await aWorld();
    await world.run();
    setRotator(world, { status: 'inactive' });
    world.clock.advance(31 * DAY);
    const { message } = await failureOf(world.run());
    expect(message).toMatch(/^the run failed: InfluxDB refuses the rotator's own token \(401 token is inactive\)/);
    expect(madeIn(world).map(({ status }) => status)).toEqual(['active']);
  });

  it('does not mind a rotator secret that is the plain token', async () => {
    world = await aWorld();
    await put(world, 'influxdb/rotator', `${world.rotatorToken}\n`);
    expect((await world.run()).counts.rotated).toBe(1);
  });
});

describe("the rotator's token", () => {
  const RIGHTS = 6;
  it.each(Array.from({ length: RIGHTS }, (_, index) => index))(
    'lacks nothing that it could do without: its permission %i',
    async (index) => {
      world = await World.create({ configuration: aConfiguration() });
      const { tables } = world.influxdb.store;
      const rotator = tables.authorizations.get(world.rotatorId);
      if (rotator === undefined) throw new Error('the world has no rotator');
      expect(rotator.permissions).toHaveLength(RIGHTS);
      const missing = rotator.permissions[index];
      tables.authorizations.set(rotator.id, {
        ...rotator,
        permissions: rotator.permissions.filter((each) => each !== missing),
      });
      const { action, resource } = missing ?? { action: '', resource: { type: '' } };
      await expect(world.run()).rejects.toThrow(`{"action":"${action}","resource":{"type":"${resource.type}",`);
      expect(madeIn(world)).toEqual([]);
    },
  );
});
