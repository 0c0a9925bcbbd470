import { afterEach, describe, expect, it } from 'vitest';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import { Auditor } from '../../../simulation/auditor.ts';
import type { World } from '../../../simulation/world.ts';
import { DAY, HOUR } from '../../builders/a-configuration.ts';
import { consumerIn, type Scene } from '../../builders/a-scene.ts';
import { callsOf, MINT, openDue } from '../../builders/a-trace.ts';
import { aWorld, currentValue, failureOf, madeIn } from '../../builders/a-world.ts';

let world: World;
let scene: Scene | undefined;
afterEach(async () => {
  await (scene ?? world).close();
  scene = undefined;
});

describe('a new token that does not do what it was granted', () => {
  const REFUSED = '{"code":"forbidden","message":"insufficient permissions for write"}';
  it.each([
    ['may not write its bucket', 'POST /api/v2/write', 403, REFUSED, ['inactive']],
    [
      'may not read its bucket',
      'GET /api/v2/buckets/{id}',
      401,
      '{"code":"unauthorized","message":"unauthorized"}',
      ['inactive'],
    ],
    ['meets a server too busy to tell', 'POST /api/v2/write', 503, '{"code":"unavailable","message":"busy"}', []],
  ])('and %s is never promoted: the old one stays current, the new one is off or gone', async (...row) => {
    const [_name, on, status, body, left] = row;
    world = await aWorld();
    await world.run();
    const before = await currentValue(world);
    world.clock.advance(30 * DAY);
    const auditor = new Auditor(world, { healthy: false });
    for (const server of [world.influxdb, world.secretsManager])
      server.faults.intercept(({ operation }) => {
        auditor.inspect();
        return operation === on ? { status, body } : undefined;
      });
    const { message } = await failureOf(world.run());
    expect(message).toContain('the new token does not work');
    expect(await currentValue(world)).toEqual(before);
    expect(madeIn(world)[0]).toMatchObject({ id: before.rotation.authorizationId, status: 'active' });
    expect(
      madeIn(world)
        .slice(1)
        .map((each) => each.status),
    ).toEqual(left);
    expect(auditor.violations).toEqual([]);
  });
});

describe('a new token that InfluxDB makes with other permissions than were asked for', () => {
  const OTHER = [{ action: 'read', resource: { type: 'tasks' } }];

  /** A server that knows the permission otherwise, and says so. */
  function makeOtherwise(): void {
    scene?.world.influxdb.faults.add({
      on: MINT,
      times: Number.POSITIVE_INFINITY,
      rewrite: (answer) => {
        const row = JSON.parse(String(answer.body)) as object;
        return { ...answer, body: JSON.stringify({ ...row, permissions: OTHER }) };
      },
    });
  }

  async function mintsIn(hours: number): Promise<number> {
    if (scene === undefined) return 0;
    scene.world.influxdb.calls.length = 0;
    await scene.runFor(hours * HOUR);
    return callsOf(scene, MINT);
  }

  it.each(['due', 'missing', 'put by hand'] as const)(
    'is made once a day, not in every run, and never stored: %s',
    async (wanted) => {
      scene = await openDue();
      if (wanted === 'missing')
        await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
      if (wanted === 'put by hand') await scene.put('{"token":"by-hand"}');
      scene.auditor.accept();
      const before = await scene.text();
      const live = scene.rows.filter(({ status }) => status === 'active').length;
      makeOtherwise();
      expect(await scene.turn()).toMatchObject({ state: 'failed', errorCode: 'MINT_DIFFERS' });
      expect(await mintsIn(48)).toBeLessThanOrEqual(2);
      expect(await scene.turn()).toMatchObject({ state: 'failed', obstacle: { code: 'NEW_TOKEN_DIFFERS' } });
      expect(await scene.text()).toBe(before);
      expect(scene.rows.filter(({ status }) => status === 'active')).toHaveLength(live);
      expect(scene.rows).toHaveLength(live + 1);
      scene.world.influxdb.faults.clear();
      expect(await mintsIn(25)).toBe(1);
      expect(await scene.works()).toBe(true);
      await scene.runFor(5 * DAY, 6 * HOUR);
      expect(scene.rows).toHaveLength(1);
    },
  );

  it('is made again in the next run if the configuration asks for others, or the note is deleted', async () => {
    scene = await openDue();
    makeOtherwise();
    await scene.run();
    const { configuration } = scene.world;
    const access = { kind: 'buckets', read: ['telemetry'], write: [] } as const;
    const consumers = configuration.consumers.map((each) => ({ ...each, access }));
    scene.world.configuration = { ...configuration, consumers };
    expect(await mintsIn(1)).toBe(1);
    expect(await mintsIn(1)).toBe(0);
    for (const { id } of scene.rows.filter(({ description }) => description.includes('mint-differs=')))
      await scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
    scene.world.influxdb.faults.clear();
    expect(await mintsIn(1)).toBe(1);
    expect(await scene.works()).toBe(true);
  });
});

