import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../../lambda/config/configuration.ts';
import type { Fault } from '../../../../local/faults.ts';
import { aConfiguration, aConsumer, DAY, HOUR, LIMITS, MINUTE, SECOND } from '../../../builders/a-configuration.ts';
import { consumerIn, Gate, Scene } from '../../../builders/a-scene.ts';

// The traces by which earlier drafts of the protocol broke, as scenarios against the servers. 0, 1, 2: the tokens in
// the order in which they were minted.

const ACTIVATION = 'PATCH /api/v2/authorizations/{id}';
const DELETION = 'DELETE /api/v2/authorizations/{id}';
const MINT = 'POST /api/v2/authorizations';

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

async function open(settings: Partial<ConsumerSettings> = {}, initialValue: string | undefined = '{}'): Promise<void> {
  scene = await Scene.open({
    configuration: aConfiguration([aConsumer(settings)]),
    initialValue: () => initialValue,
  });
}

/** The request is sent, the caller gives up on it, and it takes effect when the gate is opened. */
function held(gate: Gate): Pick<Fault, 'before'> {
  return {
    before: () => {
      scene.world.clock.advance(LIMITS.callTimeoutMs + SECOND);
      return gate.opened;
    },
  };
}

/** Lets a request that was let go reach its end: real time, not simulated. */
const landing = () => new Promise((resolve) => setTimeout(resolve, 50));

function callsOf(operation: string): number {
  const { influxdb, secretsManager } = scene.world;
  return [...influxdb.calls, ...secretsManager.calls].filter((call) => call.operation === operation).length;
}

/** Token 0 is minted and settled, and its rotation due. */
async function withADueToken(settings: Partial<ConsumerSettings> = {}): Promise<string> {
  await open(settings);
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(30 * DAY);
  return scene.currentId();
}

describe('F1: the promotion', () => {
  it('that lands after its run had given up on it makes a token current that works', async () => {
    await withADueToken();
    const gate = new Gate();
    scene.world.secretsManager.faults.add({ on: 'UpdateSecretVersionStage', ...held(gate) });
    const report = await scene.run();
    expect(consumerIn(report).reason).toContain('the promotion was not answered, and may still take effect');
    const candidate = (await scene.value({ VersionStage: 'AWSPENDING' })).rotation.authorizationId;
    gate.open();
    await landing();
    scene.auditor.inspect();
    expect(await scene.currentId()).toBe(candidate);
    expect(await scene.works()).toBe(true);
    await scene.runFor(3 * DAY);
    expect(scene.rows.map(({ id }) => id)).toEqual([candidate]);
  });

  it('whose answer is lost is sent once, and found done by looking', async () => {
    const old = await withADueToken();
    scene.world.secretsManager.faults.add({ on: 'UpdateSecretVersionStage', loseAnswer: true });
    const before = callsOf('UpdateSecretVersionStage');
    expect((await scene.turn()).state).toBe('act');
    expect(callsOf('UpdateSecretVersionStage') - before).toBe(1);
    expect(await scene.currentId()).not.toBe(old);
    expect(await scene.works()).toBe(true);
  });
});

it('F2: an activation without an answer is never compensated, and lands on a token that is stored', async () => {
  await withADueToken();
  const gate = new Gate();
  scene.world.influxdb.faults.add({ on: ACTIVATION, times: Number.POSITIVE_INFINITY, ...held(gate) });
  expect((await scene.turn()).state).toBe('failed');
  expect(callsOf(DELETION)).toBe(0);
  gate.open();
  await landing();
  scene.auditor.inspect();
  const pending = await scene.value({ VersionStage: 'AWSPENDING' });
  expect(scene.statusOf(pending.rotation.authorizationId)).toBe('active');
  scene.world.influxdb.faults.clear();
  await scene.runFor(4 * DAY);
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
});

it('F3: a promotion that lands between the two reads of a run is seen, and its token is not swept', async () => {
  await withADueToken();
  const gate = new Gate();
  scene.world.secretsManager.faults.add({ on: 'UpdateSecretVersionStage', ...held(gate) });
  await scene.run();
  scene.world.clock.advance(LIMITS.leaseMs);
  scene.world.influxdb.faults.add({
    on: 'GET /api/v2/authorizations',
    before: async () => {
      gate.open();
      await landing();
    },
  });
  const turn = await scene.turn();
  expect(turn).toMatchObject({ state: 'changed', actions: [] });
  expect(await scene.works()).toBe(true);
  expect(callsOf(DELETION)).toBe(0);
});

