import { afterEach, describe, expect, it } from 'vitest';
import { DAY } from '../../builders/a-configuration.ts';
import type { Scene } from '../../builders/a-scene.ts';
import { configure, openServed } from '../../builders/a-served-consumer.ts';

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

const idOf = (row: { readonly id: string }) => row.id;

it('a token that lost its marker and then its secret to a value by hand is reported, and never ended', async () => {
  scene = await openServed();
  const old = await scene.value();
  const path = `/api/v2/authorizations/${old.rotation.authorizationId}`;
  await scene.world.admin.send('PATCH', path, { description: 'renamed' });
  await scene.edit({ token: 'put-by-hand' });
  scene.auditor.accept();
  await scene.run();
  expect((await scene.value()).rotation.superseded).toEqual([]);
  await scene.runFor(3 * DAY);
  expect(scene.world.influxdb.store.statusOf(old.token)).toBe('active');
  const { notices, counts } = await scene.run();
  expect(notices).toMatchObject([{ code: 'UNMANAGED_TOKEN', authorizationId: old.rotation.authorizationId }]);
  expect(counts.unmanaged).toBe(1);
});

it('that token ends where the configuration adopts it, as its report advises', async () => {
  scene = await openServed();
  const old = await scene.value();
  const { authorizationId } = old.rotation;
  await scene.world.admin.send('PATCH', `/api/v2/authorizations/${authorizationId}`, { description: 'renamed' });
  await scene.edit({ token: 'put-by-hand' });
  scene.auditor.accept();
  await scene.runFor(3 * DAY);
  configure(scene, { adopt: authorizationId });
  await scene.runFor(3 * DAY);
  expect(scene.world.influxdb.store.statusOf(old.token)).toBe('unknown');
});

it("an id that somebody wrote in upper case is the same authorization's", async () => {
  scene = await openServed();
  const value = await scene.value();
  const authorizationId = value.rotation.authorizationId.toUpperCase();
  await scene.put(JSON.stringify({ ...value, rotation: { ...value.rotation, authorizationId } }));
  scene.auditor.accept();
  await scene.runFor(3 * DAY);
  expect(await scene.works()).toBe(true);
  expect(scene.rows.map(idOf)).toEqual([value.rotation.authorizationId]);
});

describe('a document that an editor turned into a text is told as that, and nothing is changed', () => {
  it.each([
    ['once', (rotation: object) => JSON.stringify(rotation)],
    ['indented', (rotation: object) => JSON.stringify(rotation, undefined, 2)],
    ['twice', (rotation: object) => JSON.stringify(JSON.stringify(rotation))],
  ])('%s', async (_name, asText) => {
    scene = await openServed();
    const value = await scene.value();
    await scene.put(JSON.stringify({ ...value, rotation: asText(value.rotation) }));
    scene.auditor.accept();
    scene.world.clock.advance(31 * DAY);
    const text = await scene.text();
    const { state, reason, why } = await scene.turn();
    expect({ state, code: why.code }).toEqual({ state: 'failed', code: 'SECRET_MALFORMED' });
    expect(reason).toBe(
      'secret influxdb/acme/telegraf has our document under the key "rotation" as a text, which an editor made of it: make it a JSON object again, without the quotation marks around it and the backslashes within it (jq ".rotation |= fromjson" does that), or remove the key to start with a first token',
    );
    expect(await scene.text()).toBe(text);
    expect(scene.rows.map(({ status }) => status)).toEqual(['active']);
    await scene.put(JSON.stringify(value));
    scene.auditor.accept();
    expect((await scene.turn()).state).toBe('acting');
  });
});
