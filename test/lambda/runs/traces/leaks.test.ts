import { afterEach, describe, expect, it } from 'vitest';
import type { Call } from '../../../../local/http/faults.ts';
import { HOUR, MINUTE } from '../../../builders/a-configuration.ts';
import { consumerIn, type Scene } from '../../../builders/a-scene.ts';
import { configure, openServed, spare } from '../../../builders/a-served-consumer.ts';
import { openServiced, pendingVersion, rotateSecret, take } from '../../../builders/a-serviced-secret.ts';

// A leak is noted on the row of the current token while another run, or Secrets Manager, has written the next ledger.

let scene: Scene;
afterEach(async () => {
  scene.auditor.inspect();
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

const leaked = { action: 'rotate', consumers: ['telegraf'], compromised: true, reason: 'a test' };

const isDeletion = ({ operation }: Call) => operation === 'DELETE /api/v2/authorizations/{id}';

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
    await scene.runKilledAt(isDeletion, 'after');
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

/** Where a value was put by hand over the document of 0, and the owner changed with it, nothing names the owner of 0. */
async function ownerForgotten(): Promise<{ zero: string; one: string }> {
  scene = await openServed();
  const zero = await scene.currentId();
  configure(scene, { owner: spare.owner });
  await scene.put(JSON.stringify({ token: 'put-by-hand' }));
  scene.auditor.accept();
  await scene.run({ action: 'rotate', consumers: ['telegraf'], reason: 'a test' });
  scene.auditor.inspect();
  scene.world.clock.advance(MINUTE);
  return { zero, one: await scene.currentId() };
}

describe('the note reaches the older token of an owner whom nothing names any more', () => {
  it('which is deleted before the row that has the note', async () => {
    const { zero, one } = await ownerForgotten();
    scene.watch();
    const { actions } = consumerIn(await scene.run(leaked));
    const deleted = actions.flatMap(({ kind, authorizationId }) => (kind === 'delete' ? authorizationId : []));
    expect(deleted).toEqual([zero, one]);
    expect(await scene.works()).toBe(true);
  });

  it('and after a death between the two deletions the next run ends the row that has the note', async () => {
    const { zero, one } = await ownerForgotten();
    const inspected = (call: Call) => {
      scene.auditor.inspect();
      return isDeletion(call);
    };
    await scene.runKilledAt(inspected, 'after', leaked);
    expect([scene.statusOf(zero), scene.statusOf(one)]).toEqual([undefined, 'active']);
    await scene.run();
    expect(scene.statusOf(one)).toBeUndefined();
  });

  it('and where it cannot be deleted, the leaked one does not live on for it', async () => {
    const { zero, one } = await ownerForgotten();
    scene.world.influxdb.faults.add({
      on: (call) => isDeletion(call) && call.path.endsWith(zero),
      ...{ times: 99, status: 401, body: '{"code":"unauthorized","message":"write:users/1 is unauthorized"}' },
    });
    await scene.run(leaked);
    expect([scene.statusOf(zero), scene.statusOf(one)]).toEqual(['active', undefined]);
  });
});
