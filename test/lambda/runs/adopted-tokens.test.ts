import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { notesOf, Scene } from '../../builders/a-scene.ts';
import { configure, spare, telegraf } from '../../builders/a-served-consumer.ts';

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

describe('a token that the secret held before', () => {
  async function withATokenByHand(settings: (id: string) => Partial<ConsumerSettings>): Promise<string> {
    scene = await Scene.open({ configuration: aConfiguration([telegraf]) });
    const { id, token } = await scene.tokenByHand();
    await scene.put(JSON.stringify({ token }));
    configure(scene, settings(id));
    return id;
  }
  const statusByHand = (id: string) =>
    scene.world.influxdb.store.storedAuthorizations().find((row) => row.id === id)?.status;

  it('is left alone, and reported as one to revoke by hand', async () => {
    const id = await withATokenByHand(() => ({}));
    expect(notesOf(await scene.turn()).join()).toContain('delete it by hand once nothing uses it');
    await scene.runFor(4 * DAY);
    expect(statusByHand(id)).toBe('active');
  });

  it('ends like any superseded one where its authorization is named for adoption', async () => {
    const id = await withATokenByHand((adopt) => ({ adopt }));
    await scene.run();
    expect((await scene.value()).rotation.superseded).toMatchObject([{ authorizationId: id }]);
    await scene.runFor(DAY);
    expect(statusByHand(id)).toBe('active');
    await scene.runFor(2 * HOUR);
    expect(statusByHand(id)).toBe('inactive');
    await scene.runFor(DAY + 2 * HOUR);
    expect(statusByHand(id)).toBeUndefined();
  });

  it('is not ended while the secret of another consumer holds it, too', async () => {
    const id = await withATokenByHand((adopt) => ({ adopt }));
    const shared = (await scene.value()).token;
    const SecretString = JSON.stringify({ token: shared });
    await scene.world.secrets.send(new CreateSecretCommand({ Name: 'influxdb/acme/other', SecretString }));
    // The other consumer cannot be rotated: its bucket does not exist.
    const access = { kind: 'buckets', read: ['nosuch'], write: [] } as const;
    const consumers = [aConsumer({ adopt: id }), aConsumer({ name: 'other', owner: 'svc-telegraf', access })];
    scene.world.configuration = { ...scene.world.configuration, consumers };
    await scene.runFor(4 * DAY);
    expect(notesOf(await scene.turn()).join()).toContain('is left alone: the secret of consumer other holds it');
    expect(statusByHand(id)).toBe('active');
  });
});

it('an adopted token waits while a secret that may hold it cannot be read', async () => {
  scene = await Scene.open({ configuration: aConfiguration([telegraf, spare]) });
  const { secrets } = scene.world;
  const shared = await scene.tokenByHand();
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
  expect(notesOf(await scene.turn()).join()).toContain('waits until it is known that the secrets of spare');
  await secrets.send(new RestoreSecretCommand({ SecretId: spare.secret }));
  await scene.run();
  expect(scene.world.influxdb.store.statusOf(shared.token)).toBe('active');
  scene.auditor.violations.length = 0;
});

it('keep-until counts on an adopted token, too, which has no marker', async () => {
  scene = await Scene.open({ configuration: aConfiguration([telegraf]) });
  const { clock } = scene.world;
  const hers = await scene.tokenByHand(`legacy keep-until=${new Date(clock.now() + 9 * DAY).toISOString()}`);
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
  const shared = await scene.tokenByHand();
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
