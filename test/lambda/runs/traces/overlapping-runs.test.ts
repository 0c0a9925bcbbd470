import { afterEach, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../../lambda/config/configuration.ts';
import { aConfiguration, aConsumer, DAY } from '../../../builders/a-configuration.ts';
import { Scene } from '../../../builders/a-scene.ts';
import { ACTIVATION, openDue } from '../../../builders/a-trace.ts';

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

it('F10: of two runs that find the secret empty, the slower one takes nothing from the faster', async () => {
  scene = await Scene.open({ configuration: aConfiguration(), initialValue: () => undefined });
  let faster: string | undefined;
  scene.world.secretsManager.faults.add({
    on: 'PutSecretValue',
    before: async () => {
      await scene.run();
      faster = await scene.currentId();
    },
  });
  await scene.run();
  scene.auditor.inspect();
  expect(await scene.currentId()).toBe(faster);
  expect(await scene.works()).toBe(true);
});

it('F17: two stacks of the same name and consumer, but with secrets of their own, never touch each other', async () => {
  const [ours, theirs] = ['influxdb/acme/telegraf', 'influxdb/other/telegraf'].map((secret) => aConsumer({ secret }));
  if (ours === undefined || theirs === undefined) throw new Error('two consumers');
  const seeded = aConfiguration([ours, { ...theirs, name: 'other', owner: ours.owner }]);
  scene = await Scene.open({ configuration: seeded });
  const configured = (settings: ConsumerSettings) => ({ ...scene.world.configuration, consumers: [settings] });
  const stacks = [configured(ours), configured(theirs)];
  const tokens = new Set<string>();
  for (let day = 0; day < 70; day += 1) {
    for (const configuration of stacks) {
      scene.world.configuration = configuration;
      await scene.run();
      for (const { consumers } of stacks) {
        const secret = scene.world.secretsManager.store.secret(consumers[0]?.secret ?? '');
        const version = [...(secret?.versions.values() ?? [])].find(({ stages }) => stages.has('AWSCURRENT'));
        const { token } = JSON.parse(version?.value ?? '{}') as { token?: string };
        if (token === undefined) continue;
        tokens.add(token);
        expect(scene.world.influxdb.store.statusOf(token)).toBe('active');
      }
    }
    scene.world.clock.advance(DAY);
  }
  expect(tokens.size).toBe(6);
  expect(scene.rows.length).toBeLessThanOrEqual(4);
});

it('F15: of two runs whose puts take AWSPENDING from each other, the value of the live token stays readable', async () => {
  scene = await openDue();
  const readable: boolean[] = [];
  scene.world.influxdb.faults.add({
    on: ACTIVATION,
    before: async () => {
      // Another run rotates from here to its end while this one is about to activate its own.
      await scene.run();
      const live = scene.rows.filter(({ status }) => status === 'active').map(({ id }) => id);
      const versions = [...(scene.world.secretsManager.store.secret(scene.secret)?.versions.values() ?? [])];
      for (const id of live) readable.push(versions.some(({ value }) => value?.includes(id)));
    },
  });
  await scene.run();
  expect(readable.every(Boolean)).toBe(true);
  await scene.runFor(4 * DAY);
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
});
