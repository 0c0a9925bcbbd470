import { afterEach, describe, expect, it } from 'vitest';
import { DAY, LIMITS } from '../../../builders/a-configuration.ts';
import { consumerIn, Gate, landed, type Scene } from '../../../builders/a-scene.ts';
import { ACTIVATION, callsOf, DELETION, held, MINT, openDue } from '../../../builders/a-trace.ts';

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

describe('F1: the promotion', () => {
  it('that lands after its run had given up on it makes a token current that works', async () => {
    scene = await openDue();
    const gate = new Gate();
    scene.world.secretsManager.faults.add({ on: 'UpdateSecretVersionStage', ...held(scene, gate) });
    const report = await scene.run();
    expect(consumerIn(report).reason).toContain('the promotion was not answered, and may still take effect');
    const candidate = (await scene.value({ VersionStage: 'AWSPENDING' })).rotation.authorizationId;
    gate.open();
    await landed(scene.world.secretsManager);
    scene.auditor.inspect();
    expect(await scene.currentId()).toBe(candidate);
    expect(await scene.works()).toBe(true);
    await scene.runFor(3 * DAY);
    expect(scene.rows.map(({ id }) => id)).toEqual([candidate]);
  });

  it('whose answer is lost is sent once, and found done by looking', async () => {
    scene = await openDue();
    const old = await scene.currentId();
    scene.world.secretsManager.faults.add({ on: 'UpdateSecretVersionStage', loseAnswer: true });
    const before = callsOf(scene, 'UpdateSecretVersionStage');
    expect((await scene.turn()).state).toBe('acting');
    expect(callsOf(scene, 'UpdateSecretVersionStage') - before).toBe(1);
    expect(await scene.currentId()).not.toBe(old);
    expect(await scene.works()).toBe(true);
  });
});

it('F2: an activation without an answer is never compensated, and lands on a token that is stored', async () => {
  scene = await openDue();
  const gate = new Gate();
  scene.world.influxdb.faults.add({ on: ACTIVATION, times: Number.POSITIVE_INFINITY, ...held(scene, gate) });
  expect((await scene.turn()).state).toBe('failed');
  expect(callsOf(scene, DELETION)).toBe(0);
  gate.open();
  await landed(scene.world.influxdb);
  scene.auditor.inspect();
  const pending = await scene.value({ VersionStage: 'AWSPENDING' });
  expect(scene.statusOf(pending.rotation.authorizationId)).toBe('active');
  scene.world.influxdb.faults.clear();
  await scene.runFor(4 * DAY);
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
});

it('F3: a promotion that lands between the two reads of a run is seen, and its token is not swept', async () => {
  scene = await openDue();
  const gate = new Gate();
  scene.world.secretsManager.faults.add({ on: 'UpdateSecretVersionStage', ...held(scene, gate) });
  await scene.run();
  scene.world.clock.advance(LIMITS.leaseMs);
  scene.world.influxdb.faults.add({
    on: 'GET /api/v2/authorizations',
    before: async () => {
      gate.open();
      await landed(scene.world.secretsManager);
    },
  });
  const turn = await scene.turn();
  expect(turn).toMatchObject({ state: 'changed', actions: [] });
  expect(await scene.works()).toBe(true);
  expect(callsOf(scene, DELETION)).toBe(0);
});

it("F14: a dead run's put that lands late hides no live token: while its row is young, nothing is minted", async () => {
  scene = await openDue();
  const gate = new Gate();
  await scene.runKilledAt(({ operation }) => operation === 'PutSecretValue', gate);
  const minted = callsOf(scene, MINT);
  expect(await scene.turn()).toMatchObject({
    state: 'waiting',
    reason: expect.stringContaining('is younger than the lease until 2026-01-31T00:30:00.000Z: a run may'),
  });
  gate.open();
  await landed(scene.world.secretsManager);
  expect((await scene.turn()).state).toBe('waiting');
  expect(callsOf(scene, MINT)).toBe(minted);
  await scene.runFor(3 * DAY);
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
});

describe('F18: no request outlives the lease', () => {
  it('every call that is tried again ends within the life of a request', async () => {
    scene = await openDue();
    const { influxdb, clock } = scene.world;
    influxdb.faults.add({ on: ACTIVATION, status: 429, headers: { 'retry-after': '200' }, times: 9 });
    const begun = clock.now();
    await scene.run();
    const sent = influxdb.calls.filter(({ operation }) => operation === ACTIVATION).map(({ at }) => at - begun);
    expect(Math.max(...sent)).toBeLessThanOrEqual(LIMITS.requestLifeMs);
  });

  it('a run returns only when nothing of it is under way any more', async () => {
    scene = await openDue();
    scene.world.influxdb.faults.add({ on: MINT, status: 500, times: 9 });
    await scene.run();
    const { influxdb, secretsManager } = scene.world;
    expect(influxdb.underWay() + secretsManager.underWay()).toBe(0);
    // Whatever the run had sent without waiting for it would arrive before the answers to calls that are sent after it.
    const before = scene.world.calls;
    for (let after = 1; after <= 3; after += 1) {
      await scene.world.admin.send('GET', '/api/v2/me');
      await scene.text();
      expect(scene.world.calls).toBe(before + 2 * after);
    }
  });
});
