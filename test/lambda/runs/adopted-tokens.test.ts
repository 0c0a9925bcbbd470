import { DeleteSecretCommand, PutSecretValueCommand, RestoreSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, it } from 'vitest';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { configure, spare, telegraf } from '../../builders/a-served-consumer.ts';

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

it('an adopted token waits while a secret that may hold it cannot be read', async () => {
  scene = await Scene.open({ configuration: aConfiguration([telegraf, spare]) });
  const { admin, userIds, secrets } = scene.world;
  const shared = await admin.createAuthorization({
    userID: userIds.get(telegraf.owner ?? '') ?? '',
    description: 'made by hand',
    permissions: [{ action: 'read', resource: { type: 'buckets', orgID: admin.orgId } }],
  });
  for (const SecretId of [telegraf.secret, spare.secret])
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify({ token: shared.token }) }));
  const consumers = [
    { ...telegraf, adopt: shared.id },
    { ...spare, access: { kind: 'buckets', read: ['unknown'], write: [] } as const },
  ];
  scene.world.configuration = { ...scene.world.configuration, consumers };
  scene.auditor.accept();
  await scene.run();
  scene.world.clock.advance(2 * DAY);
  await secrets.send(new DeleteSecretCommand({ SecretId: spare.secret, RecoveryWindowInDays: 7 }));
  expect((await scene.turn()).notes.join()).toContain('waits until it is known that the secrets of spare');
  await secrets.send(new RestoreSecretCommand({ SecretId: spare.secret }));
  await scene.run();
  expect(scene.world.influxdb.store.statusOf(shared.token)).toBe('active');
  scene.auditor.violations.length = 0;
});

it('keep-until counts on an adopted token, too, which has no marker', async () => {
  scene = await Scene.open({ configuration: aConfiguration([telegraf]) });
  const { admin, userIds, clock } = scene.world;
  const hers = await admin.createAuthorization({
    userID: userIds.get(telegraf.owner ?? '') ?? '',
    description: `legacy keep-until=${new Date(clock.now() + 9 * DAY).toISOString()}`,
    permissions: [{ action: 'read', resource: { type: 'buckets', orgID: admin.orgId } }],
  });
  await scene.put(JSON.stringify({ token: hers.token }));
  configure(scene, { adopt: hers.id });
  const status = () => scene.world.influxdb.store.statusOf(hers.token);
  for (let day = 0; day < 9; day += 1) {
    expect(status()).toBe('active');
    await scene.run();
    clock.advance(DAY);
  }
  await scene.runFor(3 * DAY);
  expect(status()).toBe('unknown');
  scene.auditor.violations.length = 0;
});

it.each([
  ['a longer grace period', { gracePeriodMs: 7 * DAY, rotateEveryMs: 60 * DAY }],
  ['a later first run', { access: { kind: 'buckets', read: ['unknown'], write: [] } }],
] as const)('an adopted token that two consumers shared is kept for the one with %s', async (_name, theirs) => {
  scene = await Scene.open({ configuration: aConfiguration([telegraf, spare]) });
  const { admin, userIds } = scene.world;
  const shared = await admin.createAuthorization({
    userID: userIds.get(telegraf.owner ?? '') ?? '',
    description: 'made by hand',
    permissions: [{ action: 'read', resource: { type: 'buckets', orgID: admin.orgId } }],
  });
  for (const SecretId of [telegraf.secret, spare.secret])
    await scene.world.secrets.send(
      new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify({ token: shared.token }) }),
    );
  const shares = { adopt: shared.id, owner: telegraf.owner };
  const consumers = (change: object) => [aConsumer(shares), aConsumer({ ...shares, name: 'spare', ...change })];
  const set = (change: object) => {
    scene.world.configuration = { ...scene.world.configuration, consumers: consumers(change) };
    scene.auditor.accept();
  };
  const status = () => scene.world.influxdb.store.statusOf(shared.token);
  set(theirs);
  for (let hour = 0; hour < 36; hour += 1) {
    await scene.run();
    scene.world.clock.advance(HOUR);
  }
  expect(status()).toBe('active');
  set({});
  for (let hour = 0; hour < 23; hour += 1) {
    await scene.run();
    scene.world.clock.advance(HOUR);
    if ('access' in theirs) expect(status()).toBe('active');
  }
  await scene.runFor(4 * DAY);
  expect(status()).toBe('unknown');
  scene.auditor.violations.length = 0;
});
