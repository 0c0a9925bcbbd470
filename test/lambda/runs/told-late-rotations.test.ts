import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventCode } from '../../../lambda/log/events.ts';
import { DAY, HOUR } from '../../builders/a-configuration.ts';
import type { Scene } from '../../builders/a-scene.ts';
import { openServiced, pendingVersion, rotateSecret, take } from '../../builders/a-serviced-secret.ts';

// N1, where Secrets Manager rotates: the last step may come long after the put, so the age of the version does not tell.

let scene: Scene;
let versionId: string;

/** A rotation has hung since its third step, for ten hours. */
beforeEach(async () => {
  scene = await openServiced();
  const { world } = scene;
  world.configuration = { ...world.configuration, events: { bus: 'default' } };
  world.clock.advance(30 * DAY);
  versionId = await pendingVersion(scene);
  await take(scene, versionId, ['createSecret', 'setSecret', 'testSecret']);
  await scene.runFor(10 * HOUR);
  world.eventBridge.events.length = 0;
});
afterEach(async () => {
  scene.auditor.inspect();
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

/** The promotions that the runs of so many hours tell applications of, and log. */
async function toldIn(hours: number) {
  const logged: { code: EventCode; found: unknown; versionId: unknown }[] = [];
  for (let hour = 0; hour < hours; hour += 1) {
    scene.world.clock.advance(HOUR);
    await scene.run('run', {
      log: (code, fields) => {
        const { found, versionId: version } = fields as Record<string, unknown>;
        if (code === 'TOKEN_PROMOTED') logged.push({ code, found, versionId: version });
      },
    });
    scene.auditor.inspect();
  }
  const events = scene.world.eventBridge.events.filter((each) => each['detail-type'] === 'InfluxDB Token Promoted');
  return { logged, events: events.map(({ detail }) => [detail.versionId, detail.repeated]) };
}

describe('a promotion ten hours after its put is told by the next two runs, and logged by the first', () => {
  const once = () => [{ code: 'TOKEN_PROMOTED', found: true, versionId }];

  const twice = () => [versionId, versionId].map((id) => [id, true]);

  it('where Secrets Manager came back', async () => {
    await rotateSecret(scene, versionId);
    expect(await scene.works()).toBe(true);
    expect(await toldIn(20)).toEqual({ logged: once(), events: twice() });
  });

  it('where somebody resumed it', async () => {
    await scene.world.run({ action: 'resume', consumer: 'telegraf', versionId, reason: 'a test' });
    expect(await toldIn(20)).toEqual({ logged: once(), events: twice() });
  });

  it('and by the second, if the event of the first failed', async () => {
    await rotateSecret(scene, versionId);
    scene.world.eventBridge.faults.add({ on: 'PutEvents', status: 400 });
    expect((await toldIn(1)).events).toEqual([]);
    expect((await toldIn(20)).events).toEqual([[versionId, true]]);
  });
});

it('what changes the secret later is no promotion', async () => {
  await rotateSecret(scene, versionId);
  scene.auditor.inspect();
  await scene.runFor(3 * DAY);
  scene.world.eventBridge.events.length = 0;
  await pendingVersion(scene);
  expect(await toldIn(3)).toEqual({ logged: [], events: [] });
});
