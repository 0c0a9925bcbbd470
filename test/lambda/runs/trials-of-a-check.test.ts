import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import type { Permission } from '../../../lambda/config/permission.ts';
import { parseMarker } from '../../../lambda/engine/document/marker.ts';
import type { TrialReport } from '../../../lambda/engine/report/report.ts';
import { describePermission } from '../../../lambda/influxdb/permissions.ts';
import type { FaultEffect } from '../../../local/http/faults.ts';
import type { Secret } from '../../../local/secrets-manager/secret.ts';
import { aConfiguration, aConsumer, DAY, HOUR, LIMITS, MINUTE } from '../../builders/a-configuration.ts';
import { consumerIn, Scene } from '../../builders/a-scene.ts';
import { setRotator } from '../../builders/a-world.ts';
import { openOwn } from '../../builders/an-own-token.ts';

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  expect(scene.world.leaks()).toEqual([]);
  await scene.close();
});

const POST = 'POST /api/v2/authorizations';
const DELETE = 'DELETE /api/v2/authorizations/{id}';
const MUTATING = /^(POST|PATCH|DELETE) \/api\/v2\/(authorizations|users)|^(Put|Update|Create|Tag)/;

async function open(...consumers: Partial<ConsumerSettings>[]): Promise<void> {
  const all = consumers.length === 0 ? [{}] : consumers;
  scene = await Scene.open({ configuration: aConfiguration(all.map((each) => aConsumer(each))) });
}

/** The trial of one consumer, in a check of all. */
async function trialOf(name = 'telegraf', more: object = {}): Promise<TrialReport> {
  const { trial } = consumerIn(await scene.run({ action: 'check', ...more }), name);
  if (trial === undefined) throw new Error(`nothing is said of a trial of ${name}`);
  return trial;
}

/** What was written that took effect, in order. */
function writes(): string[] {
  const { influxdb, secretsManager } = scene.world;
  return [...influxdb.calls, ...secretsManager.calls]
    .filter(({ operation, status }) => MUTATING.test(operation) && (status ?? 0) < 300)
    .map(({ operation }) => operation);
}

function forgetCalls(): void {
  for (const server of [scene.world.influxdb, scene.world.secretsManager]) server.calls.length = 0;
}

function versions(): string {
  const of = ({ name, versions: all }: Secret) => [
    name,
    [...all.values()].map(({ id, stages, value }) => [id, [...stages], value]),
  ];
  return JSON.stringify([...scene.world.secretsManager.store.secrets()].map(of));
}

/** This happens to the trial itself: the first mint that InfluxDB is asked for only asks whether it may be. */
function onTrial(operation: typeof POST | typeof DELETE, effect: FaultEffect): void {
  scene.world.influxdb.faults.add({ on: operation, skip: operation === POST ? 1 : 0, ...effect });
}

function rotators(): Permission[] {
  const row = scene.world.influxdb.store.tables.authorizations.get(scene.world.rotatorId);
  return [...((row?.permissions ?? []) as readonly Permission[])];
}

/** What a run an hour later, after the lease, leaves of what a check left. */
async function rowsAfterARun(): Promise<number> {
  scene.world.influxdb.faults.clear();
  scene.world.clock.advance(HOUR);
  await scene.run();
  scene.auditor.inspect();
  return scene.rows.length;
}