it('F4: the grace period counts from the promotion, however long after the put that was', async () => {
  const old = await withADueToken();
  // The activation is put off by what is nearly the longest life of a request.
  scene.world.influxdb.faults.add({ on: ACTIVATION, status: 429, headers: { 'retry-after': '280' } });
  const begun = scene.world.clock.now();
  expect((await scene.turn()).state).toBe('act');
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

describe('F5: a secret that somebody edits in the console', () => {
  it('keeps its token: no rotation, and nothing is swept', async () => {
    await open({}, '{"url":"https://old"}');
    await scene.run();
    const id = await scene.currentId();
    scene.world.clock.advance(HOUR);
    await scene.edit({ url: 'https://new' });
    await scene.runFor(3 * DAY);
    expect(await scene.currentId()).toBe(id);
    expect(callsOf(MINT)).toBe(1);
    expect(callsOf(DELETION)).toBe(0);
  });

  it('with another token in it is rotated, and the token that it named keeps its grace period', async () => {
    await open();
    await scene.run();
    const { token, rotation } = await scene.value();
    scene.world.clock.advance(2 * HOUR);
    await scene.edit({ token: 'put-by-hand' });
    expect((await scene.turn()).reason).toBe('replaced by hand');
    const { superseded } = (await scene.value()).rotation;
    expect(superseded.map(({ authorizationId }) => authorizationId)).toEqual([rotation.authorizationId]);
    await scene.runFor(DAY);
    expect(scene.world.influxdb.store.statusOf(token)).toBe('active');
    await scene.runFor(3 * HOUR);
    expect(scene.world.influxdb.store.statusOf(token)).toBe('inactive');
  });
});

it('F6: a promoted version that still holds AWSPENDING is not abandoned after its label was moved back', async () => {
  await withADueToken();
  const first = await scene.value();
  await scene.run();
  const second = await scene.value();
  expect((await scene.value({ VersionStage: 'AWSPENDING' })).rotation.id).toBe(second.rotation.id);
  scene.world.clock.advance(2 * HOUR);
  await scene.moveLabel(first.rotation.id);
  await scene.runFor(DAY - HOUR);
  expect(scene.world.influxdb.store.statusOf(second.token)).toBe('active');
  expect(callsOf(DELETION)).toBe(0);
});

it('F7: a label that was moved back is repaired forward, and the newer token ends after its grace period', async () => {
  await withADueToken();
  const first = await scene.value();
  await scene.run();
  const second = await scene.value();
  scene.world.clock.advance(2 * HOUR);
  await scene.moveLabel(first.rotation.id);
  scene.world.clock.advance(HOUR);
  const turn = await scene.turn();
  expect(turn.actions).toMatchObject([{ kind: 'repair', outcome: 'done' }]);
  const repaired = await scene.value();
  expect(repaired.token).toBe(first.token);
  expect(repaired.rotation.superseded.map(({ authorizationId }) => authorizationId)).toEqual([
    second.rotation.authorizationId,
  ]);
  await scene.runFor(DAY);
  expect(scene.world.influxdb.store.statusOf(second.token)).toBe('active');
  await scene.runFor(3 * DAY);
  expect(scene.world.influxdb.store.statusOf(second.token)).not.toBe('active');
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
});

describe('F8, F9: somebody who acts on an old token between the decision of a run and its write', () => {
  const LOOK = 'GET /api/v2/authorizations/{id}';
  const KEEP = { status: 'active', keep: true };

  it.each([
    ['deactivate', 'keeps it', KEEP, 'is to be kept now'],
    ['deactivate', 'switches it off', { status: 'inactive' }, 'was switched off meanwhile'],
    ['delete', 'gives it back and keeps it', KEEP, 'is to be kept now'],
    ['delete', 'gives it back', { status: 'active' }, 'was switched on meanwhile'],
  ] as const)('a run about to %s it sees that somebody %s, and sends nothing', async (kind, _who, act, what) => {
    const old = await withADueToken();
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
        writes = callsOf(ACTIVATION) + callsOf(DELETION);
      },
    });
    const turn = await scene.turn();
    expect(turn).toMatchObject({ state: 'changed', actions: [{ kind, authorizationId: old, outcome: 'failed' }] });
    expect(turn.reason).toContain(what);
    expect(callsOf(ACTIVATION) + callsOf(DELETION)).toBe(writes);
    expect(scene.statusOf(old)).toBe(status);
    if ('keep' in act) {
      await scene.runFor(3 * DAY);
      expect(scene.statusOf(old)).toBe('active');
      expect(scene.auditor.violations.splice(0).filter((each) => !each.includes('outlived'))).toEqual([]);
    }
  });
});

it('F10: of two runs that find the secret empty, the slower one takes nothing from the faster', async () => {
  scene = await Scene.open({ configuration: aConfiguration(), initialValue: () => undefined });
  let faster: string | undefined;
  scene.world.secretsManager.faults.add({
    on: 'PutSecretValue',
    before: async () => {
      await scene.run();
      faster = await scene.currentId();
    },
  });
  await scene.run();
  scene.auditor.inspect();
  expect(await scene.currentId()).toBe(faster);
  expect(await scene.works()).toBe(true);
});

