import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHandler } from '../../../lambda/handler.ts';
import { World } from '../../../simulation/world.ts';
import { aConfiguration, aConsumer, DAY, LIMITS } from '../../builders/a-configuration.ts';
import { printed } from '../../builders/printed.ts';

const NAMES = ['telegraf', 'grafana', 'nodered'];

let world: World;
beforeEach(async () => {
  const consumers = NAMES.map((name, index) =>
    aConsumer({ name, rotateEveryMs: (30 - index) * DAY, maxTokenAgeMs: 60 * DAY }),
  );
  world = await World.create({ configuration: aConfiguration(consumers) });
});
afterEach(() => world.close());

const lines = () => {
  const { configuration, secretsManagerConfig: secretsManager, clock } = world;
  const handler = createHandler({ configuration, secretsManager, clock });
  const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => LIMITS.functionTimeoutMs };
  return printed(() => handler({ action: 'run' }, context).catch(() => undefined));
};

/** Those of the end of the run. */
const verdicts = async () => (await lines()).filter(({ code }) => /^CONSUMERS?_/.test(String(code)));

describe('consumers for whom there was nothing to do', () => {
  it('have one line together, which says why, and who is next', async () => {
    await lines();
    world.clock.advance(DAY);
    expect(await verdicts()).toEqual([
      expect.objectContaining({
        ...{ level: 'INFO', code: 'CONSUMERS_IDLE', idle: 3, reasonCodes: { NEXT_ROTATION: 3 } },
        nextConsumer: 'nodered',
        until: new Date(world.clock.now() + 27 * DAY).toISOString(),
      }),
    ]);
  });

  it('are all that a run does not name: who was served, or failed, has a line of its own', async () => {
    await lines();
    world.clock.advance(28 * DAY);
    expect(await verdicts()).toMatchObject([
      { code: 'CONSUMER_DONE', consumer: 'nodered' },
      { code: 'CONSUMERS_IDLE', idle: 2, nextConsumer: 'grafana' },
    ]);
  });

  it('have none where there are none', async () => {
    expect((await verdicts()).map(({ code }) => code)).not.toContain('CONSUMERS_IDLE');
  });
});