describe.each(['hashed', 'plain', 'cloud'] as const)('a check, %s', (tokens) => {
  const owner = tokens === 'cloud' ? { owner: undefined } : {};

  it('makes a dead authorization like the next token, and deletes it; nothing else is written', async () => {
    const configuration = aConfiguration([aConsumer(owner), aConsumer({ name: 'grafana', ...owner })]);
    scene = await Scene.open({ configuration, tokens });
    await scene.run({ action: 'run', consumers: ['grafana'] });
    scene.world.clock.advance(HOUR);
    const before = [versions(), scene.rows];
    forgetCalls();
    const made: unknown[] = [];
    scene.world.influxdb.faults.intercept(({ operation }) => {
      if (operation !== DELETE) return undefined;
      const row = scene.rows.find(({ description }) => description.endsWith(' trial'));
      made.push([row?.status, parseMarker(row?.description ?? '')?.consumer]);
      return undefined;
    });
    const report = await scene.run({ action: 'check' });
    expect(report.consumers.map(({ consumer, trial }) => [consumer, trial?.result])).toEqual([
      ['telegraf', 'made'],
      ['grafana', 'made'],
    ]);
    expect(made).toEqual([
      ['inactive', expect.any(String)],
      ['inactive', expect.any(String)],
    ]);
    expect(writes().toSorted()).toEqual([DELETE, DELETE, POST, POST]);
    expect([versions(), scene.rows]).toEqual(before);
  });
});

it('with influxdb.self also makes one for the rotator itself', async () => {
  scene = await openOwn();
  await scene.run();
  scene.world.clock.advance(HOUR);
  const report = await scene.run({ action: 'check' });
  expect(report.consumers.map(({ consumer, trial }) => [consumer, trial?.result])).toEqual([
    ['self', 'made'],
    ['telegraf', 'made'],
  ]);
  expect(await trialOf('self', { consumers: ['self'] })).toMatchObject({ result: 'made' });
});

it('is made for the named consumers alone', async () => {
  await open({}, { name: 'grafana' });
  const { consumers } = await scene.run({ action: 'check', consumers: ['grafana'] });
  expect(consumers.map(({ consumer }) => consumer)).toEqual(['grafana']);
  expect(writes()).toEqual([POST, DELETE]);
});

