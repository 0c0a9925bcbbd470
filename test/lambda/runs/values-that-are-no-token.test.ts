import { afterEach, describe, expect, it } from 'vitest';
import type { TokenMode } from '../../../local/influxdb/store.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { consumerIn, Scene } from '../../builders/a-scene.ts';

let scene: Scene;
afterEach(() => scene.close());

async function open(tokens: TokenMode = 'hashed'): Promise<void> {
  const owner = tokens === 'cloud' ? { owner: undefined } : {};
  scene = await Scene.open({ configuration: aConfiguration([aConsumer(owner)]), tokens });
  await scene.run();
}

const live = () => scene.rows.filter(({ status }) => status === 'active').length;

async function heals(): Promise<void> {
  await scene.runFor(8 * DAY, 6 * HOUR);
  expect(await scene.works()).toBe(true);
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
}

describe('a value that no token has, put into the secret three times', () => {
  it.each<[string, TokenMode]>([
    ['', 'hashed'],
    ['redacted', 'cloud'],
    ['redacted', 'hashed'],
  ])('is not taken for that of every row that shows none: "%s", %s', async (token, tokens) => {
    await open(tokens);
    for (let time = 0; time < 3; time += 1) {
      scene.world.clock.advance(HOUR);
      await scene.put(JSON.stringify({ token }));
      await scene.run();
      expect(live()).toBeLessThanOrEqual(3);
    }
    await heals();
  });
});

describe('an edit that drops the token in the grace period of another', () => {
  it('gets back the one that was current', async () => {
    await open();
    scene.world.clock.advance(30 * DAY);
    await scene.run();
    const current = await scene.currentId();
    scene.world.clock.advance(HOUR);
    const { token: _dropped, ...rest } = await scene.value();
    await scene.put(JSON.stringify(rest));
    await scene.run();
    expect(await scene.works()).toBe(true);
    expect(live()).toBeLessThanOrEqual(3);
    await heals();
    expect(current).not.toBe('');
  });
});

describe('a tokenKey that is changed in the grace period of another token', () => {
  it('gets its token at once, and until then the consumer is one without access', async () => {
    await open();
    scene.world.clock.advance(30 * DAY);
    await scene.run();
    const consumers = [aConsumer({ tokenKey: 'key2' })];
    scene.world.configuration = { ...scene.world.configuration, consumers };
    scene.world.influxdb.faults.add({ on: 'POST /api/v2/authorizations', times: 9, status: 500 });
    expect(consumerIn(await scene.run())).toMatchObject({ why: { code: 'TOKEN_KEY_EMPTY' }, access: 'none' });
    scene.world.influxdb.faults.clear();
    expect(consumerIn(await scene.run())).toMatchObject({ state: 'acting', access: 'works' });
    expect(JSON.parse(await scene.text())).toMatchObject({ key2: expect.any(String) });
  });
});
