import { afterEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../../builders/a-configuration.ts';
import { consumerIn, Gate, landed, type Scene } from '../../../builders/a-scene.ts';
import { openServed } from '../../../builders/a-served-consumer.ts';

// A command meets a run, or another command, at the worst moment.

let scene: Scene;
afterEach(async () => {
  scene.auditor.inspect();
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

const PATCH = 'PATCH /api/v2/authorizations/{id}';
const why = { reason: 'a test' };
const rotate = { action: 'rotate', consumers: ['telegraf'], ...why };
const leaked = { ...rotate, compromised: true };
const rollback = { action: 'rollback', consumer: 'telegraf', ...why };
const reactivate = { action: 'reactivate', consumer: 'telegraf', for: '6h', ...why };

/** Token 0 was replaced by 1 this long ago. */
async function replaced(agoMs: number): Promise<{ zero: string; one: string }> {
  scene = await openServed();
  const zero = await scene.currentId();
  await scene.run(rotate);
  scene.auditor.inspect();
  scene.world.clock.advance(agoMs);
  return { zero, one: await scene.currentId() };
}

/** Holds up the n-th call of this operation until it is let go. */
function holdUp(operation: string, nth: number): Gate & { readonly reached: Promise<void> } {
  const gate = new Gate();
  let reach: () => void = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  let calls = 0;
  const { influxdb, secretsManager } = scene.world;
  for (const server of [influxdb, secretsManager])
    server.faults.intercept((call) => {
      if (call.operation !== operation) return undefined;
      calls += 1;
      if (calls !== nth) return undefined;
      return {
        before: () => {
          reach();
          return gate.opened;
        },
      };
    });
  return Object.assign(gate, { reached });
}

describe.each([
  ['F8', rollback],
  ['F9', reactivate],
] as const)('%s: a run is about to switch the older token off', (_label, command) => {
  it('its request lands after the command gave the token back: the command sees it, and does not say that it is done', async () => {
    const { zero, one } = await replaced(25 * HOUR);
    const gate = holdUp(PATCH, 1);
    const run = scene.run();
    await gate.reached;
    const answer = scene.run(command);
    // The command waits after its own request; the run's lands meanwhile.
    const { influxdb } = scene.world;
    influxdb.faults.intercept((call) => (call.operation === PATCH ? { after: async () => gate.open() } : undefined));
    const report = consumerIn(await answer);
    await run;
    await landed(influxdb);
    expect(report).toMatchObject({ state: 'failed', why: { code: 'NOT_REACTIVATED', authorizationId: zero } });
    expect(await scene.currentId()).toBe(one);
    expect(await scene.works()).toBe(true);
  });
});

it('G5: the grace period ends while the command’s request is under way: it decides after the answer, and waits', async () => {
  const { zero } = await replaced(24 * HOUR + 24 * MINUTE);
  const { influxdb, clock } = scene.world;
  influxdb.faults.add({ on: PATCH, before: async () => clock.advance(8 * SECOND + 2 * MINUTE) });
  const startedAt = clock.now();
  expect(consumerIn(await scene.run(reactivate))).toMatchObject({
    why: { code: 'REACTIVATED', authorizationId: zero },
  });
  expect(clock.now() - startedAt).toBeGreaterThan(7 * MINUTE);
});

it('G6, H19: the command waits for longer than a request can live', async () => {
  await replaced(25 * HOUR);
  const { clock, configuration } = scene.world;
  const startedAt = clock.now();
  await scene.run(reactivate);
  const { requestLifeMs, callTimeoutMs } = configuration.limits;
  expect(clock.now() - startedAt).toBeGreaterThan(requestLifeMs + 2 * callTimeoutMs);
});

describe('H16: the older token turns out to have leaked while a command gives it back', () => {
  it.each([
    ['rollback', rollback],
    ['reactivate', reactivate],
  ] as const)('%s looks again after its wait, and refuses', async (_name, command) => {
    const { zero } = await replaced(25 * HOUR);
    const { influxdb, clock } = scene.world;
    // It waits, too, at the same time.
    const waiting = { now: clock.now, timeout: clock.timeout, sleep: async () => {} };
    let first = true;
    influxdb.faults.intercept((call) => {
      if (call.operation !== PATCH || !first) return undefined;
      first = false;
      return {
        after: async () => {
          await scene.run(leaked, { clock: waiting });
        },
      };
    });
    const report = consumerIn(await scene.run(command));
    expect(report.state).toBe('failed');
    expect(['OLDER_TOKEN_COMPROMISED', 'NO_OLDER_TOKEN']).toContain(report.why.code);
    expect(await scene.currentId()).not.toBe(zero);
    expect(await scene.works()).toBe(true);
    scene.world.clock.advance(10 * MINUTE);
    await scene.run();
    expect(scene.statusOf(zero)).toBeUndefined();
  });
});

it.each([
  ['rollback', rollback],
  ['reactivate', reactivate],
] as const)(
  'H16: %s gives no token back while the current one is noted as leaked: all before it leaked, too',
  async (_name, command) => {
    const { zero, one } = await replaced(HOUR);
    await scene.runKilledAt((call) => call.operation === 'POST /api/v2/authorizations', 'before', leaked);
    const text = await scene.text();
    expect(consumerIn(await scene.run(command))).toMatchObject({
      state: 'failed',
      why: { code: 'OLDER_TOKEN_COMPROMISED', authorizationId: zero },
      actions: [],
    });
    expect(await scene.text()).toBe(text);
    await scene.run();
    expect(scene.rows.map(({ id }) => id)).not.toContain(zero);
    expect(scene.rows.map(({ id }) => id)).not.toContain(one);
    expect(await scene.works()).toBe(true);
  },
);

it('H17: killed before its promotion, a command for a leaked token is finished by the next run', async () => {
  scene = await openServed();
  const zero = await scene.currentId();
  await scene.runKilledAt((call) => call.operation === 'UpdateSecretVersionStage', 'before', leaked);
  scene.auditor.inspect();
  expect(await scene.currentId()).toBe(zero);
  await scene.run();
  expect(scene.statusOf(zero)).toBeUndefined();
  expect(await scene.works()).toBe(true);
});

it('H17: a command for a leaked token that loses its promotion to another starts again in the same run', async () => {
  scene = await openServed();
  scene.auditor = scene.auditor.copy({ maxLive: 4 });
  const zero = await scene.currentId();
  let first = true;
  scene.world.secretsManager.faults.intercept((call) => {
    if (call.operation !== 'UpdateSecretVersionStage' || !first) return undefined;
    first = false;
    return {
      before: async () => {
        await scene.edit({ note: 'somebody was faster' });
        scene.auditor.accept();
      },
    };
  });
  const report = consumerIn(await scene.run(leaked));
  expect(report.actions.filter(({ kind }) => kind === 'rotate').map(({ outcome }) => outcome)).toEqual([
    'failed',
    'done',
  ]);
  expect(scene.statusOf(zero)).toBeUndefined();
  expect(await scene.works()).toBe(true);
});

it('H18: the note of a leak lands after a rollback has looked: no run deletes the token that becomes current', async () => {
  const { zero } = await replaced(HOUR);
  scene.auditor = scene.auditor.copy({ maxLive: 3 });
  scene.watch();
  const { secretsManager, admin } = scene.world;
  let first = true;
  secretsManager.faults.intercept((call) => {
    if (call.operation !== 'UpdateSecretVersionStage' || !first) return undefined;
    first = false;
    return {
      before: async () => {
        const row = scene.rows.find(({ id }) => id === zero);
        const text = row?.description.replace(/(sha256=\w+)/, '$1 compromised=2026-01-01T00:00:00Z');
        await admin.send('PATCH', `/api/v2/authorizations/${zero}`, { description: text });
        scene.auditor.accept();
        await scene.run();
        expect(scene.statusOf(zero)).toBe('active');
      },
    };
  });
  await scene.run(rollback);
  expect(await scene.currentId()).toBe(zero);
  expect(await scene.works()).toBe(true);
  // The next run replaces it, and deletes it.
  await scene.run();
  expect(await scene.works()).toBe(true);
  scene.world.clock.advance(DAY);
  await scene.run();
  expect(scene.statusOf(zero)).toBeUndefined();
});

describe('H25: more tokens live than one mint may find beside itself', () => {
  it.each([
    ['an operator forced them', (): Promise<unknown> => forced(3)],
    ['whoever has the leaked token copied its marker', copied],
  ])('because %s: a leaked token is replaced and deleted all the same', async (_why, make) => {
    scene = await openServed();
    scene.auditor = scene.auditor.copy({ maxLive: 5 });
    await make();
    const report = consumerIn(await scene.run(leaked));
    expect(report.state).toBe('acting');
    expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
    expect(await scene.works()).toBe(true);
  });

  async function forced(times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      await scene.run({ ...rotate, force: true });
      scene.world.clock.advance(HOUR);
    }
  }

  async function copied(): Promise<void> {
    const marker = scene.rows[0]?.description.replace(/ sha256=.*/, '');
    for (let time = 0; time < 3; time += 1) await scene.tokenByHand(marker);
    scene.auditor.accept();
    scene.world.clock.advance(HOUR);
  }
});
