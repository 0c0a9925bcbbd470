import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, it } from 'vitest';
import { DAY, HOUR } from '../../builders/a-configuration.ts';
import type { Scene } from '../../builders/a-scene.ts';
import { configure, openServed } from '../../builders/a-served-consumer.ts';

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
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
