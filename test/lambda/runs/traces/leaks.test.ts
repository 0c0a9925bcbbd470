import { afterEach, describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../builders/a-configuration.ts';
import { consumerIn, type Scene } from '../../../builders/a-scene.ts';
import { openServiced, pendingVersion, rotateSecret, take } from '../../../builders/a-serviced-secret.ts';

// A leak is noted on the row of the current token while another run, or Secrets Manager, has written the next ledger.

let scene: Scene;
afterEach(async () => {
  scene.auditor.inspect();
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

const leaked = { action: 'rotate', consumers: ['telegraf'], compromised: true, reason: 'a test' };

/** 0 was replaced by 1 an hour ago, the version of 2 is pending, and 1 is said to have leaked. */
async function leakedWhilePending(): Promise<{ zero: string; one: string; versionId: string }> {
  scene = await openServiced();
  scene.auditor = scene.auditor.copy({ maxLive: 3 });
  const zero = await scene.currentId();
  scene.world.clock.advance(HOUR);
  await rotateSecret(scene);
  scene.auditor.inspect();
  scene.world.clock.advance(HOUR);
  const one = await scene.currentId();
  const versionId = await pendingVersion(scene);
  await take(scene, versionId, ['createSecret', 'setSecret', 'testSecret']);
  const report = consumerIn(await scene.run(leaked));
  expect(report).toMatchObject({ state: 'blocked', obstacle: { code: 'ROTATED_BY_SERVICE' } });
  expect(report.actions).toMatchObject([{ kind: 'note-compromised', outcome: 'done' }]);
  return { zero, one, versionId };
}

describe('the note on a row reaches every token that is older, whatever the ledger says', () => {
  it('after finishSecret the next run ends them all', async () => {
    const { versionId } = await leakedWhilePending();
    await take(scene, versionId, ['finishSecret']);
    scene.world.clock.advance(MINUTE);
    const { actions } = await scene.turn();
    expect(actions.map(({ kind, reasonCode }) => [kind, reasonCode])).toEqual([
      ['delete', 'COMPROMISED'],
      ['delete', 'COMPROMISED'],
    ]);
    expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
    expect(await scene.works()).toBe(true);
  });

  it('and a run that dies between two deletions leaves the one that has the note', async () => {
    const { zero, one, versionId } = await leakedWhilePending();
    await take(scene, versionId, ['finishSecret']);
    await scene.runKilledAt(({ operation }) => operation === 'DELETE /api/v2/authorizations/{id}', 'after');
    expect([scene.statusOf(zero), scene.statusOf(one)]).toEqual([undefined, 'active']);
    await scene.run();
    expect(scene.statusOf(one)).toBeUndefined();
  });

  it('but ends none of them before the leaked token is replaced', async () => {
    const { zero, one } = await leakedWhilePending();
    expect((await scene.turn()).actions).toEqual([]);
    expect([scene.statusOf(zero), scene.statusOf(one)]).toEqual(['active', 'active']);
  });
});
