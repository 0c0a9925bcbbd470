import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import type { ConsumerReport } from '../../../lambda/engine/report/report.ts';
import type { TokenMode } from '../../../local/influxdb/store.ts';
import { aConfiguration, DAY, HOUR } from '../../builders/a-configuration.ts';
import { consumerIn, Scene } from '../../builders/a-scene.ts';
import { configure, telegraf } from '../../builders/a-served-consumer.ts';
import { put } from '../../builders/a-world.ts';

let scene: Scene;
afterEach(() => scene.close());

/** Somebody put the rotator's own token into the consumer's secret. */
async function open(tokens: TokenMode, { rotator = 'minimal', around = (token: string) => token } = {}) {
  scene = await Scene.open({ configuration: aConfiguration([telegraf]), tokens });
  const { world } = scene;
  if (rotator === 'operator') await put(world, 'influxdb/rotator', world.admin.operatorToken);
  const token = rotator === 'operator' ? world.admin.operatorToken : world.rotatorToken;
  await scene.put(JSON.stringify({ token: around(token) }));
  return { token, id: world.influxdb.store.authorizationOf(token)?.id ?? '' };
}

/** What stands around the token is another matter. */
const notesIn = ({ notes }: ConsumerReport) =>
  notes.flatMap(({ code, note }) => (code === 'HELD_NOT_ALONE' ? [] : [[code, note]]));

/** It lives on, whatever the runs do. */
async function livesOn(token: string): Promise<void> {
  await scene.run();
  await scene.runFor(4 * DAY, 6 * HOUR);
  expect(scene.world.influxdb.store.statusOf(token)).toBe('active');
  expect(await scene.works()).toBe(true);
}

const HELD = "the token that secret influxdb/acme/telegraf held before is the rotator's own";
const THEN = 'do not delete it; let nothing else use it, because it may do more than this consumer should';

describe("the rotator's own token in a consumer's secret is told, and nobody is advised to delete it", () => {
  it.each<[string, TokenMode, Parameters<typeof open>[1]]>([
    ['a server that hashes its tokens', 'hashed', {}],
    ['the same, with a line end', 'hashed', { around: (token) => `${token}\n` }],
    ['the same, as a header', 'hashed', { around: (token) => `Token ${token}` }],
    ['a server that shows tokens, not that one', 'plain', {}],
    ['a server that shows it, too', 'plain', { rotator: 'operator' }],
  ])('on %s', async (_name, tokens, how) => {
    const { token, id } = await open(tokens, how);
    const shown = how?.rotator === 'operator' ? ` (authorization ${id})` : '';
    expect(notesIn(consumerIn(await scene.run('plan')))).toEqual([['HELD_IS_ROTATORS', `${HELD}${shown}: ${THEN}`]]);
    await livesOn(token);
  });

  const WHY =
    'the secret holds the rotator\'s own token, which no consumer can adopt: do not delete that token, and take "adopt" out of the configuration';

  it('and "auto" is the same as nothing where the server hides it', async () => {
    const { token } = await open('hashed');
    configure(scene, { adopt: 'auto' });
    expect(notesIn(consumerIn(await scene.run('plan')))).toEqual([['HELD_IS_ROTATORS', `${HELD}: ${THEN}`]]);
    await livesOn(token);
  });

  it.each<[string, TokenMode, 'minimal' | 'operator', (id: string) => Partial<ConsumerSettings>]>([
    ['by its id, which no list shows', 'hashed', 'minimal', (adopt) => ({ adopt })],
    ['by its id', 'hashed', 'operator', (adopt) => ({ adopt })],
    ['with "auto", where it is shown', 'plain', 'operator', () => ({ adopt: 'auto' })],
    [
      'where the consumer may have as much',
      'hashed',
      'operator',
      (adopt) => ({ adopt, access: { kind: 'all-access' } }),
    ],
  ])('and cannot be adopted: %s', async (_name, tokens, rotator, settings) => {
    const { token, id } = await open(tokens, { rotator });
    configure(scene, settings(id));
    const what = `authorization ${id} is not adopted`;
    expect(notesIn(consumerIn(await scene.run('plan')))).toEqual([['CANNOT_ADOPT', `${what}: ${WHY}`]]);
    await livesOn(token);
  });

  it.each<[TokenMode, number]>([
    ['hashed', 1],
    ['plain', 0],
  ])('nor as one that nobody manages, if its user is an owner: %s', async (tokens, count) => {
    await open(tokens, { rotator: 'operator' });
    configure(scene, { owner: scene.world.admin.userId });
    const { notices } = await scene.run('plan');
    const unmanaged = notices.filter(({ code }) => code === 'UNMANAGED_TOKEN');
    expect(unmanaged.map(({ mayBeRotators }) => mayBeRotators)).toEqual(Array(count).fill(true));
    for (const { notice } of unmanaged)
      expect(notice).toMatch(
        /; first make sure that it is not the rotator's own, because it may write authorizations$/,
      );
  });
});
