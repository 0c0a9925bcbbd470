import { randomUUID } from 'node:crypto';
import { UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Auditor } from '../../../simulation/auditor.ts';
import { DAY, HOUR, LIMITS, MINUTE } from '../../builders/a-configuration.ts';
import type { Scene } from '../../builders/a-scene.ts';
import { cancelRotation, openServiced, pendingVersion, STEPS, stepOf } from '../../builders/a-serviced-secret.ts';
import { arm, type Fault } from '../../explore/faults/faults.ts';

// Steps, runs, faults, time, and people who switch rotation off and on, edit, and give a rotation up: in any order.

const WAITS = [MINUTE, 6 * MINUTE, LIMITS.leaseMs + MINUTE, 3 * HOUR, 25 * HOUR, 49 * HOUR];
const KINDS = ['killed before', 'killed after', 'answer lost', 'effect after the run', 'killed, effect after the run'];

type Act =
  | { readonly kind: 'step'; readonly step: (typeof STEPS)[number]; readonly fault: Fault | undefined }
  | { readonly kind: 'run'; readonly fault: Fault | undefined }
  | { readonly kind: 'all steps' | 'rotate' | 'on again' | 'off' | 'edit' | 'give up' }
  | { readonly kind: 'wait'; readonly ms: number };

const fault = fc.option(
  fc.record({
    server: fc.constantFrom('influxdb' as const, 'secretsManager' as const),
    call: fc.integer({ min: 1, max: 8 }),
    kind: fc.constantFrom(...KINDS),
  }),
  { nil: undefined, freq: 1 },
);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('step' as const), step: fc.constantFrom(...STEPS), fault }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('run' as const), fault }) },
  { weight: 2, arbitrary: fc.constant<Act>({ kind: 'all steps' }) },
  { weight: 2, arbitrary: fc.constant<Act>({ kind: 'rotate' }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(...WAITS) }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Act>({ kind: 'on again' }, { kind: 'off' }, { kind: 'edit' }, { kind: 'give up' }),
  },
);

let scene: Scene;
let restore: () => void;
let auditor: Auditor;
beforeAll(async () => {
  scene = await openServiced();
  scene.world.clock.advance(30 * DAY);
  auditor = scene.auditor;
  restore = scene.world.save();
});
afterAll(() => scene.close());

const look = () => void scene.auditor.inspect();
const ignored = () => undefined;

async function disturbed(what: () => Promise<unknown>, given: Fault | undefined): Promise<void> {
  for (const server of [scene.world.influxdb, scene.world.secretsManager]) server.calls.length = 0;
  const armed = arm(scene, given === undefined ? [] : [given], look);
  await what().catch(ignored);
  look();
  await armed.over();
  look();
}

function pendingNow(): string | undefined {
  const versions = [...(scene.world.secretsManager.store.secret(scene.secret)?.versions.values() ?? [])];
  const held = versions.find(({ stages }) => stages.has('AWSPENDING') && !stages.has('AWSCURRENT'));
  return held?.id;
}

async function giveUp(): Promise<void> {
  const RemoveFromVersionId = pendingNow();
  if (RemoveFromVersionId === undefined) return;
  const label = { SecretId: scene.secret, VersionStage: 'AWSPENDING', RemoveFromVersionId };
  await scene.world.secrets.send(new UpdateSecretVersionStageCommand(label));
}

/** @returns the version that steps are asked for from now on. */
async function perform(given: Act, version: string): Promise<string> {
  const step = (which: (typeof STEPS)[number]) => scene.world.step(stepOf(scene, which, version));
  switch (given.kind) {
    case 'step':
      await disturbed(() => step(given.step), given.fault);
      return version;
    case 'run':
      await disturbed(() => scene.run(), given.fault);
      return version;
    case 'all steps':
      for (const each of STEPS) await disturbed(() => step(each), undefined);
      return version;
    case 'wait':
      scene.world.clock.advance(given.ms);
      look();
      return version;
    case 'rotate':
      return pendingVersion(scene, randomUUID()).catch(() => pendingNow() ?? version);
    case 'on again':
      return pendingVersion(scene, version).catch(() => version);
    case 'off':
      await cancelRotation(scene);
      return version;
    case 'give up':
      await giveUp();
      return version;
    case 'edit':
      await scene.edit({ url: randomUUID() });
      scene.auditor.accept();
      return version;
  }
}

/** I6: rotation on, what hangs given up, another rotation, and runs: then one token is left, and it works. */
async function settle(): Promise<readonly [works: boolean, rows: number]> {
  await giveUp();
  scene.world.clock.advance(26 * HOUR);
  await disturbed(() => scene.run(), undefined);
  scene.world.clock.advance(26 * HOUR);
  await disturbed(() => scene.run(), undefined);
  const version = await pendingVersion(scene, randomUUID());
  await perform({ kind: 'all steps' }, version);
  expect((await scene.value()).rotation.id).toBe(version);
  for (let days = 0; days < 4; days += 1) {
    scene.world.clock.advance(26 * HOUR);
    await disturbed(() => scene.run(), undefined);
  }
  return [await scene.works(), scene.rows.length];
}

it('no sequence breaks an invariant, and each leads back to one token', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 18, size: 'max' }), async (acts) => {
      restore();
      scene.auditor = auditor.copy({ healthy: false, maxLive: Number.POSITIVE_INFINITY, keepsVersions: true });
      scene.auditor.accept();
      let version = await pendingVersion(scene, randomUUID());
      for (const each of acts) {
        version = await perform(each, version);
        expect(scene.auditor.violations).toEqual([]);
      }
      expect(await settle()).toEqual([true, 1]);
      expect(scene.auditor.violations).toEqual([]);
    }),
    { numRuns: Number(process.env.SEQUENCES ?? 15), seed: Number(process.env.SEED ?? 1) },
  );
});
