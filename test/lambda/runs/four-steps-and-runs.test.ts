import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FaultEffect } from '../../../local/http/faults.ts';
import type { Auditor } from '../../../simulation/auditor.ts';
import { DAY, HOUR, MINUTE } from '../../builders/a-configuration.ts';
import type { Scene } from '../../builders/a-scene.ts';
import {
  cancelRotation,
  openServiced,
  pendingVersion,
  rotateSecret,
  STEPS,
  stepOf,
} from '../../builders/a-serviced-secret.ts';

// A run and a rotation by Secrets Manager, at once: one is held up at each of its calls, and the other passes it.

type Act = (scene: Scene) => Promise<unknown>;

const VERSION = '5f0c0000-0000-4000-8000-000000000000';
const ignored = () => undefined;
const take =
  (...steps: readonly (typeof STEPS)[number][]): Act =>
  async (scene) => {
    for (const step of steps) {
      await scene.world.step(stepOf(scene, step, VERSION)).catch(ignored);
      scene.auditor.inspect();
    }
  };
const run: Act = (scene) => scene.run();

let scene: Scene;
let restore: () => void;
let auditor: Auditor;

/** 0 is superseded, and its grace period is over; 1 is current; 2 is asked for. */
beforeAll(async () => {
  scene = await openServiced();
  scene.world.clock.advance(30 * DAY);
  await rotateSecret(scene);
  scene.auditor.inspect();
  scene.world.clock.advance(25 * HOUR);
  await pendingVersion(scene, VERSION);
  auditor = scene.auditor;
  restore = scene.world.save();
});
afterAll(() => scene.close());

/** The one act, and the other while the first is at its call of this number. False if it has not so many. */
async function held(first: Act, call: number, second: Act): Promise<boolean> {
  const { influxdb, secretsManager } = scene.world;
  let calls = 0;
  const decide = (): FaultEffect | undefined => {
    scene.auditor.inspect();
    calls += 1;
    return calls === call ? { before: () => second(scene).then(ignored) } : undefined;
  };
  for (const server of [influxdb, secretsManager]) server.faults.intercept(decide);
  await first(scene);
  for (const server of [influxdb, secretsManager]) server.faults.clear();
  scene.auditor.inspect();
  return calls >= call;
}

it.each<[string, readonly (typeof STEPS)[number][], Act, Act]>([
  ['a run is held, and all four steps pass', [], run, take(...STEPS)],
  [
    'a run is held, and the last two steps pass',
    ['createSecret', 'setSecret'],
    run,
    take('testSecret', 'finishSecret'),
  ],
  ['createSecret is held, and a run passes', [], take('createSecret'), run],
  ['setSecret is held, and a run passes', ['createSecret'], take('setSecret'), run],
  ['testSecret is held, and a run passes', ['createSecret', 'setSecret'], take('testSecret'), run],
  ['finishSecret is held, and a run passes', ['createSecret', 'setSecret'], take('finishSecret'), run],
  ['createSecret is held, and all four steps pass', [], take('createSecret'), take(...STEPS)],
  ['setSecret is held, and all four steps pass', ['createSecret'], take('setSecret'), take(...STEPS)],
  [
    'finishSecret is held, and finishSecret passes',
    ['createSecret', 'setSecret'],
    take('finishSecret'),
    take('finishSecret'),
  ],
  [
    'finishSecret is held, and rotation is switched off',
    ['createSecret', 'setSecret'],
    take('finishSecret'),
    cancelRotation,
  ],
  [
    'a run is held, with rotation off, and it is switched on and over',
    ['createSecret', 'setSecret'],
    async (on) => {
      await cancelRotation(on);
      on.auditor.inspect();
      on.world.clock.advance(25 * HOUR);
      await on.run();
    },
    (on) => rotateSecret(on, VERSION),
  ],
])('%s', { timeout: 240_000 }, async (_name, before, first, second) => {
  for (let call = 1, more = true; more; call += 1) {
    restore();
    scene.auditor = auditor.copy({ healthy: false, maxLive: 3 });
    scene.auditor.accept();
    await take(...before)(scene);
    more = await held(first, call, second);
    scene.world.clock.advance(6 * MINUTE);
    await take(...STEPS)(scene);
    scene.watch();
    for (let days = 0; days < 3; days += 1) {
      scene.world.clock.advance(25 * HOUR);
      await scene.run();
      scene.auditor.inspect();
    }
    for (const server of [scene.world.influxdb, scene.world.secretsManager]) server.faults.clear();
    const left = scene.rows.length;
    expect([call, scene.auditor.violations, await scene.works(), left]).toEqual([call, [], true, 1]);
  }
});
