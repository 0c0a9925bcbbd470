import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import { aConfiguration, aConsumer, DAY, HOUR, LIMITS } from '../../builders/a-configuration.ts';
import { consumerIn, notesOf, Scene } from '../../builders/a-scene.ts';
import { openServed } from '../../builders/a-served-consumer.ts';
import { failureOf, put } from '../../builders/a-world.ts';

let scene: Scene;
afterEach(() => scene.close());

async function open(settings: Partial<ConsumerSettings> = {}, initialValue = '{}'): Promise<void> {
  scene = await Scene.open({ configuration: aConfiguration([aConsumer(settings)]), initialValue: () => initialValue });
}

function configure(...settings: Partial<ConsumerSettings>[]): void {
  scene.world.configuration = { ...scene.world.configuration, consumers: settings.map((each) => aConsumer(each)) };
}

/** The rotator gets every right there is, as on a server where the operator token is used. */
async function asOperator(): Promise<void> {
  await scene.world.secrets.send(
    new PutSecretValueCommand({
      SecretId: 'influxdb/rotator',
      SecretString: JSON.stringify({ token: scene.world.admin.operatorToken }),
    }),
  );
}

describe('a consumer whose configuration changes', () => {
  it('gets a token with its new permissions at once, and keeps the old one for a grace period', async () => {
    await open();
    await scene.run();
    const old = await scene.currentId();
    configure({ access: { kind: 'buckets', read: ['telemetry'], write: [] } });
    scene.world.clock.advance(HOUR);
    expect((await scene.turn()).reason).toBe('permissions changed');
    const row = scene.world.influxdb.store
      .storedAuthorizations()
      .find(({ id }) => id !== old && id !== scene.world.rotatorId && scene.statusOf(id));
    expect(row?.permissions).toHaveLength(1);
    expect(scene.statusOf(old)).toBe('active');
    await scene.runFor(3 * DAY);
    expect(scene.rows).toHaveLength(1);
  });

  it('gets a token of its new owner; that of the old owner is not forgotten', async () => {
    await open();
    const userId = await scene.world.admin.createUser('svc-new');
    await asOperator();
    await scene.run();
    const old = await scene.currentId();
    configure({ owner: 'svc-new' });
    scene.world.clock.advance(HOUR);
    expect((await scene.turn()).reason).toBe('owner changed');
    expect(
      scene.world.influxdb.store.storedAuthorizations().find(({ userId: owner }) => owner === userId),
    ).toBeDefined();
    await scene.runFor(3 * DAY);
    expect(scene.statusOf(old)).toBeUndefined();
  });

  it('that is retired loses all its tokens, step by step; its secret stays', async () => {
    await open();
    await scene.run();
    scene.world.clock.advance(30 * DAY);
    await scene.run();
    configure({ retired: true });
    scene.world.clock.advance(HOUR);
    expect(await scene.turn()).toMatchObject({ state: 'idle', reason: 'retired' });
    scene.world.clock.advance(DAY);
    expect((await scene.turn()).actions.map(({ kind }) => kind)).toEqual(['switch-off', 'switch-off']);
    scene.world.clock.advance(DAY);
    expect((await scene.turn()).actions.map(({ kind }) => kind)).toEqual(['delete', 'delete']);
    expect(scene.rows).toEqual([]);
    expect(await scene.value()).toHaveProperty('token');
  });

  it('that is taken out of the configuration is reported, and its tokens are left alone', async () => {
    await open();
    await scene.run();
    const id = await scene.currentId();
    configure({ name: 'grafana', owner: 'svc-telegraf', secret: 'influxdb/acme/grafana', createSecret: true });
    scene.world.clock.advance(40 * DAY);
    const { notices } = await scene.run();
    expect(notices.map(({ notice }) => notice)).toEqual([
      `consumer telegraf is no longer configured, and its authorizations remain (${id}): to end them, configure it again with "retired": true, or end each by the command "retire"; if it was renamed, name them as "adopt" of the consumer that it is now, one after the other`,
    ]);
    expect(scene.statusOf(id)).toBe('active');
  });
});

describe('a token that somebody wants kept', () => {
  it('is neither switched off nor deleted before its keep-until', async () => {
    await open();
    await scene.run();
    const old = await scene.currentId();
    scene.world.clock.advance(30 * DAY);
    await scene.run();
    const row = scene.rows.find(({ id }) => id === old);
    const until = new Date(scene.world.clock.now() + 5 * DAY).toISOString();
    await scene.world.admin.send('PATCH', `/api/v2/authorizations/${old}`, {
      description: `${row?.description} keep-until=${until}`,
    });
    await scene.runFor(5 * DAY - HOUR);
    expect(scene.statusOf(old)).toBe('active');
    expect(notesOf(await scene.turn())).toContain(`superseded authorization ${old} is kept until ${until}`);
    await scene.runFor(2 * DAY);
    expect(scene.statusOf(old)).toBeUndefined();
  });
});

describe('a current token that somebody took away', () => {
  it('is replaced at once when it was deleted', async () => {
    await open();
    await scene.run();
    const id = await scene.currentId();
    await scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
    const turn = await scene.turn();
    expect(turn).toMatchObject({ state: 'acting', reason: `missing: the current authorization ${id} was deleted` });
    expect(await scene.works()).toBe(true);
  });

  it('is only reported when the configuration says so', async () => {
    await open({ onMissing: 'report' });
    await scene.run();
    const id = await scene.currentId();
    await scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
    const { counts, consumers } = await scene.run();
    expect(counts).toMatchObject({ blocked: 1, rotated: 0 });
    expect(consumers[0]?.reason).toContain('"onMissing" is "report", so it is not replaced');
  });

  it('blocks its consumer when it was switched off: nobody is given access that somebody took on purpose', async () => {
    await open();
    await scene.run();
    const id = await scene.currentId();
    await scene.setStatus(id, 'inactive');
    await scene.runFor(40 * DAY, DAY);
    expect(await scene.turn()).toMatchObject({
      state: 'blocked',
      reason: `the current authorization ${id} is inactive: somebody switched it off; have it replaced (rotate, with --force), or, if that was a mistake, switch it on again in InfluxDB (influx auth active --id ${id})`,
    });
    expect(scene.rows).toHaveLength(1);
    await scene.setStatus(id, 'active');
    expect((await scene.turn()).state).toBe('acting');
  });
});