describe('what InfluxDB does', () => {
  it.each([0, 1, 2, 3, 4, 5])(
    'without a right of the rotator makes nothing, and says which right: %d',
    async (index) => {
      await open();
      await scene.run();
      const left = rotators()[index];
      setRotator(scene.world, { permissions: rotators().filter((each) => each !== left) });
      forgetCalls();
      const report = await scene.run({ action: 'check' });
      const { state, trial } = consumerIn(report);
      expect(state).toBe('failed');
      expect(trial).toMatchObject(
        trial?.code === 'NAME_UNRESOLVED'
          ? { result: 'not-tried', problem: expect.any(String) }
          : { result: 'refused', code: 'RIGHT_MISSING', right: left && describePermission(left) },
      );
      expect(writes()).toEqual([]);
    },
  );

  it('to a mint that it could not be asked about before may still be no', async () => {
    await open();
    await scene.run();
    const left = rotators().find(({ action, resource }) => action === 'write' && resource.type === 'buckets');
    setRotator(scene.world, { permissions: rotators().filter((each) => each !== left) });
    scene.world.influxdb.faults.add({ on: POST, status: 400, body: '{"code":"invalid","message":"busy"}' });
    const report = await scene.run({ action: 'check' });
    expect(consumerIn(report)).toMatchObject({
      state: 'failed',
      errorCode: 'INFLUXDB_REFUSED',
      trial: { result: 'refused', code: 'RIGHT_MISSING', right: left && describePermission(left) },
    });
    expect(consumerIn(report).trial?.reason).toContain("the rotator's token lacks");
    expect(scene.rows).toHaveLength(1);
  });

  it('otherwise than it was asked for is told, and deleted again', async () => {
    await open();
    onTrial(POST, {
      rewrite: (answer) => {
        const row = JSON.parse(String(answer.body)) as { orgID: string };
        const permissions = [{ action: 'read', resource: { type: 'buckets', orgID: row.orgID } }];
        return { ...answer, body: JSON.stringify({ ...row, permissions }) };
      },
    });
    expect(consumerIn(await scene.run({ action: 'check' }))).toMatchObject({
      state: 'failed',
      errorCode: 'MINT_DIFFERS',
      reason: expect.stringMatching(/^first token; InfluxDB made another authorization than was asked for/),
      trial: { result: 'differs', code: 'MINT_DIFFERS', authorizationId: expect.any(String) },
    });
    expect(scene.rows).toEqual([]);
  });

  it.each([
    ['refuses the deletion', { status: 403, body: '{"code":"forbidden","message":"forbidden"}' }, 'INFLUXDB_REFUSED'],
    ['does not answer to the deletion', { refuse: true, times: 9 }, 'INFLUXDB_UNANSWERED'],
  ] as const)('%s: what is left works for nobody, and a run deletes it', async (_name, effect, code) => {
    await open();
    await scene.run();
    scene.world.clock.advance(HOUR);
    onTrial(DELETE, effect);
    const consumer = consumerIn(await scene.run({ action: 'check' }));
    const id = consumer.trial?.authorizationId;
    expect(consumer).toMatchObject({ state: 'failed', errorCode: code, trial: { result: 'left', code } });
    expect(consumer.tokens).toContainEqual(expect.objectContaining({ authorizationId: id, role: 'pending' }));
    expect(scene.statusOf(String(id))).toBe('inactive');
    expect(await rowsAfterARun()).toBe(1);
  });

  it('gives no answer to the mint: nothing is known, and a run deletes what may have been made', async () => {
    await open();
    await scene.run();
    scene.world.clock.advance(HOUR);
    onTrial(POST, { loseAnswer: true });
    const lines: unknown[] = [];
    const report = await scene.run({ action: 'check' }, { log: (event) => lines.push(event) });
    expect(consumerIn(report).trial).toMatchObject({ result: 'unproven', code: 'INFLUXDB_UNANSWERED' });
    expect(lines).toContain('MINT_UNANSWERED');
    expect(scene.rows).toHaveLength(2);
    expect(await trialOf()).toMatchObject({ result: 'not-tried', code: 'TOO_YOUNG', until: expect.any(String) });
    expect(await rowsAfterARun()).toBe(1);
  });

  it('once it refuses the rotator’s token, nobody else is tried, and the check answers all the same', async () => {
    await open(...Array.from({ length: 20 }, (_, index) => ({ name: `c${index}` })));
    const unauthorized = { status: 401, body: '{"code":"unauthorized","message":"unauthorized access"}' };
    let asked = 0;
    scene.world.influxdb.faults.intercept(({ operation }) => {
      asked += operation === POST ? 1 : 0;
      return asked > 20 ? unauthorized : undefined;
    });
    const { consumers, errors } = await scene.world.run({ action: 'check' });
    expect(errors.map(({ code }) => code)).toEqual(['ROTATOR_REJECTED']);
    const codes = consumers.map(({ trial }) => trial?.code);
    expect(new Set(codes)).toEqual(new Set(['ROTATOR_REJECTED', 'NOT_ATTEMPTED']));
  });

  it('before anything is read is an error of the check, which answers with it', async () => {
    await open();
    setRotator(scene.world, { status: 'inactive' });
    expect(await scene.world.run({ action: 'check' })).toMatchObject({
      action: 'check',
      errors: [{ code: 'ROTATOR_REJECTED' }],
      consumers: [{ state: 'not-attempted' }],
    });
  });
});

