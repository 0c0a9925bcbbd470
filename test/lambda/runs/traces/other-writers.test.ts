import { afterEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../builders/a-configuration.ts';
import type { Scene } from '../../../builders/a-scene.ts';
import { ACTIVATION, MINT, openDue, openNew, PROMOTION } from '../../../builders/a-trace.ts';

let scene: Scene;
afterEach(() => scene.close());

const live = () => scene.rows.filter(({ status }) => status === 'active').map(({ id }) => id);

function adopt(id: string | undefined): void {
  const consumers = scene.world.configuration.consumers.map((each) => ({ ...each, adopt: id }));
  scene.world.configuration = { ...scene.world.configuration, consumers };
}

/** A secret that holds a token made by hand, which the configuration adopts. */
async function openAdopting(): Promise<string> {
  scene = await openNew();
  const { id, token } = await scene.tokenByHand();
  await scene.put(JSON.stringify({ token }));
  adopt(id);
  return id;
}

const statusOf = (id: string) => scene.world.influxdb.store.authorizations().find((row) => row.id === id)?.status;

it('H8: an adopted token does not count as one that something else wrote: a run that died after its activation blocks nothing', async () => {
  const byHand = await openAdopting();
  await scene.runKilledAt(({ operation }) => operation === ACTIVATION, 'after');
  scene.world.clock.advance(31 * MINUTE);
  const { state } = await scene.turn();
  expect(state).not.toBe('blocked');
  await scene.runFor(5 * DAY, 6 * HOUR);
  expect(statusOf(byHand)).toBeUndefined();
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
  expect(await scene.works()).toBe(true);
});

describe('H10: between the last look and the call that switches an adopted token off', () => {
  async function whenDue(act: (id: string) => Promise<unknown> | undefined): Promise<string> {
    const id = await openAdopting();
    await scene.run();
    scene.world.clock.advance(25 * HOUR);
    let acted = false;
    scene.world.influxdb.faults.intercept(async (call) => {
      // Before the look that comes right before the switch.
      if (acted || call.operation !== 'GET /api/v2/authorizations/{id}' || !call.path.endsWith(id)) return undefined;
      acted = true;
      await act(id);
      return undefined;
    });
    await scene.run();
    scene.world.influxdb.faults.clear();
    expect(acted).toBe(true);
    return id;
  }

  it('the look copies the text as somebody has edited it by then', async () => {
    const id = await whenDue((each) =>
      scene.world.admin.send('PATCH', `/api/v2/authorizations/${each}`, { status: 'active', description: 'edited' }),
    );
    const row = scene.world.influxdb.store.authorizations().find((each) => each.id === id);
    expect(row).toMatchObject({ status: 'inactive', description: expect.stringMatching(/ adopted edited$/) });
  });

  it('the look leaves alone what somebody wants to keep by then', async () => {
    const keep = `keep-until=${new Date(Date.UTC(2027, 0, 1)).toISOString()}`;
    const id = await whenDue((each) =>
      scene.world.admin.send('PATCH', `/api/v2/authorizations/${each}`, { status: 'active', description: keep }),
    );
    expect(statusOf(id)).toBe('active');
  });
});

it('H13: a backup in which the current token is missing, and two older ones live, leaves nobody without access', async () => {
  scene = await openDue();
  await scene.run();
  const backup = scene.world.influxdb.store.snapshot();
  expect(live()).toHaveLength(2);
  scene.world.clock.advance(30 * DAY);
  await scene.run();
  scene.world.clock.advance(HOUR);
  await scene.run();
  scene.world.influxdb.store.restore(backup);
  expect(await scene.works()).toBe(false);
  await scene.run();
  expect(await scene.works()).toBe(true);
  expect(live().length).toBeLessThanOrEqual(3);
  await scene.runFor(6 * DAY, 6 * HOUR);
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
});

it('H14: of two runs that replace a missing token at once, after one that died, no more than three tokens live', async () => {
  scene = await openDue();
  const old = await scene.currentId();
  await scene.run();
  // 1 is deleted, 0 is in grace; a run makes 2, and dies after its activation.
  await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
  await scene.runKilledAt(({ operation }) => operation === ACTIVATION, 'after');
  expect(live()).toHaveLength(2);
  expect(live()).toContain(old);
  let most = 0;
  let other: Promise<unknown> | undefined;
  for (const server of [scene.world.influxdb, scene.world.secretsManager])
    server.faults.intercept(async (call) => {
      most = Math.max(most, live().length);
      // Both have looked; the second run makes its token before the first makes its own.
      if (call.operation === MINT && other === undefined) {
        other = scene.run();
        await other;
      }
      return undefined;
    });
  await scene.run();
  await other;
  most = Math.max(most, live().length);
  expect(most).toBeLessThanOrEqual(3);
  expect(await scene.works()).toBe(true);
});

it('H15: a writer who is faster than each promotion leaves no live token behind, and heals when he ends', async () => {
  scene = await openDue();
  const kept = await scene.currentId();
  let edits = 0;
  scene.world.secretsManager.faults.intercept(async (call) => {
    if (call.operation !== PROMOTION) return undefined;
    edits += 1;
    await scene.edit({ edited: edits });
    return undefined;
  });
  for (let run = 0; run < 5; run += 1) {
    await scene.run();
    expect(live()).toEqual([kept]);
    scene.world.clock.advance(HOUR);
  }
  expect(edits).toBeGreaterThanOrEqual(5);
  scene.world.secretsManager.faults.clear();
  await scene.run();
  expect(await scene.currentId()).not.toBe(kept);
  expect(await scene.works()).toBe(true);
});