describe('the limit of tokens that a run switches off', () => {
  const NAMED = ['a', 'b', 'c', 'd', 'e'];

  /** Five tokens that were replaced together, with a limit of two. */
  async function replacedTogether(): Promise<void> {
    const limits = { ...LIMITS, maxRetirementsPerRun: 2 };
    const consumers = NAMED.map((name) => aConsumer({ name }));
    scene = await Scene.open({ configuration: aConfiguration(consumers, { limits }) });
    await scene.run();
    scene.world.clock.advance(30 * DAY);
    await scene.run();
  }

  async function threeRuns(): Promise<RunReport[]> {
    const runs: RunReport[] = [];
    for (let run = 0; run < 3; run += 1) {
      runs.push(await scene.run());
      scene.world.clock.advance(HOUR);
    }
    return runs;
  }

  it('does not keep what was replaced together from ending together, as it was planned (I5)', async () => {
    await replacedTogether();
    scene.world.clock.advance(25 * HOUR);
    const [first] = await threeRuns();
    expect(first?.counts.switchedOff).toBe(5);
    expect(scene.auditor.violations).toEqual([]);
  });

  it('holds for what is due for longer than that, as after a jump of the clock: the oldest go first', async () => {
    await replacedTogether();
    scene.world.clock.advance(29 * HOUR);
    const runs = await threeRuns();
    expect(runs.map(({ counts }) => counts.switchedOff)).toEqual([2, 2, 1]);
    const [first] = runs;
    expect(first?.consumers.flatMap(({ notes }) => notes)).toHaveLength(3);
    expect(first && consumerIn(first, 'e').notes[0]?.note).toContain(
      'waits for the next run: this one has reached its limit of 2 tokens to switch off',
    );
  });

  it('holds when the grace period is shortened by mistake: most of it is long past then', async () => {
    await replacedTogether();
    scene.world.clock.advance(20 * HOUR);
    const { world } = scene;
    const consumers = world.configuration.consumers.map((each) => ({ ...each, gracePeriodMs: 2 * HOUR }));
    world.configuration = { ...world.configuration, consumers };
    expect((await threeRuns()).map(({ counts }) => counts.switchedOff)).toEqual([2, 2, 1]);
  });

  it('holds for retired consumers, whose tokens end because the configuration says so', async () => {
    await replacedTogether();
    const { world } = scene;
    const consumers = world.configuration.consumers.map((each) => ({ ...each, retired: true }));
    world.configuration = { ...world.configuration, consumers };
    world.clock.advance(25 * HOUR);
    // Of each consumer the current token, and the one before it.
    expect((await threeRuns()).map(({ counts }) => counts.switchedOff)).toEqual([2, 2, 2]);
  });
});

describe('the kinds of access', () => {
  it.each<[string, ConsumerSettings['access'], (orgId: string) => number]>([
    ['all-access', { kind: 'all-access' }, () => 20],
    ['operator', { kind: 'operator' }, () => 20],
    ['a raw list', { kind: 'permissions', permissions: [{ action: 'read', resource: { type: 'tasks' } }] }, () => 1],
  ])('%s is granted as it was asked for, and proven to work', async (_name, access, atLeast) => {
    await open({ access });
    await asOperator();
    expect((await scene.turn()).state).toBe('acting');
    const id = await scene.currentId();
    const row = scene.world.influxdb.store.storedAuthorizations().find((each) => each.id === id);
    expect(row?.permissions.length).toBeGreaterThanOrEqual(atLeast(scene.world.admin.orgId));
    expect(await scene.works()).toBe(true);
    scene.world.clock.advance(HOUR);
    expect((await scene.turn()).reason).toContain('next rotation in');
  });
});

it('lets the other consumers go on when one fails, and ends with one summary', async () => {
  scene = await Scene.open({ configuration: aConfiguration(['a', 'b', 'c'].map((name) => aConsumer({ name }))) });
  const { world } = scene;
  await put(world, 'influxdb/acme/b', 'not json');
  const { message, report } = await failureOf(world.run());
  expect(message).toMatch(
    /^1 of 3 consumers failed: b: the value of secret influxdb\/acme\/b is neither a JSON object nor a plain token/,
  );
  expect(report.counts).toMatchObject({ rotated: 2, failed: 1 });
});

it('a token key that changed is a reason to rotate: its readers find nothing until then', async () => {
  scene = await openServed();
  configure({ tokenKey: 'apiToken' });
  expect((await scene.turn()).reason).toBe('the secret holds no token under its key "apiToken"');
  expect(await scene.value()).toMatchObject({ apiToken: expect.any(String) });
});

it('two consumers whose owner is made for both are served by the same run', async () => {
  const owner = { owner: 'svc-new', createOwner: true };
  scene = await Scene.open({
    configuration: aConfiguration([aConsumer(owner), aConsumer({ ...owner, name: 'spare' })]),
  });
  expect((await scene.run()).counts).toMatchObject({ rotated: 2, failed: 0 });
});
