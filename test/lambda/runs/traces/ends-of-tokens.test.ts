import { afterEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, LIMITS, MINUTE, SECOND } from '../../../builders/a-configuration.ts';
import type { Scene } from '../../../builders/a-scene.ts';
import { ACTIVATION, callsOf, DELETION, MINT, openDue } from '../../../builders/a-trace.ts';

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

it('F4: the grace period counts from the promotion, however long after the put that was', async () => {
  scene = await openDue();
  const old = await scene.currentId();
  // The activation is put off by what is nearly the longest life of a request.
  scene.world.influxdb.faults.add({ on: ACTIVATION, status: 429, headers: { 'retry-after': '280' } });
  const begun = scene.world.clock.now();
  expect((await scene.turn()).state).toBe('acting');
  scene.auditor.inspect();
  const promotedAt = scene.world.clock.now();
  expect(promotedAt - begun).toBeGreaterThanOrEqual(280 * SECOND);
  scene.world.clock.advance(begun + DAY + MINUTE - promotedAt);
  await scene.run();
  expect(scene.statusOf(old)).toBe('active');
  scene.world.clock.advance(LIMITS.leaseMs);
  await scene.run();
  scene.auditor.inspect();
  expect(scene.statusOf(old)).toBe('inactive');
});

describe('F8, F9: somebody who acts on an old token between the decision of a run and its write', () => {
  const LOOK = 'GET /api/v2/authorizations/{id}';
  const KEEP = { status: 'active', keep: true };

  it.each([
    ['switch-off', 'keeps it', KEEP, 'is to be kept now'],
    ['switch-off', 'switches it off', { status: 'inactive' }, 'was switched off meanwhile'],
    ['delete', 'gives it back and keeps it', KEEP, 'is to be kept now'],
    ['delete', 'gives it back', { status: 'active' }, 'was switched on meanwhile'],
  ] as const)('a run about to %s it sees that somebody %s, and sends nothing', async (kind, _who, act, what) => {
    scene = await openDue();
    const old = await scene.currentId();
    await scene.run();
    scene.world.clock.advance(DAY + HOUR);
    if (kind === 'delete') {
      await scene.run();
      scene.world.clock.advance(DAY + HOUR);
    }
    const description = scene.rows.find(({ id }) => id === old)?.description;
    const { status } = act;
    const kept = 'keep' in act ? { description: `${description} keep-until=2099-01-01T00:00:00Z` } : {};
    let writes = 0;
    scene.world.influxdb.faults.add({
      on: LOOK,
      before: async () => {
        await scene.world.admin.send('PATCH', `/api/v2/authorizations/${old}`, { status, ...kept });
        // What the administrator does is not ours.
        scene.auditor.accept();
        writes = callsOf(scene, ACTIVATION) + callsOf(scene, DELETION);
      },
    });
    const turn = await scene.turn();
    expect(turn).toMatchObject({ state: 'changed', actions: [{ kind, authorizationId: old, outcome: 'failed' }] });
    expect(turn.reason).toContain(what);
    expect(callsOf(scene, ACTIVATION) + callsOf(scene, DELETION)).toBe(writes);
    expect(scene.statusOf(old)).toBe(status);
    if ('keep' in act) {
      await scene.runFor(3 * DAY);
      expect(scene.statusOf(old)).toBe('active');
      expect(scene.auditor.violations.splice(0).filter((each) => !each.includes('outlived'))).toEqual([]);
    }
  });
});

it('F11: what the ledger calls compromised is deleted at once by any later run, without its grace period', async () => {
  scene = await openDue();
  const old = await scene.currentId();
  await scene.run();
  const value = await scene.value();
  const superseded = value.rotation.superseded.map((entry) => ({ ...entry, compromised: true }));
  await scene.put(JSON.stringify({ ...value, rotation: { ...value.rotation, superseded } }));
  scene.world.clock.advance(MINUTE);
  expect((await scene.turn()).actions).toMatchObject([{ kind: 'delete', authorizationId: old, outcome: 'done' }]);
  expect(scene.statusOf(old)).toBeUndefined();
  scene.auditor.violations.length = 0;
});

it('F12: an old token that somebody switches off inside its grace period is not deleted before it is over', async () => {
  scene = await openDue({ holdPeriodMs: HOUR });
  const old = await scene.currentId();
  await scene.run();
  scene.auditor.inspect();
  await scene.setStatus(old, 'inactive');
  // The auditor takes the administrator's act for ours.
  scene.auditor.violations.length = 0;
  for (let hour = 0; hour < 23; hour += 1) {
    scene.world.clock.advance(HOUR);
    await scene.run();
    expect(scene.statusOf(old)).toBe('inactive');
  }
  scene.world.clock.advance(3 * HOUR);
  await scene.run();
  expect(scene.statusOf(old)).toBeUndefined();
});

describe('F13: where one run finds both a rotation due and an old token at its end', () => {
  it('the old one ends before the new one is minted, so that never three are live', async () => {
    scene = await openDue();
    await scene.run();
    scene.world.clock.advance(30 * DAY);
    scene.auditor.violations.length = 0;
    const third: number[] = [];
    scene.world.influxdb.faults.intercept(() => {
      third.push(scene.rows.filter(({ status }) => status === 'active').length);
      return undefined;
    });
    const { actions } = await scene.turn();
    expect(actions.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ['switch-off', 'done'],
      ['rotate', 'done'],
    ]);
    expect(Math.max(...third)).toBe(2);
  });

  it('a retirement that fails ends the turn: nothing is minted', async () => {
    scene = await openDue();
    await scene.run();
    scene.world.clock.advance(30 * DAY);
    scene.world.influxdb.faults.add({ on: ACTIVATION, status: 500, times: Number.POSITIVE_INFINITY });
    const minted = callsOf(scene, MINT);
    const { actions } = await scene.turn();
    expect(actions.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ['switch-off', 'failed'],
      ['rotate', 'not-attempted'],
    ]);
    expect(callsOf(scene, MINT)).toBe(minted);
    scene.auditor.violations.length = 0;
  });
});

it('a deactivation that overlaps a deletion by hand brings the token back, dead and marked: the next run ends it', async () => {
  scene = await openDue();
  const old = await scene.currentId();
  await scene.run();
  scene.world.clock.advance(25 * HOUR);
  scene.world.influxdb.store.betweenPatchReadAndWrite = async (id) => {
    scene.world.influxdb.store.betweenPatchReadAndWrite = undefined;
    await scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
    scene.auditor.accept();
    expect(scene.statusOf(old)).toBeUndefined();
  };
  expect((await scene.turn()).actions).toMatchObject([{ kind: 'switch-off', authorizationId: old, outcome: 'done' }]);
  scene.auditor.inspect();
  expect(scene.statusOf(old)).toBe('inactive');
  await scene.runFor(DAY + HOUR);
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
});
