import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import type { Facts } from '../../../lambda/engine/plan/facts.ts';
import { isTurnOf } from '../../../lambda/engine/plan/proof-of-life.ts';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import type { HandlerOptions } from '../../../lambda/handler.ts';
import type { Call, FaultEffect } from '../../../local/http/faults.ts';
import { aConfiguration, aConsumer, DAY, HOUR, MINUTE, SECOND } from '../../builders/a-configuration.ts';
import { consumerIn, Scene } from '../../builders/a-scene.ts';

const WRITE = 'POST /api/v2/write';

let scene: Scene;
afterEach(() => scene.close());

/** A consumer by the id of its owner, which has a token of ours, an hour before the run that tries it. */
async function tried(settings: Partial<ConsumerSettings> = {}): Promise<void> {
  scene = await Scene.open({ configuration: aConfiguration([aConsumer({ probe: 'daily', ...settings })]) });
  const { configuration, admin } = scene.world;
  const influxdb = { ...configuration.influxdb, org: undefined, orgId: admin.orgId };
  scene.world.configuration = { ...configuration, influxdb };
  await scene.run();
  const owner = scene.world.userIds.get('svc-telegraf');
  const consumers = scene.world.configuration.consumers.map((each) => ({ ...each, owner }));
  scene.world.configuration = { ...scene.world.configuration, consumers };
  await toNextTry();
}

/** Whether a run at this time tries the token is a matter of its name alone: so a plan of the clock is enough. */
async function toNextTry(): Promise<void> {
  const { clock } = scene.world;
  for (let hours = 0; hours < 48; hours += 1) {
    clock.advance(HOUR);
    const restore = scene.world.save();
    const { proof } = consumerIn(await scene.run());
    restore();
    if (proof !== undefined) return;
  }
  throw new Error('no run tried the token');
}

/** The answers to a call of the consumers' own tokens. */
function answer(effectOf: (call: Call) => FaultEffect | undefined): void {
  scene.world.influxdb.faults.intercept((call) => (call.operation === WRITE ? effectOf(call) : undefined));
}

const UNAUTHORIZED = { status: 401, body: '{"code":"unauthorized","message":"unauthorized access"}' };

async function setOwner(status: 'active' | 'inactive'): Promise<void> {
  const id = scene.world.userIds.get('svc-telegraf');
  await scene.world.admin.send('PATCH', `/api/v2/users/${id}`, { status });
}