it('F12: an old token that somebody switches off inside its grace period is not deleted before it is over', async () => {
  const old = await withADueToken({ holdPeriodMs: HOUR });
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
    await withADueToken();
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
      ['deactivate', 'done'],
      ['rotate', 'done'],
    ]);
    expect(Math.max(...third)).toBe(2);
  });

  it('a retirement that fails ends the turn: nothing is minted', async () => {
    await withADueToken();
    await scene.run();
    scene.world.clock.advance(30 * DAY);
    scene.world.influxdb.faults.add({ on: ACTIVATION, status: 500, times: Number.POSITIVE_INFINITY });
    const minted = callsOf(MINT);
    const { actions } = await scene.turn();
    expect(actions.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ['deactivate', 'failed'],
      ['rotate', 'not-attempted'],
    ]);
    expect(callsOf(MINT)).toBe(minted);
    scene.auditor.violations.length = 0;
  });
});

it("F14: a dead run's put that lands late hides no live token: while its row is young, nothing is minted", async () => {
  await withADueToken();
  const gate = new Gate();
  await scene.runKilledAt(({ operation }) => operation === 'PutSecretValue', gate);
  const minted = callsOf(MINT);
  expect(await scene.turn()).toMatchObject({
    state: 'wait',
    reason: expect.stringContaining('is younger than the lease: a run may be at work on it'),
  });
  gate.open();
  await landing();
  expect((await scene.turn()).state).toBe('wait');
  expect(callsOf(MINT)).toBe(minted);
  await scene.runFor(3 * DAY);
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
});

it('F17: two stacks of the same name and consumer, but with secrets of their own, never touch each other', async () => {
  const [ours, theirs] = ['influxdb/acme/telegraf', 'influxdb/other/telegraf'].map((secret) => aConsumer({ secret }));
  if (ours === undefined || theirs === undefined) throw new Error('two consumers');
  const seeded = aConfiguration([ours, { ...theirs, name: 'other', owner: ours.owner }]);
  scene = await Scene.open({ configuration: seeded });
  const configured = (settings: ConsumerSettings) => ({ ...scene.world.configuration, consumers: [settings] });
  const stacks = [configured(ours), configured(theirs)];
  const tokens = new Set<string>();
  for (let day = 0; day < 70; day += 1) {
    for (const configuration of stacks) {
      scene.world.configuration = configuration;
      await scene.run();
      for (const { consumers } of stacks) {
        const secret = scene.world.secretsManager.store.secret(consumers[0]?.secret ?? '');
        const version = [...(secret?.versions.values() ?? [])].find(({ stages }) => stages.has('AWSCURRENT'));
        const { token } = JSON.parse(version?.value ?? '{}') as { token?: string };
        if (token === undefined) continue;
        tokens.add(token);
        expect(scene.world.influxdb.store.statusOf(token)).toBe('active');
      }
    }
    scene.world.clock.advance(DAY);
  }
  expect(tokens.size).toBe(6);
  expect(scene.rows.length).toBeLessThanOrEqual(4);
});

it('G1: edits in the console that renew the version every day do not keep a live stray, or put a rotation off, for ever', async () => {
  await withADueToken();
  await scene.runKilledAt(({ operation }) => operation === ACTIVATION, 'after');
  const stray = scene.rows.find(({ status, id }) => status === 'active' && id !== scene.rows[0]?.id)?.id ?? '';
  expect(stray).not.toBe('');
  for (let day = 0; day < 10; day += 1) {
    await scene.edit({ edited: day });
    scene.auditor.inspect();
    await scene.runFor(12 * HOUR);
  }
  expect(scene.statusOf(stray)).toBeUndefined();
  expect(callsOf(MINT)).toBe(3);
  expect(await scene.works()).toBe(true);
  // How soon a superseded token ends is promised for secrets that nobody touches by hand.
  const { violations } = scene.auditor;
  violations.splice(0, violations.length, ...violations.filter((each) => !each.includes('outlived')));
});

it('G2: a token that only a copied document names keeps its grace period, even if it is young and switched off', async () => {
  await open({ holdPeriodMs: HOUR });
  await scene.run();
  const first = await scene.value();
  scene.world.clock.advance(MINUTE);
  await scene.edit({ token: 'put-by-hand' });
  expect((await scene.turn()).reason).toBe('replaced by hand');
  const { superseded } = (await scene.value()).rotation;
  expect(superseded.map(({ authorizationId }) => authorizationId)).toEqual([first.rotation.authorizationId]);
  await scene.setStatus(first.rotation.authorizationId, 'inactive');
  await scene.runFor(DAY - HOUR);
  expect(scene.statusOf(first.rotation.authorizationId)).toBe('inactive');
  scene.auditor.violations.length = 0;
});

