import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { World } from '../../../demo/world.ts';
import { aConfiguration, DAY, HOUR } from '../../a-configuration.ts';

describe('a rotation of a consumer with one read/write bucket', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.create({ configuration: aConfiguration() });
  });
  afterEach(() => world.close());

  async function callsOf(run: () => Promise<unknown>): Promise<number> {
    const before = world.calls;
    await run();
    return world.calls - before;
  }

  it('takes 7 calls beyond those of an idle run, the first time and every later time', async () => {
    const first = await callsOf(() => world.run());
    const idle = await callsOf(() => world.run());
    world.clock.advance(30 * DAY);
    const second = await callsOf(() => world.run());
    expect({ first: first - idle, second: second - idle }).toEqual({ first: 7, second: 7 });
  });

  it('ends the old token in two later runs with 3 and 2 calls', async () => {
    await world.run();
    world.clock.advance(30 * DAY);
    await world.run();
    const idle = await callsOf(() => world.run());
    world.clock.advance(25 * HOUR);
    const deactivation = await callsOf(() => world.run());
    world.clock.advance(25 * HOUR);
    const deletion = await callsOf(() => world.run());
    expect({ deactivation: deactivation - idle, deletion: deletion - idle }).toEqual({ deactivation: 3, deletion: 2 });
  });
});
