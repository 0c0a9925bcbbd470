import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, it } from 'vitest';
import { aConfiguration, DAY, HOUR } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { configure, openServed, spare, telegraf } from '../../builders/a-served-consumer.ts';

// What the model test (test/model) and kills found in the engine, each as the shortest sequence that showed it.

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

it('the token of a former owner ends, though the value that named the owner was replaced by hand', async () => {
  scene = await openServed();
  const old = await scene.currentId();
  configure(scene, { owner: spare.owner });
  for (const url of ['https://one', 'https://two']) await scene.put(JSON.stringify({ url }));
  scene.auditor.accept();
  expect((await scene.turn()).reason).toContain('first token');
  expect((await scene.value()).rotation.superseded).toMatchObject([{ authorizationId: old }]);
  await scene.runFor(3 * DAY);
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
});

it('a retired consumer whose secret is scheduled for deletion loses its token before the secret is gone', async () => {
  scene = await openServed();
  const id = await scene.currentId();
  configure(scene, { retired: true });
  const deletion = { SecretId: scene.secret, RecoveryWindowInDays: 7 };
  await scene.world.secrets.send(new DeleteSecretCommand(deletion));
  scene.world.clock.advance(DAY + HOUR);
  await scene.run();
  expect(scene.statusOf(id)).toBe('inactive');
  scene.world.clock.advance(DAY + HOUR);
  await scene.run();
  expect(scene.rows).toEqual([]);
});

it('a live token that a dead run left is named by the version that replaces a missing one, however young it is', async () => {
  scene = await openServed();
  scene.auditor = scene.auditor.copy({ healthy: false });
  await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
  scene.auditor.accept();
  await scene.runKilledAt(({ operation }) => operation === 'PATCH /api/v2/authorizations/{id}', 'after');
  scene.auditor.inspect();
  const [left] = scene.rows;
  expect(left?.status).toBe('active');
  expect((await scene.turn()).reason).toContain('missing');
  expect((await scene.value()).rotation.superseded).toMatchObject([{ authorizationId: left?.id }]);
  await scene.runFor(4 * DAY);
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
});

it('a token that was superseded by hand within minutes is named by the version that replaces a missing one', async () => {
  scene = await openServed();
  const first = await scene.value();
  for (let rotation = 0; rotation < 3; rotation += 1) {
    scene.world.clock.advance(30 * DAY);
    await scene.run();
  }
  scene.auditor.inspect();
  const newest = await scene.currentId();
  expect(scene.statusOf(first.rotation.authorizationId)).toBeUndefined();
  // A mint for a consumer without access waits for nothing, so three may be live (I3).
  scene.auditor = scene.auditor.copy({ healthy: false, maxLive: 3 });
  await scene.moveLabel(first.rotation.id);
  scene.auditor.accept();
  expect((await scene.turn()).reason).toContain('missing');
  const named = (await scene.value()).rotation.superseded.map(({ authorizationId }) => authorizationId);
  expect(named).toContain(newest);
  await scene.runFor(4 * DAY);
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
});

it.each(['{}', '{"token":"of-somebody-else"}', undefined])(
  'what two runs left that died over a first token ends by itself, and the consumer is served: value %s',
  async (value) => {
    scene = await Scene.open({ configuration: aConfiguration([telegraf]), initialValue: () => value });
    scene.auditor = scene.auditor.copy({ healthy: false });
    scene.world.clock.advance(HOUR);
    for (let death = 0; death < 2; death += 1) {
      await scene.runKilledAt(({ method }) => method === 'PATCH', 'after');
      scene.world.clock.advance(HOUR);
    }
    expect(scene.rows.map(({ status }) => status)).toEqual(['active', 'active']);
    expect((await scene.turn()).reason).toContain('runs that died over it left authorizations');
    for (let run = 0; run < 3; run += 1) {
      scene.world.clock.advance(25 * HOUR);
      await scene.run();
      scene.auditor.inspect();
    }
    expect(await scene.works()).toBe(true);
    expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
  },
);

it('a retired consumer keeps what was current until its label was moved back to a version without a token', async () => {
  scene = await openServed();
  const first = await scene.value();
  scene.world.clock.advance(30 * DAY);
  await scene.run();
  scene.auditor.inspect();
  const secret = scene.world.secretsManager.store.secret(scene.secret);
  const [empty] = [...(secret?.versions.values() ?? [])].filter(({ value }) => value === '{}');
  await scene.moveLabel(empty?.id ?? '');
  configure(scene, { retired: true });
  await scene.run();
  expect(scene.world.influxdb.store.statusOf(first.token)).toBe('active');
  for (let run = 0; run < 2; run += 1) {
    scene.world.clock.advance(25 * HOUR);
    await scene.run();
  }
  expect(scene.rows).toEqual([]);
});
