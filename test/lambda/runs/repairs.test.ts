import { afterEach, describe, expect, it } from 'vitest';
import { formatMarker, parseMarker } from '../../../lambda/engine/document/marker.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { consumerIn, Scene } from '../../builders/a-scene.ts';
import { configure, openServed } from '../../builders/a-served-consumer.ts';

// What explore:model found around repairs: those that a run gives up in a way which no later run is rid of, and what they
// do not say.

let scene: Scene;
afterEach(() => scene.close());

it('a current token that leaked is replaced, though two others of the consumer live (U4)', async () => {
  scene = await openServed();
  const { rotation } = await scene.value();
  const [row] = scene.rows;
  const marker = parseMarker(row?.description ?? '');
  if (marker === undefined) throw new Error('no marker');
  for (const id of [1, 2]) await scene.tokenByHand(formatMarker(marker, marker.rotationId.replace(/^./, String(id))));
  const leaked = { ...rotation, since: new Date(scene.world.clock.now()).toISOString(), compromised: true };
  await scene.edit({ rotation: { ...rotation, superseded: [leaked] } });
  scene.world.clock.advance(HOUR);
  const { actions } = await scene.turn();
  expect(actions).toMatchObject([
    { kind: 'rotate', reasonCode: 'CURRENT_COMPROMISED', outcome: 'done' },
    { kind: 'delete', reasonCode: 'COMPROMISED', outcome: 'done' },
  ]);
  expect(scene.statusOf(rotation.authorizationId)).toBeUndefined();
  expect(await scene.works()).toBe(true);
});

it('a copy forward says what its ledger adopts, which nothing else reports (T5)', async () => {
  scene = await openServed();
  const adopted = await scene.tokenByHand();
  const before = await scene.text();
  configure(scene, { rotateEveryMs: HOUR });
  await scene.turn();
  await scene.put(before);
  configure(scene, { adopt: adopted.id });
  scene.world.clock.advance(HOUR);
  const { actions, notes } = await scene.turn();
  expect(actions[0]).toMatchObject({ kind: 'copy-forward', outcome: 'done' });
  expect(notes).toContainEqual(expect.objectContaining({ code: 'ADOPTS', authorizationId: adopted.id }));
});

it('an edit that kept our token counts as ours, though "tokenKey" names another key by now (R2d, R8)', async () => {
  scene = await openServed();
  configure(scene, { rotateEveryMs: HOUR });
  await scene.turn();
  await scene.edit({ url: 'https://edited' });
  configure(scene, { tokenKey: 'password' });
  scene.world.clock.advance(HOUR);
  expect(await scene.turn()).toMatchObject({ state: 'acting', why: { code: 'TOKEN_KEY_EMPTY' } });
  await scene.runFor(2 * DAY);
  const { password } = JSON.parse(await scene.text()) as { readonly password: string };
  expect(scene.world.influxdb.store.statusOf(password)).toBe('active');
});

describe('a retired consumer, for which no org is looked up', () => {
  it('does not make a missing token of another consumer look like one of another server (T3)', async () => {
    const consumers = [aConsumer(), aConsumer({ name: 'grafana' })];
    scene = await Scene.open({ configuration: aConfiguration(consumers) });
    await scene.run();
    const [telegraf, grafana] = scene.world.configuration.consumers;
    if (telegraf === undefined || grafana === undefined) throw new Error('no consumers');
    const changed = [{ ...telegraf, retired: true }, grafana];
    scene.world.configuration = { ...scene.world.configuration, consumers: changed };
    const owner = scene.world.userIds.get('svc-grafana');
    await scene.world.admin.send('DELETE', `/api/v2/users/${owner}`);
    scene.world.clock.advance(2 * DAY);
    const report = await scene.run();
    expect(report.errors).toEqual([]);
    expect(consumerIn(report, 'grafana').obstacle?.code).toBe('NAME_UNRESOLVED');
    expect(consumerIn(report).actions).toMatchObject([{ kind: 'switch-off', outcome: 'done' }]);
  });
});

describe('too many tokens that are missing at once (T3)', () => {
  it.each([
    ['one that Secrets Manager rotates counts', { rotation: 'secrets-manager' }, 0],
    ['one that is only reported does not', { onMissing: 'report' }, 1],
  ] as const)('%s', async (_what, settings, replaced) => {
    scene = await Scene.open({ configuration: aConfiguration([aConsumer(), aConsumer({ name: 'grafana' })]) });
    await scene.run();
    const { world } = scene;
    const [telegraf, grafana] = world.configuration.consumers;
    if (telegraf === undefined || grafana === undefined) throw new Error('no consumers');
    const limits = { ...world.configuration.limits, maxMissingPerRun: 1 };
    world.configuration = { ...world.configuration, limits, consumers: [{ ...telegraf, ...settings }, grafana] };
    for (const { id } of world.influxdb.store.authorizations())
      if (parseMarker(world.influxdb.store.tables.authorizations.get(id)?.description ?? '') !== undefined)
        await world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
    world.clock.advance(2 * DAY);
    const report = await scene.run();
    expect(consumerIn(report, 'grafana').why.code).toBe('MISSING');
    expect(consumerIn(report, 'grafana').actions.length).toBe(replaced);
    expect(consumerIn(report, 'grafana').obstacle?.code).toBe(replaced === 0 ? 'TOO_MANY_MISSING' : undefined);
  });
});