describe('a new token that InfluxDB refuses for certain', () => {
  const GONE = '{"code":"not found","message":"bucket \\"telemetry\\" not found"}';
  const NOT_ALLOWED = '{"code":"forbidden","message":"insufficient permissions for write"}';

  /** Every try of a token to write is refused. */
  async function open(status: number, body: string): Promise<Scene> {
    const opened = await openDue();
    opened.world.influxdb.faults.add({ on: 'POST /api/v2/write', status, body, times: Number.POSITIVE_INFINITY });
    return opened;
  }

  async function runHourly(hours: number): Promise<{ minted: number; states: Set<string> }> {
    let minted = 0;
    const states = new Set<string>();
    for (let hour = 0; hour < hours; hour += 1) {
      const log = (code: string) => (minted += Number(code === 'TOKEN_MINTED'));
      states.add(consumerIn((await scene?.run('run', { log })) as RunReport).state);
      scene?.world.clock.advance(HOUR);
    }
    return { minted, states };
  }

  it.each([
    ['what it is for does not exist', 404, GONE],
    ['it may not do what it was granted', 403, NOT_ALLOWED],
  ])('is made once a day, not in every run: %s', async (_why, status, body) => {
    scene = await open(status, body);
    const before = await scene.currentId();
    const { minted, states } = await runHourly(47);
    expect([minted, [...states]]).toEqual([2, ['failed']]);
    expect(scene.rows.map((row) => [row.id === before, row.status])).toEqual([
      [true, 'active'],
      [false, 'inactive'],
    ]);
    const report = consumerIn(await scene.run('plan'));
    expect(report).toMatchObject({ access: 'works', obstacle: { code: 'NEW_TOKEN_REFUSED' } });
    expect(report.reason).toMatch(
      /^due: older than 30 days, but the last new token did not work: ACTION_FAILED of that run says what InfluxDB refused; authorization \w+, which is off, is the note of it; the next try is after \S+, or in the next run once that authorization is deleted, or the configuration asks for other permissions$/,
    );
    scene.world.influxdb.faults.clear();
    expect((await runHourly(25)).minted).toBe(1);
    expect(await scene.works()).toBe(true);
    await scene.runFor(5 * DAY, 6 * HOUR);
    expect(scene.rows).toHaveLength(1);
  });

  it('is made again in the next run if the configuration asks for other permissions', async () => {
    scene = await open(404, GONE);
    await scene.run();
    scene.world.influxdb.faults.clear();
    scene.world.clock.advance(HOUR);
    const { configuration } = scene.world;
    const access = { kind: 'buckets', read: ['telemetry'], write: [] } as const;
    const consumers = configuration.consumers.map((each) => ({ ...each, access }));
    scene.world.configuration = { ...configuration, consumers };
    expect((await runHourly(1)).minted).toBe(1);
    expect(await scene.works()).toBe(true);
    await scene.runFor(5 * DAY, 6 * HOUR);
    expect(scene.rows).toHaveLength(1);
  });

  it('leaves no value that is pending', async () => {
    scene = await open(404, GONE);
    await scene.run();
    await expect(scene.text({ VersionStage: 'AWSPENDING' })).rejects.toThrow(/can't find|not found/i);
  });

  it('is tried again in every run for who has no access, as long as the refusal may pass', async () => {
    scene = await open(403, NOT_ALLOWED);
    await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
    expect((await runHourly(3)).minted).toBe(3);
    expect(scene.rows).toEqual([]);
    scene.world.influxdb.faults.clear();
    await scene.run();
    expect(await scene.works()).toBe(true);
  });
});
