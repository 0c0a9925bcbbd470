import { afterEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../builders/a-configuration.ts';
import { consumerIn, type Scene } from '../../builders/a-scene.ts';
import { openServed } from '../../builders/a-served-consumer.ts';

let scene: Scene;
afterEach(async () => {
  scene.auditor.inspect();
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

const why = { consumer: 'telegraf', reason: 'a reader was missed' };
const reactivate = { action: 'reactivate', for: '6h', ...why };
const rollback = { action: 'rollback', ...why };

/** A rotation, and this long after it. @returns the ids of the older token and the current one. */
async function rotated(afterMs: number): Promise<{ older: string; newer: string }> {
  scene = await openServed();
  const older = await scene.currentId();
  await scene.run({ action: 'rotate', consumers: ['telegraf'], reason: 'a test' });
  scene.auditor.inspect();
  scene.world.clock.advance(afterMs);
  await scene.run();
  scene.auditor.inspect();
  return { older, newer: await scene.currentId() };
}

describe('reactivate', () => {
  it('switches the previous token on again, and no run ends it before the time that was given', async () => {
    const { older, newer } = await rotated(25 * HOUR);
    expect(scene.statusOf(older)).toBe('inactive');
    const startedAt = scene.world.clock.now();
    const report = consumerIn(await scene.run(reactivate));
    scene.auditor.inspect();
    expect(report).toMatchObject({ state: 'acting', why: { code: 'REACTIVATED', authorizationId: older } });
    expect(report.actions).toMatchObject([{ kind: 'reactivate', outcome: 'done', authorizationId: older }]);
    expect(scene.statusOf(older)).toBe('active');
    expect(await scene.currentId()).toBe(newer);
    // A run's request may have been under way.
    expect(scene.world.clock.now() - startedAt).toBeGreaterThan(5 * MINUTE + 20 * SECOND);
    await scene.runFor(5 * HOUR);
    expect(scene.statusOf(older)).toBe('active');
    await scene.runFor(3 * HOUR);
    expect(scene.statusOf(older)).toBe('inactive');
    await scene.runFor(2 * DAY);
    expect(scene.rows.map(({ id }) => id)).toEqual([newer]);
  });

  it('waits for nothing where no run can have touched the token', async () => {
    const { older } = await rotated(HOUR);
    const startedAt = scene.world.clock.now();
    expect(consumerIn(await scene.run(reactivate))).toMatchObject({
      why: { code: 'REACTIVATED', authorizationId: older },
    });
    expect(scene.world.clock.now() - startedAt).toBeLessThan(5 * SECOND);
  });

  it('says that something else undid it meanwhile', async () => {
    const { older } = await rotated(25 * HOUR);
    const { influxdb, admin } = scene.world;
    let patches = 0;
    influxdb.faults.intercept(({ operation }) => {
      if (operation !== 'PATCH /api/v2/authorizations/{id}') return undefined;
      patches += 1;
      if (patches > 1) return undefined;
      return {
        after: async () => {
          influxdb.faults.clear();
          await admin.send('PATCH', `/api/v2/authorizations/${older}`, { status: 'inactive' });
          scene.auditor.accept();
        },
      };
    });
    expect(consumerIn(await scene.run(reactivate))).toMatchObject({
      state: 'failed',
      why: { code: 'NOT_REACTIVATED' },
    });
  });

  it.each([
    ['there is none', 'NO_OLDER_TOKEN', async () => {}],
    [
      'it leaked',
      'OLDER_TOKEN_COMPROMISED',
      async (older: string) => {
        const row = scene.rows.find(({ id }) => id === older);
        const description = `${row?.description} compromised=2026-01-01T00:00:00Z`;
        await scene.world.admin.send('PATCH', `/api/v2/authorizations/${older}`, { description });
      },
    ],
  ] as const)('refuses where %s', async (_case, code, prepare) => {
    const { older } = await rotated(25 * HOUR);
    if (code === 'NO_OLDER_TOKEN') await scene.runFor(2 * DAY);
    await prepare(older);
    scene.auditor.accept();
    expect(consumerIn(await scene.run(reactivate))).toMatchObject({ state: 'failed', why: { code }, actions: [] });
  });
});

describe('rollback', () => {
  it.each([
    ['while it works', HOUR],
    ['after it was switched off', 25 * HOUR],
  ])('makes the previous token current again in a new version, %s', async (_when, ms) => {
    const { older, newer } = await rotated(ms);
    const { rotation } = await scene.value();
    scene.watch();
    const report = consumerIn(await scene.run(rollback));
    scene.auditor.inspect();
    expect(report.actions.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      'reactivate done',
      'copy-forward done',
    ]);
    const now = await scene.value();
    expect(now.rotation.authorizationId).toBe(older);
    expect(now.rotation.id).not.toBe(rotation.id);
    expect(now.rotation.superseded.map(({ authorizationId }) => authorizationId)).toEqual([newer]);
    expect(await scene.works()).toBe(true);
    // The newer one has its grace period, and then ends.
    await scene.runFor(20 * HOUR);
    expect(scene.statusOf(newer)).toBe('active');
    await scene.runFor(3 * DAY);
    expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
    expect(report.tokens.find(({ role }) => role === 'current')?.authorizationId).toBe(older);
  });

  it.each([
    ['is switched off', (id: string) => scene.setStatus(id, 'inactive')],
    ['is missing', (id: string) => scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`)],
  ])('gives access back where the current token %s', async (_what, happens) => {
    const { older, newer } = await rotated(HOUR);
    await happens(newer);
    expect(await scene.works()).toBe(false);
    scene.auditor.accept();
    await scene.run(rollback);
    scene.auditor.inspect();
    expect(await scene.currentId()).toBe(older);
    await scene.runFor(2 * DAY);
    expect(await scene.works()).toBe(true);
  });

  it('asked for again, as after a lost answer, changes nothing', async () => {
    const { older, newer } = await rotated(HOUR);
    await scene.run(rollback);
    const text = await scene.text();
    const again = consumerIn(await scene.run(rollback));
    expect(again).toMatchObject({
      state: 'failed',
      why: { code: 'ROLLED_BACK_ALREADY', authorizationId: older, newerId: newer },
    });
    expect(await scene.text()).toBe(text);
  });

  it('refuses where the value is in no version any more, and leaves all as it is', async () => {
    const { older } = await rotated(25 * HOUR);
    // Two more versions take the labels, and the service prunes what has none.
    await scene.edit({ note: 1 });
    await scene.edit({ note: 2 });
    scene.auditor.accept();
    const { versions } = scene.world.secretsManager.store.secret(scene.secret) ?? { versions: new Map() };
    for (const [id, version] of versions) if (version.stages.size === 0) versions.delete(id);
    const report = consumerIn(await scene.run(rollback));
    expect(report).toMatchObject({
      state: 'failed',
      why: { code: 'OLDER_VALUE_GONE', authorizationId: older },
      actions: [],
    });
  });

  it('and then leaks: the token is gone within the invocation that is told so, though it was just given back', async () => {
    const { older } = await rotated(HOUR);
    await scene.run(rollback);
    scene.auditor = scene.auditor.copy({ maxLive: 3 });
    scene.watch();
    const leaked = { action: 'rotate', consumers: ['telegraf'], compromised: true, reason: 'it was in a log' };
    const report = consumerIn(await scene.run(leaked));
    expect(
      report.actions.filter(({ kind }) => kind === 'delete').map(({ authorizationId }) => authorizationId),
    ).toContain(older);
    expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
    expect(await scene.works()).toBe(true);
  });

  it('is no sign of another writer', async () => {
    await rotated(HOUR);
    await scene.run(rollback);
    scene.auditor.inspect();
    expect(JSON.parse(await scene.text()).rotation.copiedAt).toBeUndefined();
  });

  it('is refused for a secret that holds no token of ours', async () => {
    scene = await openServed();
    await scene.put('{"token":"by hand"}');
    scene.auditor.accept();
    expect(consumerIn(await scene.run(rollback))).toMatchObject({
      state: 'failed',
      obstacle: { code: 'NO_OLDER_TOKEN' },
    });
    scene.auditor.accept();
  });
});
