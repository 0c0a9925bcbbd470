import { afterEach, describe, expect, it } from 'vitest';
import { closingLines } from '../../../lambda/engine/report/closing-lines.ts';
import { RunFailedError } from '../../../lambda/engine/report/run-failed-error.ts';
import { SimulatedClock } from '../../../local/simulated-clock.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../builders/a-configuration.ts';
import { consumerIn, type Scene, type Value } from '../../builders/a-scene.ts';
import { configure, openServed, spare, telegraf } from '../../builders/a-served-consumer.ts';
import { put } from '../../builders/a-world.ts';

let scene: Scene;
afterEach(async () => {
  scene.auditor.inspect();
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

async function describeAs(description: string): Promise<void> {
  await scene.world.admin.send('PATCH', `/api/v2/authorizations/${await scene.currentId()}`, { description });
}

const rotate = (more: object = {}) => ({ action: 'rotate', consumers: ['telegraf'], reason: 'a release', ...more });

describe('rotate', () => {
  it('replaces a young token now, with the grace period of every rotation, and says who asked and why', async () => {
    scene = await openServed();
    const before = await scene.currentId();
    const report = await scene.run(rotate({ by: 'alice' }));
    expect(report).toMatchObject({ action: 'rotate', reason: 'a release', by: 'alice', errors: [] });
    expect(consumerIn(report)).toMatchObject({
      state: 'acting',
      reason: 'requested by alice: a release',
      why: { code: 'REQUESTED', request: 'rotate' },
      actions: [{ kind: 'rotate', outcome: 'done' }],
    });
    expect(await scene.currentId()).not.toBe(before);
    expect(scene.statusOf(before)).toBe('active');
  });

  it('that there is no time for says that nobody does it later', async () => {
    scene = await openServed();
    const before = await scene.currentId();
    const { world } = scene;
    const limits = { ...world.configuration.limits, functionTimeoutMs: 24 * SECOND };
    world.configuration = { ...world.configuration, limits };
    const always = { on: () => true, times: Number.POSITIVE_INFINITY };
    for (const server of [world.influxdb, world.secretsManager])
      server.faults.add({ ...always, before: () => world.clock.advance(2 * SECOND) });
    const failure = await world.run(rotate()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: expect.stringMatching(/too little time: give the command again$/) });
    const { report } = failure as RunFailedError;
    expect(consumerIn(report)).toMatchObject({ state: 'not-attempted', errorCode: 'OUT_OF_TIME' });
    expect(closingLines(report).join()).toMatch(/not served for lack of time: give the command again: telegraf/);
    expect(`${failure} ${closingLines(report)}`).not.toMatch(/next (run|one)/);
    expect(await scene.currentId()).toBe(before);
  });

  it('costs what the rotation of the schedule costs', async () => {
    scene = await openServed();
    const calls = () => scene.world.calls;
    let before = calls();
    await scene.run(rotate());
    scene.auditor.inspect();
    const asked = calls() - before;
    scene.world.clock.advance(31 * DAY);
    await scene.runFor(3 * DAY, DAY);
    scene.world.clock.advance(28 * DAY);
    before = calls();
    expect(consumerIn(await scene.run()).why.code).toBe('DUE');
    expect(asked).toBeLessThanOrEqual(calls() - before);
  });

  it('leaves a token that is younger than the minimum age', async () => {
    scene = await openServed();
    const before = await scene.currentId();
    const asked = consumerIn(await scene.run(rotate({ minAge: '10d' })));
    expect(asked).toMatchObject({ state: 'idle', why: { code: 'YOUNGER_THAN_ASKED' }, actions: [] });
    scene.world.clock.advance(11 * DAY);
    expect(consumerIn(await scene.run(rotate({ minAge: '10d' }))).state).toBe('acting');
    expect(await scene.currentId()).not.toBe(before);
  });

  it('replaces a token that by a slow clock is yet to be made', async () => {
    scene = await openServed();
    await scene.run(rotate());
    scene.auditor = scene.auditor.copy({ maxLive: 3 });
    const clock = new SimulatedClock(scene.world.clock.now() - 2 * MINUTE);
    expect(consumerIn(await scene.run(rotate(), { clock }))).toMatchObject({ why: { code: 'REQUESTED' } });
  });

  it('makes no fourth live token, however often it is asked for', async () => {
    scene = await openServed();
    scene.auditor = scene.auditor.copy({ maxLive: 3 });
    for (let times = 0; times < 5; times += 1) {
      await scene.run(rotate());
      scene.world.clock.advance(HOUR);
    }
    expect(scene.rows.filter(({ status }) => status === 'active')).toHaveLength(3);
    const last = consumerIn(await scene.run(rotate()));
    expect(last).toMatchObject({ state: 'waiting', obstacle: { code: 'ANOTHER_IS_LIVE' } });
  });

  it('fails where it does not do what was asked for', async () => {
    scene = await openServed();
    await scene.world.admin.send('PATCH', `/api/v2/authorizations/${await scene.currentId()}`, { status: 'inactive' });
    scene.auditor.accept();
    await expect(scene.world.run(rotate())).rejects.toBeInstanceOf(RunFailedError);
    expect(consumerIn(await scene.run(rotate()))).toMatchObject({ state: 'blocked' });
  });

  it('forced, replaces the token that somebody switched off on purpose', async () => {
    scene = await openServed();
    const before = await scene.currentId();
    await scene.world.admin.send('PATCH', `/api/v2/authorizations/${before}`, { status: 'inactive' });
    scene.auditor.accept();
    expect(consumerIn(await scene.run(rotate({ force: true })))).toMatchObject({ state: 'acting' });
    expect(await scene.works()).toBe(true);
    await scene.recover();
    expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
  });

  it('forced, replaces a missing token that the configuration only reports', async () => {
    scene = await openServed();
    configure(scene, { onMissing: 'report' });
    await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
    scene.auditor.accept();
    expect(consumerIn(await scene.run(rotate()))).toMatchObject({ state: 'blocked' });
    await scene.run(rotate({ force: true }));
    expect(await scene.works()).toBe(true);
  });

  it('makes a new token also where an older value was put back, after the living one is restored', async () => {
    scene = await openServed();
    const older = await scene.text();
    await scene.run(rotate());
    const newer = await scene.currentId();
    await scene.setStatus((JSON.parse(older) as Value).rotation.authorizationId, 'inactive');
    await scene.put(older);
    scene.auditor.accept();
    scene.world.clock.advance(HOUR);
    const planned = consumerIn(await scene.run({ action: 'plan', command: rotate() }));
    expect(planned.actions).toMatchObject([{ kind: 'copy-forward', reasonCode: 'RESTORED' }]);
    const { actions, state } = consumerIn(await scene.run(rotate()));
    expect(actions).toMatchObject([
      { kind: 'copy-forward', outcome: 'done', reasonCode: 'RESTORED', authorizationId: newer },
      { kind: 'rotate', outcome: 'done', reasonCode: 'REQUESTED' },
    ]);
    expect([state, await scene.works(), (await scene.currentId()) === newer]).toEqual(['acting', true, false]);
  });

  it('forced, makes no fourth token where three live that the secret does not name', async () => {
    scene = await openServed();
    scene.auditor = scene.auditor.copy({ maxLive: 4 });
    for (let times = 0; times < 3; times += 1) await scene.run(rotate({ force: true }));
    await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
    scene.auditor.accept();
    scene.world.clock.advance(HOUR);
    const others = scene.rows.map(({ id }) => id);
    const waiting = { state: 'blocked', obstacle: { code: 'OTHER_WRITER', authorizationIds: others } };
    expect(consumerIn(await scene.run(rotate({ force: true })))).toMatchObject(waiting);
    await scene.setStatus(others[0] ?? '', 'inactive');
    scene.auditor.accept();
    expect(consumerIn(await scene.run(rotate()))).toMatchObject({ state: 'acting' });
    expect(await scene.works()).toBe(true);
  });

  it('is planned without a write', async () => {
    scene = await openServed();
    const before = await scene.text();
    const report = await scene.run({ action: 'plan', command: rotate() });
    expect(consumerIn(report).actions).toMatchObject([{ kind: 'rotate', outcome: 'planned', reasonCode: 'REQUESTED' }]);
    expect(await scene.text()).toBe(before);
    expect(scene.rows).toHaveLength(1);
  });
});

describe('rotate, compromised', () => {
  const leaked = rotate({ compromised: true, reason: 'it was in a log' });

  it('makes the new token current, and deletes every older one, within one invocation', async () => {
    scene = await openServed();
    scene.auditor = scene.auditor.copy({ maxLive: 3 });
    await scene.run(rotate());
    scene.world.clock.advance(HOUR);
    scene.watch();
    const report = await scene.run(leaked);
    expect(consumerIn(report).actions.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      'note-compromised done',
      'rotate done',
      'delete done',
      'delete done',
    ]);
    expect(consumerIn(report).state).toBe('acting');
    expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
    expect(await scene.works()).toBe(true);
  });

  it('fails if what leaked could not be deleted, though its successor is current', async () => {
    scene = await openServed();
    const before = await scene.currentId();
    const deletes = (call: { readonly operation: string }) => call.operation.startsWith('DELETE');
    scene.world.influxdb.faults.add({ on: deletes, times: Number.POSITIVE_INFINITY, status: 503 });
    await expect(scene.world.run(leaked)).rejects.toBeInstanceOf(RunFailedError);
    scene.world.influxdb.faults.clear();
    expect(await scene.currentId()).not.toBe(before);
    expect(scene.statusOf(before)).toBe('active');
    expect((await scene.turn()).actions).toMatchObject([{ kind: 'delete', outcome: 'done' }]);
    expect(scene.statusOf(before)).toBeUndefined();
  });

  it('replaces a leaked token that somebody switched off already', async () => {
    scene = await openServed();
    await scene.world.admin.send('PATCH', `/api/v2/authorizations/${await scene.currentId()}`, { status: 'inactive' });
    scene.auditor.accept();
    await scene.run(leaked);
    expect(await scene.works()).toBe(true);
    expect(scene.rows).toHaveLength(1);
  });

  describe('leaves nothing alive that the consumer had before, nor makes it current again, where', () => {
    const edits: Readonly<Record<string, () => Promise<void>>> = {
      'somebody deleted the leaked token already': async () =>
        void (await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`)),
      'the secret holds a token that somebody made by hand': async () =>
        scene.put(JSON.stringify({ token: (await scene.tokenByHand()).token })),
      'the secret was put back to a token that was switched off': async () => {
        const before = await scene.text();
        await scene.run(rotate());
        await scene.setStatus((JSON.parse(before) as Value).rotation.authorizationId, 'inactive');
        await scene.put(before);
      },
      'the leaked token is missing, and three older ones live': async () => {
        for (let times = 0; times < 2; times += 1) await scene.run(rotate({ force: true }));
        await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
      },
    };
    it.each(Object.entries(edits))('%s', async (_name, edit) => {
      scene = await openServed();
      scene.auditor = scene.auditor.copy({ maxLive: 4 });
      await scene.run(rotate());
      await edit();
      scene.auditor.accept();
      scene.world.clock.advance(HOUR);
      await scene.run(leaked);
      expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
      expect(await scene.works()).toBe(true);
      scene.auditor.accept();
    });
  });

  it.each([
    ['its marker was removed', () => describeAs('mine')],
    ['somebody made it by hand', async () => scene.put(JSON.stringify({ token: (await scene.tokenByHand()).token }))],
  ])('fails, though the new one is current, where the leaked token may not be ended: %s', async (_why, edit) => {
    scene = await openServed();
    await edit();
    scene.auditor.accept();
    const report = consumerIn(await scene.run(leaked));
    expect(report).toMatchObject({ state: 'blocked', obstacle: { code: 'LEAKED_LIVES' } });
    expect(report.actions).toContainEqual(expect.objectContaining({ kind: 'rotate', outcome: 'done' }));
    expect(await scene.works()).toBe(true);
  });

  describe('alarms in each run as long as the leaked token lives without its marker, which was removed', () => {
    const toDelete = ({ operation }: { readonly operation: string }) => operation.startsWith('DELETE');
    const removals: Readonly<Record<string, () => Promise<void>>> = {
      'before the command': async () => {
        await describeAs('mine');
        scene.auditor.accept();
        await scene.run(leaked);
      },
      'before the deletion': async () => {
        const { rotation } = await scene.value();
        await scene.runKilledAt(toDelete, 'before', leaked);
        await scene.world.admin.send('PATCH', `/api/v2/authorizations/${rotation.authorizationId}`, {
          description: 'mine',
        });
        scene.auditor.accept();
      },
    };
    it.each(Object.entries(removals))('%s', async (_when, remove) => {
      scene = await openServed();
      const { authorizationId } = (await scene.value()).rotation;
      await remove();
      for (let hours = 0; hours < 2; hours += 1) {
        scene.world.clock.advance(HOUR);
        expect(await scene.turn()).toMatchObject({
          state: 'blocked',
          obstacle: { code: 'LEAKED_LIVES', authorizationId },
        });
      }
      await scene.world.admin.send('DELETE', `/api/v2/authorizations/${authorizationId}`);
      scene.auditor.accept();
      expect(await scene.turn()).toMatchObject({ state: 'idle' });
    });
  });

  it('alarms in each run as long as another secret holds the leaked token, and ends it then', async () => {
    scene = await openServed();
    const { token, rotation } = await scene.value();
    scene.world.configuration = { ...scene.world.configuration, consumers: [telegraf, spare] };
    await put(scene.world, spare.secret, JSON.stringify({ token }));
    scene.auditor.accept();
    const held = { state: 'blocked', obstacle: { code: 'LEAKED_LIVES', authorizationId: rotation.authorizationId } };
    expect(consumerIn(await scene.run(leaked))).toMatchObject(held);
    scene.world.configuration = { ...scene.world.configuration, mode: 'plan' };
    expect(consumerIn(await scene.run())).toMatchObject(held);
    scene.world.configuration = { ...scene.world.configuration, mode: 'rotate' };
    await scene.run();
    scene.world.clock.advance(2 * DAY);
    await scene.run();
    expect(scene.statusOf(rotation.authorizationId)).toBeUndefined();
    scene.auditor.accept();
  });

  it('keeps what people wrote behind the marker', async () => {
    scene = await openServed();
    const id = await scene.currentId();
    const [row] = scene.rows;
    const description = `${row?.description} asked for by ops`;
    await scene.world.admin.send('PATCH', `/api/v2/authorizations/${id}`, { description });
    scene.auditor.accept();
    await scene.runKilledAt(({ operation }) => operation === 'POST /api/v2/authorizations', 'before');
    scene.auditor.inspect();
    expect(consumerIn(await scene.run(leaked)).state).toBe('acting');
  });

  it.each(['before', 'after'] as const)('killed %s any write, the next run ends the leaked token', async (how) => {
    const writes = [
      'POST /api/v2/authorizations',
      'PutSecretValue',
      'UpdateSecretVersionStage',
      'DELETE /api/v2/authorizations/{id}',
    ];
    for (const operation of writes) {
      scene = await openServed();
      const id = await scene.currentId();
      await scene.runKilledAt((call) => call.operation === operation, how, leaked);
      scene.auditor.inspect();
      await scene.run();
      scene.auditor.inspect();
      expect(
        scene.rows.map((row) => row.id),
        operation,
      ).not.toContain(id);
      expect(await scene.works(), operation).toBe(true);
      expect(scene.auditor.violations).toEqual([]);
      if (operation !== writes.at(-1)) await scene.close();
    }
  });
});
