import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../lambda/calls/clock.ts';
import { closingLines } from '../../../lambda/engine/report/closing-lines.ts';
import type { Action } from '../../../lambda/requests/request.ts';
import type { TokenMode } from '../../../local/influxdb/store.ts';
import { aConfiguration, aConsumer, HOUR } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { failureOf, setRotator } from '../../builders/a-world.ts';

// What fails a run as a whole is told once, and who failed beside it is told, too.

let scene: Scene;
afterEach(() => scene.close());

const NAMES = ['telegraf', 'lost', 'third'];
const open = async (tokens: TokenMode = 'hashed') => {
  scene = await Scene.open({ tokens, configuration: aConfiguration(NAMES.map((name) => aConsumer({ name }))) });
};
const REJECTED = "InfluxDB refuses the rotator's own token (401 token is inactive)";
const timesIn = (text: string, part: string) => text.split(part).length - 1;

it.each<Action>(['run', 'plan', 'status'])(
  'a %s with clocks that disagree names who failed beside it',
  async (action) => {
    await open();
    await scene.run();
    const { clock, configuration } = scene.world;
    const consumers = configuration.consumers.map((each) =>
      each.name === 'lost' ? { ...each, owner: 'nobody' } : each,
    );
    scene.world.configuration = { ...configuration, consumers };
    const early: Clock = {
      now: () => clock.now() + HOUR,
      sleep: (ms) => clock.sleep(ms),
      timeout: (ms) => clock.timeout(ms),
    };
    const { message, report } = await failureOf(scene.world.run(action, { clock: early }));
    expect(message).toMatch(
      /^the run failed: this function's clock is .*; 1 of 3 consumers failed: lost: .*owner "nobody" does not exist: create the user, or set "createOwner": true$/,
    );
    expect(closingLines(report, { failuresAreTold: true }).join()).not.toContain('failed:');
  },
);

describe.each<TokenMode>(['hashed', 'plain'])("the rotator's token is inactive: tokens %s", (tokens) => {
  it.each<Action>(['run', 'plan', 'status'])(
    'before the first tokens, with owners by name, that is told as it is, once: %s',
    async (action) => {
      await open(tokens);
      setRotator(scene.world, { status: 'inactive' });
      const { message, report } = await failureOf(scene.world.run(action));
      expect(report.errors).toMatchObject([{ code: 'ROTATOR_REJECTED' }]);
      expect(message).toBe(
        `the run failed: ${REJECTED}: store the token of an active authorization of an active user in the secret that influxdb.tokenSecret names`,
      );
      expect(scene.rows).toEqual([]);
    },
  );

  it('from the middle of a run on, is told once', async () => {
    await open(tokens);
    let mints = 0;
    scene.world.influxdb.faults.intercept(({ operation }) => {
      if (operation === 'POST /api/v2/authorizations' && ++mints === 2) setRotator(scene.world, { status: 'inactive' });
      return undefined;
    });
    const { message, report } = await failureOf(scene.world.run());
    scene.world.influxdb.faults.clear();
    expect(report.errors).toMatchObject([{ code: 'ROTATOR_REJECTED' }]);
    expect(timesIn(message, REJECTED)).toBe(1);
    expect(message).toMatch(/; \d of 3 consumers failed: .*first token: the run ended early/);
    expect(report.consumers.map(({ reason }) => timesIn(reason, REJECTED))).toEqual([0, 0, 0]);
  });
});

it("a rotator's token that only lacks rights is told as that", async () => {
  await open();
  setRotator(scene.world, { permissions: [] });
  const { message, report } = await failureOf(scene.world.run());
  expect(report.errors).toEqual([]);
  expect(message).toContain(`telegraf: first token, but the rotator's token may not read owner "svc-telegraf"`);
});
