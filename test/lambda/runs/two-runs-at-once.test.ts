import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';

let scene: Scene;
afterEach(() => scene.close());

interface Start {
  readonly settings?: Partial<ConsumerSettings>;
  readonly initialValue?: () => string | undefined;
  readonly before?: () => Promise<unknown>;
  /** The owner is made by the runs. */
  readonly owner?: string;
}

const due = async () => {
  await scene.run();
  scene.world.clock.advance(30 * DAY);
};

it.each<[string, Start]>([
  ['make a secret', { settings: { createSecret: true } }],
  ['put a first value', { initialValue: () => undefined }],
  ['make a first token', {}],
  ['make an owner', { settings: { createOwner: true }, owner: 'svc-new' }],
  ['rotate', { before: due }],
  [
    'switch a token off',
    {
      before: async () => {
        await due();
        await scene.run();
        scene.world.clock.advance(25 * HOUR);
      },
    },
  ],
  [
    'delete a token',
    {
      before: async () => {
        await due();
        await scene.run();
        scene.world.clock.advance(25 * HOUR);
        await scene.run();
        scene.world.clock.advance(25 * HOUR);
      },
    },
  ],
  [
    'replace a missing token',
    {
      before: async () => {
        await scene.run();
        await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
      },
    },
  ],
  [
    'put a label right',
    {
      before: async () => {
        await due();
        const { rotation } = await scene.value();
        await scene.run();
        scene.world.clock.advance(2 * HOUR);
        await scene.moveLabel(rotation.id);
      },
    },
  ],
])(
  'two runs that %s at once both go well, whoever is faster',
  async (_what, { settings, initialValue, before, owner }) => {
    scene = await Scene.open({
      configuration: aConfiguration([aConsumer(settings)]),
      ...(initialValue === undefined ? {} : { initialValue }),
    });
    await before?.();
    if (owner !== undefined) {
      const { configuration } = scene.world;
      const consumers = configuration.consumers.map((each) => ({ ...each, owner }));
      scene.world.configuration = { ...configuration, consumers };
      await scene.world.secrets.send(
        new PutSecretValueCommand({
          SecretId: 'influxdb/rotator',
          SecretString: JSON.stringify({ token: scene.world.admin.operatorToken }),
        }),
      );
    }
    const reports = await Promise.all([scene.run(), scene.run()]);
    const said = reports.flatMap(({ consumers, errors }) =>
      [...consumers, ...errors].map((each) => JSON.stringify(each)),
    );
    expect(
      reports.map(({ counts }) => counts.failed),
      said.join('\n'),
    ).toEqual([0, 0]);
    expect(reports.flatMap(({ errors }) => errors)).toEqual([]);
    await scene.runFor(6 * DAY, 6 * HOUR);
    expect(await scene.works()).toBe(true);
    expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
  },
);