/** The same numbers each time. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function proofOf(report: RunReport) {
  return consumerIn(report).proof;
}

describe('a current token', () => {
  const NAMES = ['telegraf', 'grafana', 'collector', 'alerts', 'billing'];

  it.each([
    ['every hour', HOUR],
    ['every 15 minutes', 15 * MINUTE],
    ['every 7 hours', 7 * HOUR],
    ['every day', DAY],
  ])('is tried once a day, whatever the schedule: %s', async (_name, scheduleMs) => {
    const consumers = NAMES.map((name) => aConsumer({ name, owner: 'svc-telegraf', probe: 'daily' }));
    scene = await Scene.open({ configuration: aConfiguration(consumers, { scheduleMs }) });
    await scene.run();
    const tries = new Map<string, number>();
    for (let passed = 0; passed < 7 * DAY; passed += scheduleMs) {
      scene.world.clock.advance(scheduleMs);
      for (const { consumer, proof } of (await scene.run()).consumers)
        if (proof !== undefined) tries.set(consumer, (tries.get(consumer) ?? 0) + 1);
    }
    for (const name of NAMES) {
      expect(tries.get(name)).toBeGreaterThanOrEqual(6);
      // One whose time falls into the schedule's window is tried by two runs.
      expect(tries.get(name)).toBeLessThanOrEqual(15);
    }
  });

  it('is tried although runs begin some seconds too early or too late', async () => {
    scene = await Scene.open({
      configuration: aConfiguration(NAMES.map((name) => aConsumer({ name, owner: 'svc-telegraf', probe: 'daily' }))),
    });
    await scene.run();
    const unseen = new Set(NAMES);
    for (let run = 0; run < 25; run += 1) {
      scene.world.clock.advance(HOUR + (run % 2 === 0 ? 55 * SECOND : -55 * SECOND));
      for (const { consumer, proof } of (await scene.run()).consumers)
        if (proof?.result === 'works') unseen.delete(consumer);
    }
    expect([...unseen]).toEqual([]);
  });

  it('is tried within two days after the run whose turn it was did not take place', async () => {
    await tried();
    for (let hours = 0; hours < 48; hours += 1) {
      scene.world.clock.advance(HOUR);
      if (proofOf(await scene.run()) !== undefined) return;
    }
    expect.unreachable('it was not tried');
  });

  it('shows how much of what it may do was tried, and the log says so', async () => {
    await tried();
    const lines: unknown[] = [];
    const log: NonNullable<HandlerOptions['log']> = (code, fields) => code === 'TOKEN_ALIVE' && lines.push(fields);
    expect(proofOf(await scene.run('run', { log }))).toEqual({ result: 'works', proven: 2, granted: 2 });
    expect(lines).toEqual([{ consumer: 'telegraf', authorizationId: await scene.currentId(), proven: 2, granted: 2 }]);
  });

  it('with rights on whole types proves no more than what can be tried without an effect', async () => {
    await tried({
      access: {
        kind: 'permissions',
        permissions: [
          { action: 'read', resource: { type: 'tasks' } },
          { action: 'write', resource: { type: 'tasks' } },
        ],
      },
    });
    expect(proofOf(await scene.run())).toEqual({ result: 'works', proven: 0, granted: 2 });
  });

  it.each([
    ['"probe" is "never"', { probe: 'never' }, 'run'],
    ['plan', {}, 'plan'],
    ['status', {}, 'status'],
  ] as const)('is not tried, and nothing is sent for it: %s', async (_name, settings, action) => {
    await tried();
    const consumers = scene.world.configuration.consumers.map((each) => ({ ...each, ...settings }));
    scene.world.configuration = { ...scene.world.configuration, consumers };
    scene.world.influxdb.calls.length = 0;
    expect(proofOf(await scene.run(action))).toBeUndefined();
    expect(scene.world.influxdb.calls.filter(({ operation }) => operation === WRITE)).toEqual([]);
  });

  it('is not tried in the run that replaces it', async () => {
    await tried();
    const consumers = scene.world.configuration.consumers.map((each) => ({ ...each, rotateEveryMs: HOUR }));
    scene.world.configuration = { ...scene.world.configuration, consumers };
    const report = await scene.run();
    expect(report.counts.rotated).toBe(1);
    expect(proofOf(report)).toBeUndefined();
  });

  it('is not tried while our own version is younger than a request may live: it was verified a moment ago', async () => {
    scene = await Scene.open({ configuration: aConfiguration([aConsumer({ probe: 'daily' })], { scheduleMs: DAY }) });
    await scene.run();
    scene.world.clock.advance(4 * MINUTE);
    expect(proofOf(await scene.run())).toBeUndefined();
    scene.world.clock.advance(MINUTE);
    expect(proofOf(await scene.run())).toMatchObject({ result: 'works' });
  });

  it('is tried although somebody edits the secret before each run', async () => {
    await tried();
    await setOwner('inactive');
    await scene.edit({ url: 'https://edited' });
    expect(consumerIn(await scene.run()).why.code).toBe('CURRENT_REFUSED');
  });

  it.each([
    ['1 minute', MINUTE, 0],
    ['1 hour', HOUR, 15 * MINUTE],
    ['12 hours', 12 * HOUR, 15 * MINUTE],
    ['a day', DAY, 15 * MINUTE],
  ])('is tried every day, whenever in its window the schedule begins the run: %s', (_name, scheduleMs, windowMs) => {
    const settings = aConsumer({ probe: 'daily' });
    const random = mulberry(1);
    let last = 0;
    let longest = 0;
    for (let at = 0; at < 60 * DAY; at += scheduleMs) {
      const now = at + random() * windowMs;
      if (!isTurnOf({ deployment: 'prod', settings, now } as Facts, scheduleMs)) continue;
      longest = Math.max(longest, now - last);
      last = now;
    }
    expect(longest).toBeLessThanOrEqual(DAY + scheduleMs + windowMs);
  });
});

describe('a refused current token', () => {
  it('of a deactivated user, who is configured by id, is an alarm, and ends nothing', async () => {
    await tried();
    await setOwner('inactive');
    const before = JSON.stringify(scene.rows);
    const report = await scene.run();
    const id = await scene.currentId();
    expect(consumerIn(report)).toMatchObject({
      state: 'blocked',
      why: { code: 'CURRENT_REFUSED', authorizationId: id },
    });
    expect(consumerIn(report).reason).toMatch(/if its user was deactivated, activate the user again/);
    expect(report.counts).toMatchObject({ blocked: 1, refused: 1, failed: 0 });
    expect(JSON.stringify(scene.rows)).toBe(before);
    await setOwner('active');
    expect(consumerIn(await scene.run())).toMatchObject({ state: 'idle', proof: { result: 'works' } });
  });

  it('keeps the older one, which may still work, from its end in that run', async () => {
    await tried({ rotateEveryMs: 7 * DAY, gracePeriodMs: 3 * HOUR });
    scene.world.clock.advance(7 * DAY);
    await scene.run();
    await toNextTry();
    const restore = scene.world.save();
    expect(consumerIn(await scene.run()).actions.map(({ kind }) => kind)).not.toEqual([]);
    restore();
    answer(() => UNAUTHORIZED);
    expect(consumerIn(await scene.run()).actions).toEqual([]);
  });

  it('is replaced by the advice of its message: delete the authorization, and the next run makes a new one', async () => {
    await tried();
    answer(() => UNAUTHORIZED);
    const id = await scene.currentId();
    expect(consumerIn(await scene.run()).reason).toContain('delete the authorization, and the next run replaces it');
    scene.world.influxdb.faults.clear();
    await scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
    expect((await scene.run()).counts.rotated).toBe(1);
    expect(await scene.works()).toBe(true);
  });

  it('is tried for a minute before that counts', async () => {
    await tried();
    const from = scene.world.clock.now();
    answer(() => (scene.world.clock.now() - from < 50 * SECOND ? UNAUTHORIZED : undefined));
    expect(consumerIn(await scene.run())).toMatchObject({ state: 'idle', proof: { result: 'works' } });
  });

  it('takes no more than a quarter of the time that is left to the run', async () => {
    await tried();
    const { limits } = scene.world.configuration;
    scene.world.configuration = { ...scene.world.configuration, limits: { ...limits, functionTimeoutMs: MINUTE } };
    answer(() => UNAUTHORIZED);
    const from = scene.world.clock.now();
    expect(consumerIn(await scene.run()).state).toBe('blocked');
    expect(scene.world.clock.now() - from).toBeLessThanOrEqual(15 * SECOND);
  });

  it('of many consumers at once is waited for at once', async () => {
    const consumers = Array.from({ length: 30 }, (_, index) =>
      aConsumer({ name: `c${index}`, owner: 'svc-telegraf', probe: 'daily' }),
    );
    scene = await Scene.open({ configuration: aConfiguration(consumers, { scheduleMs: DAY }) });
    await scene.run();
    scene.world.clock.advance(DAY);
    answer(() => UNAUTHORIZED);
    const from = scene.world.clock.now();
    const results = (await scene.run()).consumers.map(({ proof }) => proof?.result);
    // Every sleep moves the simulated clock for all, so that some of their calls seem to take too long.
    expect(results.every((result) => result === 'refused' || result === 'unproven')).toBe(true);
    expect(results).toContain('refused');
    expect(scene.world.clock.now() - from).toBeLessThanOrEqual(5 * MINUTE);
  });

  it.each([
    [401, 'unauthorized', 'unauthorized access'],
    [403, 'forbidden', 'token required'],
  ])('is one that InfluxDB itself refuses: %s %s', async (status, code, message) => {
    await tried();
    answer(() => ({ status, body: JSON.stringify({ code, message }) }));
    expect(consumerIn(await scene.run()).state).toBe('blocked');
  });

  it.each<[string, FaultEffect]>([
    ['a busy server', { status: 503, body: '{"code":"unavailable","message":"busy"}' }],
    ['too many requests', { status: 429, body: '{"code":"too many requests","message":"slow down"}' }],
    ['a bucket that was deleted', { status: 404, body: '{"code":"not found","message":"bucket not found"}' }],
    ['a proxy that wants a password', { status: 403, body: '<html>forbidden</html>' }],
    ['no answer', { loseAnswer: true }],
  ])('is not one whose try proves nothing: %s', async (_name, effect) => {
    await tried();
    answer(() => effect);
    const codes: string[] = [];
    const report = await scene.run('run', { log: (code) => codes.push(code) });
    expect(consumerIn(report)).toMatchObject({ state: 'idle', proof: { result: 'unproven' } });
    expect(codes).toContain('TOKEN_UNPROVEN');
    expect(report.counts).toMatchObject({ blocked: 0, refused: 0, proven: 0 });
  });

  it('does not show the token that a server repeats', async () => {
    await tried();
    const { token } = await scene.value();
    answer(() => ({ status: 403, body: JSON.stringify({ code: 'forbidden', message: `no: ${token}` }) }));
    const { reason } = consumerIn(await scene.run());
    expect(reason).not.toContain(token.slice(0, 12));
  });
});

describe('H24: a refusal is only a hint', () => {
  it('if another run has promoted, and the token was deleted, since this run read it', async () => {
    await tried();
    const old = await scene.currentId();
    const newer = aConfiguration(scene.world.configuration.consumers.map((each) => ({ ...each, rotateEveryMs: HOUR })));
    let first = true;
    scene.world.influxdb.faults.intercept(async (call) => {
      if (!first || call.operation !== WRITE) return undefined;
      first = false;
      const { influxdb } = scene.world.configuration;
      await scene.run('run', { configuration: { ...newer, influxdb } });
      await scene.world.admin.send('DELETE', `/api/v2/authorizations/${old}`);
      return undefined;
    });
    const report = await scene.run();
    expect(consumerIn(report)).toMatchObject({ state: 'changed', errorCode: undefined });
    expect(report.counts).toMatchObject({ blocked: 0, refused: 0, failed: 0 });
    expect(await scene.works()).toBe(true);
  });

  it.each(['deleted', 'switched off'])('if the token was %s in between: the next run decides as ever', async (how) => {
    await tried();
    const id = await scene.currentId();
    let first = true;
    scene.world.influxdb.faults.intercept(async (call) => {
      if (!first || call.operation !== WRITE) return undefined;
      first = false;
      if (how === 'deleted') await scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
      else await scene.setStatus(id, 'inactive');
      return undefined;
    });
    expect(consumerIn(await scene.run()).state).toBe('changed');
    const next = consumerIn(await scene.run());
    if (how === 'deleted') expect(next.actions[0]).toMatchObject({ kind: 'rotate', reasonCode: 'MISSING' });
    else expect(next.why.code).toBe('SWITCHED_OFF_BY_HAND');
  });

  it('if the secret changes during the last of the tries', async () => {
    await tried();
    let tries = 0;
    scene.world.influxdb.faults.intercept(async (call) => {
      if (call.operation !== WRITE) return undefined;
      tries += 1;
      if (tries === 10) await scene.edit({ url: 'https://edited' });
      return UNAUTHORIZED;
    });
    expect(consumerIn(await scene.run()).state).toBe('changed');
  });

  it('if the look that follows it fails', async () => {
    await tried();
    answer(() => UNAUTHORIZED);
    scene.world.secretsManager.faults.add({ on: 'DescribeSecret', times: Number.POSITIVE_INFINITY, status: 500 });
    expect(consumerIn(await scene.run())).toMatchObject({ state: 'idle', proof: { result: 'unproven' } });
  });
});