it('G3: a label moved back and forward again, without a run between, gives the old token a new grace period', async () => {
  await withADueToken();
  const first = await scene.value();
  await scene.run();
  const second = await scene.value();
  await scene.moveLabel(first.rotation.id);
  scene.world.clock.advance(LIMITS.leaseMs + 3 * DAY + HOUR);
  await scene.moveLabel(second.rotation.id);
  for (let hour = 0; hour < 23; hour += 1) {
    scene.world.clock.advance(HOUR);
    const turn = await scene.turn();
    expect(scene.world.influxdb.store.statusOf(first.token)).toBe('active');
    expect(turn.notes.join()).toContain('waiting for it to rest');
  }
  scene.world.clock.advance(2 * HOUR);
  await scene.run();
  expect(scene.world.influxdb.store.statusOf(first.token)).toBe('inactive');
  scene.auditor.violations.length = 0;
});

it('G4: a label moved back, then an edit: the newer token is not cut off without its grace period', async () => {
  await withADueToken();
  const first = await scene.value();
  await scene.run();
  const second = await scene.value();
  scene.world.clock.advance(2 * DAY);
  await scene.moveLabel(first.rotation.id);
  await scene.edit({ url: 'https://edited' });
  for (let hour = 0; hour < 23; hour += 1) {
    scene.world.clock.advance(HOUR);
    await scene.run();
    expect(scene.world.influxdb.store.statusOf(second.token)).toBe('active');
  }
  await scene.runFor(4 * DAY);
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
});

it('F11: what the ledger calls compromised is deleted at once by any later run, without its grace period', async () => {
  const old = await withADueToken();
  await scene.run();
  const value = await scene.value();
  const superseded = value.rotation.superseded.map((entry) => ({ ...entry, compromised: true }));
  await scene.put(JSON.stringify({ ...value, rotation: { ...value.rotation, superseded } }));
  scene.world.clock.advance(MINUTE);
  expect((await scene.turn()).actions).toMatchObject([{ kind: 'delete', authorizationId: old, outcome: 'done' }]);
  expect(scene.statusOf(old)).toBeUndefined();
  scene.auditor.violations.length = 0;
});

it('F15: of two runs whose puts take AWSPENDING from each other, the value of the live token stays readable', async () => {
  await withADueToken();
  const readable: boolean[] = [];
  scene.world.influxdb.faults.add({
    on: ACTIVATION,
    before: async () => {
      // Another run rotates from here to its end while this one is about to activate its own.
      await scene.run();
      const live = scene.rows.filter(({ status }) => status === 'active').map(({ id }) => id);
      const versions = [...(scene.world.secretsManager.store.secret(scene.secret)?.versions.values() ?? [])];
      for (const id of live) readable.push(versions.some(({ value }) => value?.includes(id)));
    },
  });
  await scene.run();
  expect(readable.every(Boolean)).toBe(true);
  await scene.runFor(4 * DAY);
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
});

describe('F18: no request outlives the lease', () => {
  it('every call that is tried again ends within the life of a request', async () => {
    await withADueToken();
    const { influxdb, clock } = scene.world;
    influxdb.faults.add({ on: ACTIVATION, status: 429, headers: { 'retry-after': '200' }, times: 9 });
    const begun = clock.now();
    await scene.run();
    const sent = influxdb.calls.filter(({ operation }) => operation === ACTIVATION).map(({ at }) => at - begun);
    expect(Math.max(...sent)).toBeLessThanOrEqual(LIMITS.requestLifeMs);
  });

  it('a run returns only when nothing of it is under way any more', async () => {
    await withADueToken();
    scene.world.influxdb.faults.add({ on: MINT, status: 500, times: 9 });
    await scene.run();
    const { influxdb, secretsManager } = scene.world;
    const before = scene.world.calls;
    await landing();
    expect(scene.world.calls).toBe(before);
    expect(influxdb.underWay() + secretsManager.underWay()).toBe(0);
  });
});

it('a deactivation that overlaps a deletion by hand brings the token back, dead and marked: the next run ends it', async () => {
  const old = await withADueToken();
  await scene.run();
  scene.world.clock.advance(25 * HOUR);
  scene.world.influxdb.store.betweenPatchReadAndWrite = async (id) => {
    scene.world.influxdb.store.betweenPatchReadAndWrite = undefined;
    await scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
    scene.auditor.accept();
    expect(scene.statusOf(old)).toBeUndefined();
  };
  expect((await scene.turn()).actions).toMatchObject([{ kind: 'deactivate', authorizationId: old, outcome: 'done' }]);
  scene.auditor.inspect();
  expect(scene.statusOf(old)).toBe('inactive');
  await scene.runFor(DAY + HOUR);
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
});