describe('nothing is tried', () => {
  const FREEZE = { from: 0, to: Date.UTC(2030, 0, 1), reason: 'Black Friday', everything: false };
  const ABSENT = { secret: 'influxdb/acme/absent' };

  it.each<[string, Partial<ConsumerSettings>, object]>([
    ['of a retired consumer', { retired: true }, { code: 'RETIRED' }],
    ['in a freeze', { freezes: [FREEZE] }, { code: 'FROZEN', why: 'Black Friday', until: '2030-01-01T00:00:00.000Z' }],
    ['for an owner who does not exist yet', { createOwner: true, owner: 'svc-new' }, { what: 'owner' }],
    ['for a secret that does not exist yet', { createSecret: true, ...ABSENT }, { what: 'secret' }],
    ['for a secret that does not exist', ABSENT, { code: 'SECRET_NOT_FOUND' }],
    ['for a name that nobody knows', { owner: 'svc-nobody' }, { code: 'NAME_UNRESOLVED' }],
  ])('%s', async (_name, settings, about) => {
    await open();
    const users: Permission[] = [
      { action: 'read', resource: { type: 'users' } },
      { action: 'write', resource: { type: 'users' } },
    ];
    setRotator(scene.world, { permissions: [...rotators(), ...users] });
    scene.world.configuration = { ...scene.world.configuration, consumers: [aConsumer(settings)] };
    forgetCalls();
    expect(await trialOf()).toMatchObject({ result: 'not-tried', ...about });
    expect(writes()).toEqual([]);
  });

  it('with the mode "plan", and all that a plan says is said', async () => {
    await open();
    scene.world.configuration = { ...scene.world.configuration, mode: 'plan' };
    const consumer = consumerIn(await scene.run({ action: 'check' }));
    expect(consumer).toMatchObject({ mayRotate: 'may', trial: { result: 'not-tried', code: 'PLAN_ONLY' } });
    expect(writes()).toEqual([]);
  });

  it('while a run may be at work on it', async () => {
    await open();
    await scene.runKilledAt(({ operation }) => operation === 'PutSecretValue', 'before');
    const [young] = scene.rows;
    forgetCalls();
    const until = expect.stringMatching(/^2026-01-01T00:30:/);
    expect(await trialOf()).toMatchObject({ code: 'TOO_YOUNG', authorizationId: young?.id, until });
    expect(writes()).toEqual([]);
  });

  it('of whom the next run gives access again at once (U4)', async () => {
    await open();
    await scene.run();
    scene.world.clock.advance(HOUR);
    await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
    scene.auditor.accept();
    forgetCalls();
    expect(await trialOf()).toMatchObject({ result: 'not-tried', code: 'MISSING' });
    expect(writes()).toEqual([]);
  });

  it('that could not be deleted any more before the invocation ends', async () => {
    await open();
    scene.world.influxdb.faults.add({
      on: POST,
      before: () => scene.world.clock.advance(LIMITS.functionTimeoutMs - 25_000),
    });
    const { trial, state } = consumerIn(await scene.run({ action: 'check' }));
    expect({ trial, state }).toMatchObject({ state: 'failed', trial: { result: 'not-tried', code: 'OUT_OF_TIME' } });
    expect(scene.rows).toEqual([]);
  });
});

it('outside of a window, a trial is made: nothing is rotated by it', async () => {
  await open({ window: { openings: [{ from: 1, length: 1 }], timeZone: 'UTC', text: 'a minute' } });
  expect(await trialOf()).toMatchObject({ result: 'made' });
});

it('says of the consumers of an ordinary run, a plan and a status nothing of trials', async () => {
  await open();
  for (const action of ['run', 'plan', 'status'] as const)
    expect(consumerIn(await scene.run(action)), action).not.toHaveProperty('trial');
});

it('what dies between the mint and the deletion makes the rotation wait for a lease, and no longer', async () => {
  await open();
  await scene.run();
  scene.world.clock.advance(30 * DAY);
  await scene.runKilledAt(({ operation }) => operation === DELETE, 'before', { action: 'check' });
  scene.auditor.inspect();
  expect(scene.rows.map(({ status }) => status)).toEqual(['active', 'inactive']);
  expect(await scene.turn()).toMatchObject({ state: 'waiting', obstacle: { code: 'TOO_YOUNG' } });
  scene.world.clock.advance(LIMITS.leaseMs + MINUTE);
  const { actions } = await scene.turn();
  expect(actions.map(({ kind, reasonCode, outcome }) => [kind, reasonCode, outcome])).toEqual([
    ['delete', 'NEVER_STORED', 'done'],
    ['rotate', 'DUE', 'done'],
  ]);
  expect(await scene.works()).toBe(true);
});
