import { DAY, HOUR } from '../../builders/a-configuration.ts';
import type { Scene } from '../../builders/a-scene.ts';
import { OWN_SECRET } from '../../builders/an-own-token.ts';
import type { Scenario } from './scenarios.ts';

// The rotator's own token: its consumer has nothing to do meanwhile.

const CONSUMERS = [{ rotateEveryMs: 900 * DAY, maxTokenAgeMs: 999 * DAY }];

async function served(scene: Scene): Promise<void> {
  scene.secret = OWN_SECRET;
  await scene.run();
  scene.auditor.inspect();
}

async function due(scene: Scene): Promise<void> {
  await served(scene);
  scene.world.clock.advance(30 * DAY);
}

async function superseded(scene: Scene): Promise<void> {
  await due(scene);
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(25 * HOUR);
}

export const OWN_SCENARIOS: Readonly<Record<string, Scenario>> = {
  'own token, first': { self: {}, consumers: CONSUMERS, prepare: async () => {} },
  'own token due': { self: {}, consumers: CONSUMERS, prepare: due },
  'own token to switch off': { self: {}, consumers: CONSUMERS, prepare: superseded },
  'own token to delete': {
    self: {},
    consumers: CONSUMERS,
    prepare: async (scene) => {
      await superseded(scene);
      await scene.run();
      scene.auditor.inspect();
      scene.world.clock.advance(25 * HOUR);
    },
  },
  'own token, compromised': {
    self: {},
    consumers: CONSUMERS,
    maxLive: 3,
    request: { action: 'rotate', consumers: ['self'], reason: 'it was in a log', compromised: true },
    prepare: due,
  },
  'own token, rollback after it was switched off': {
    self: {},
    consumers: CONSUMERS,
    request: { action: 'rollback', consumer: 'self', reason: 'the new one may not write' },
    prepare: async (scene) => {
      await superseded(scene);
      await scene.run();
      scene.auditor.inspect();
      scene.world.clock.advance(HOUR);
    },
  },
  'own token, trial that was left': {
    self: {},
    consumers: CONSUMERS,
    prepare: async (scene) => {
      await due(scene);
      let mints = 0;
      const isTrial = (operation: string) => {
        if (operation === 'POST /api/v2/authorizations') mints += 1;
        return operation === 'POST /api/v2/authorizations' && mints === 2;
      };
      await scene.runKilledAt(({ operation }) => isTrial(operation), 'after');
      scene.auditor.inspect();
      scene.world.clock.advance(25 * HOUR);
    },
  },
  'own token, check': { self: {}, consumers: CONSUMERS, request: { action: 'check' }, prepare: due },
  'own token, label moved back by hand': {
    self: {},
    consumers: CONSUMERS,
    cleanRuns: 4,
    prepare: async (scene) => {
      await due(scene);
      const { rotation } = await scene.value();
      await scene.run();
      scene.world.clock.advance(2 * HOUR);
      await scene.moveLabel(rotation.id);
      scene.auditor.accept();
    },
  },
  'own token that is noted as compromised': {
    self: {},
    consumers: CONSUMERS,
    // The dead run's successor, and one more for what leaked.
    maxLive: 3,
    prepare: async (scene) => {
      await served(scene);
      scene.world.clock.advance(HOUR);
      const id = await scene.currentId();
      const current = scene.rows.find((row) => row.id === id);
      const description = `${current?.description} compromised=2026-01-01T00:00:00.000Z`;
      await scene.world.admin.send('PATCH', `/api/v2/authorizations/${id}`, { description });
      scene.auditor.accept();
    },
  },
};
