import { afterEach, describe, expect, it } from 'vitest';
import type { Permission } from '../../../../lambda/config/permission.ts';
import { tokenHash } from '../../../../lambda/engine/document/document.ts';
import { describePermission } from '../../../../lambda/influxdb/permissions.ts';
import { Auditor } from '../../../../simulation/auditor.ts';
import { aConsumer, DAY, HOUR, LIMITS, MINUTE } from '../../../builders/a-configuration.ts';
import { consumerIn, Gate, landed, type Scene } from '../../../builders/a-scene.ts';
import { PROMOTION } from '../../../builders/a-trace.ts';
import { openOwn } from '../../../builders/an-own-token.ts';

// Traces of the rotator's own token. 0: the first that the rotator made for itself, 1: the one after it.

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

/** 0 is current, and the rotation of the rotator's own token is due; the consumer's is not. */
async function openDue(self: Parameters<typeof openOwn>[1] = {}, rotateEveryMs = 900 * DAY): Promise<string> {
  scene = await openOwn([aConsumer({ rotateEveryMs })], self);
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(30 * DAY);
  return scene.currentId();
}

/** 1 is current, and 0 in its grace period. */
async function openRotated(): Promise<{ readonly zero: string; readonly one: string }> {
  const zero = await openDue();
  await scene.run();
  scene.auditor.inspect();
  return { zero, one: await scene.currentId() };
}

it('H1: a run that read 0 right before a late promotion keeps it for as long as it may live, and no longer', async () => {
  const zero = await openDue({ gracePeriod: '30m' }, 30 * DAY);
  const { clock } = scene.world;
  const putAt = clock.now();
  const gate = new Gate();
  await scene.runKilledAt(({ operation }) => operation === PROMOTION, gate);
  clock.set(putAt + LIMITS.functionTimeoutMs + LIMITS.requestLifeMs - MINUTE);
  // It reads 0; then the promotion lands, and it lives on until its time is over. Another run sees 1 meanwhile.
  let meanwhile = false;
  scene.world.influxdb.faults.intercept(({ operation }) => {
    if (operation !== 'POST /api/v2/authorizations' || !meanwhile) return undefined;
    meanwhile = false;
    return {
      before: async () => {
        scene.world.influxdb.faults.clear();
        await scene.run();
        scene.auditor.inspect();
      },
    };
  });
  scene.world.influxdb.faults.add({
    on: 'GET /api/v2/authorizations',
    before: async () => {
      gate.open();
      await landed(scene.world.secretsManager);
      meanwhile = true;
    },
  });
  const report = await scene.run('run', {
    log: (code, fields) => {
      if (code === 'ACTION_STARTED' && 'consumer' in fields && fields.consumer === 'telegraf')
        clock.advance(13 * MINUTE);
    },
  });
  expect(report.errors).toEqual([]);
  expect(scene.statusOf(zero)).toBe('active');
  const settled = putAt + LIMITS.leaseMs + 30 * MINUTE;
  clock.set(settled - MINUTE);
  await scene.run();
  expect(scene.statusOf(zero)).toBe('active');
  clock.set(settled + MINUTE);
  await scene.run();
  expect(scene.statusOf(zero)).toBe('inactive');
});

it('H2: 0 and its hash are pasted over the document of 1: what the run signs in with is not ended, and 1 neither', async () => {
  const zero = await openDue();
  const before = await scene.value();
  await scene.run();
  const { rotation } = await scene.value();
  await scene.edit({ token: before.token, rotation: { ...rotation, tokenHash: tokenHash(before.token) } });
  // 0 is the value again, 1 lives, and one more is made.
  scene.auditor = new Auditor(scene.world, { maxLive: 3, healthy: false });
  for (const hours of [40, 1, 30]) {
    scene.world.clock.advance(hours * HOUR);
    scene.watch();
    expect((await scene.run()).errors).toEqual([]);
    expect(await scene.works()).toBe(true);
  }
  expect(await scene.currentId()).not.toBe(zero);
  await scene.recover();
  const left = scene.rows.filter(({ description }) => description.includes('/self/')).map(({ id }) => id);
  expect(left).toEqual([await scene.currentId()]);
});

describe('H3: 1 is verified, and somebody puts its value into AWSCURRENT by hand', () => {
  it.each([
    ['alone', (token: string) => token],
    ['as people copy it', (token: string) => ` Token ${token}\n`],
    ['in JSON with a comment', (token: string) => `{"token": "${token}" /* new */}`],
  ])('%s: it is current, so nothing of it is undone', async (_name, text) => {
    await openDue();
    let pending = '';
    scene.world.secretsManager.faults.add({
      on: PROMOTION,
      before: async () => {
        pending = (await scene.value({ VersionStage: 'AWSPENDING' })).token;
        await scene.put(text(pending));
        scene.auditor.accept();
      },
    });
    expect(await scene.turn('self')).toMatchObject({ state: 'changed', errorCode: 'CHANGED_BEFORE_PROMOTION' });
    expect(scene.world.influxdb.store.statusOf(pending)).toBe('active');
    scene.world.clock.advance(HOUR);
    const { errors, consumers } = await scene.run();
    expect(errors).toEqual([]);
    expect(consumerIn({ consumers } as never, 'self').state).not.toBe('failed');
  });
});

describe('H4: the rights of the next token', () => {
  const grafana = aConsumer({ name: 'grafana', rotateEveryMs: 900 * DAY });
  const telegraf = aConsumer({ rotateEveryMs: 900 * DAY });
  const configure = (consumers: readonly (typeof grafana)[]) => {
    scene.world.configuration = { ...scene.world.configuration, consumers };
    scene.auditor.accept();
  };
  const rights = async () => {
    const { authorizations } = scene.world.influxdb.store.tables;
    const permissions = (authorizations.get(await scene.currentId())?.permissions ?? []) as readonly Permission[];
    return permissions.map(describePermission);
  };

  it('an owner whom the configuration dropped stays in them while a token of his is left, and is told before he goes', async () => {
    scene = await openOwn([telegraf, grafana]);
    await scene.run();
    const owner = scene.world.userIds.get('svc-grafana');
    const over = [`read:users/${owner}`, `write:users/${owner}`];
    configure([telegraf]);
    scene.world.clock.advance(HOUR);
    // Shrinking is no reason to rotate.
    expect((await scene.turn('self')).state).toBe('idle');
    scene.world.clock.advance(30 * DAY);
    expect(await scene.turn('self')).toMatchObject({ state: 'acting' });
    expect(await rights()).toEqual(expect.arrayContaining(over));

    configure([telegraf, { ...grafana, retired: true }]);
    await scene.recover();
    expect(await rights()).toEqual(expect.arrayContaining(over));
    configure([telegraf]);
    scene.world.clock.advance(25 * DAY);
    const said = consumerIn(await scene.run('plan'), 'self').notes;
    expect(said.map(({ code }) => code)).toEqual(['RIGHTS_SHRINK']);
    expect(said[0]?.note).toContain(
      `what the configuration does not need: {"action":"read","resource":{"type":"users","id":"${owner}"}}, {"action":"write",`,
    );
    scene.world.clock.advance(10 * DAY);
    await scene.run();
    expect((await rights()).filter((right) => over.includes(right))).toEqual([]);

    // The roll-out is reverted: only an operator can help.
    configure([telegraf, { ...grafana, owner: owner ?? '' }]);
    const { notes, state } = await scene.turn('self');
    expect({ state, codes: notes.map(({ code }) => code) }).toEqual({ state: 'idle', codes: ['OWN_RIGHTS_LACKING'] });
  });

  it('a first token without the right over its own user is told, and makes none that would be stuck', async () => {
    scene = await openOwn([telegraf], {}, { tokens: 'plain' });
    const { rotatorId, influxdb } = scene.world;
    const row = influxdb.store.tables.authorizations.get(rotatorId);
    if (row === undefined) throw new Error('the world has no rotator');
    const write = row.permissions.filter(({ action, resource }) => action === 'read' || resource.id !== row.userId);
    influxdb.store.tables.authorizations.set(rotatorId, { ...row, permissions: write });
    expect(await scene.turn('self')).toMatchObject({ state: 'failed', obstacle: { code: 'RIGHT_MISSING' } });
    expect(scene.rows.filter(({ description }) => description.includes('/self/'))).toEqual([]);
  });
});

it('S4: an operator token while a name is not resolved: what only the set-up can give is not asked for', async () => {
  const buckets = { kind: 'buckets', read: ['no-such-bucket'], write: [] } as const;
  scene = await openOwn([aConsumer()], {}, { tokens: 'plain' });
  const { rotatorId, influxdb, configuration } = scene.world;
  const row = influxdb.store.tables.authorizations.get(rotatorId);
  if (row === undefined) throw new Error('the world has no rotator');
  const setUp = { action: 'write', resource: { type: 'instance' } } as const;
  influxdb.store.tables.authorizations.set(rotatorId, { ...row, permissions: [...row.permissions, setUp] });
  scene.world.configuration = { ...configuration, consumers: [aConsumer({ access: buckets })] };
  expect(await scene.turn('self')).toMatchObject({ state: 'acting', errorCode: undefined });
  expect(await scene.works()).toBe(true);
});

it('S6: a ledger names a token of an owner whom somebody deleted: nothing can be made for him, and 1 is all the same', async () => {
  const zero = await openDue({}, 29 * DAY);
  const { world } = scene;
  await scene.run({ action: 'run', consumers: ['telegraf'] });
  await world.admin.send('DELETE', `/api/v2/users/${world.userIds.get('svc-telegraf')}`);
  scene.auditor.accept();
  expect(await scene.turn('self')).toMatchObject({ state: 'acting', errorCode: undefined });
  expect(await scene.currentId()).not.toBe(zero);
  expect(await scene.works()).toBe(true);
});

describe('H5: the label of the rotator’s secret is moved', () => {
  it('back to 0: 1 goes into the ledger, and ends', async () => {
    const { zero, one } = await openRotated();
    const { rotation } = await scene.value({ VersionStage: 'AWSPREVIOUS' });
    await scene.moveLabel(rotation.id);
    scene.auditor.accept();
    scene.world.clock.advance(HOUR);
    expect(await scene.turn('self')).toMatchObject({ state: 'acting', why: { code: 'LABEL_MOVED_BACK' } });
    const value = await scene.value();
    expect(value.rotation.authorizationId).toBe(zero);
    expect(value.rotation.superseded.map(({ authorizationId }) => authorizationId)).toContain(one);
    await scene.recover();
    await scene.recover();
    expect(scene.statusOf(one)).toBeUndefined();
    expect(await scene.works()).toBe(true);
  });

  it('back and forth: 0 is not cut off at once', async () => {
    const { zero, one } = await openRotated();
    scene.auditor = scene.auditor.copy({ healthy: false });
    const [v1, v0] = [await scene.value(), await scene.value({ VersionStage: 'AWSPREVIOUS' })];
    await scene.moveLabel(v0.rotation.id);
    scene.world.clock.advance(40 * HOUR);
    await scene.moveLabel(v1.rotation.id);
    scene.auditor.accept();
    scene.world.clock.advance(HOUR);
    await scene.run();
    expect(scene.statusOf(zero)).toBe('active');
    await scene.recover();
    expect([scene.statusOf(zero), scene.statusOf(one)]).toEqual([undefined, 'active']);
  });

  it('back between the plan and the switch-off: 0 is left alone', async () => {
    const { zero } = await openRotated();
    const { rotation } = await scene.value({ VersionStage: 'AWSPREVIOUS' });
    scene.world.clock.advance(25 * HOUR);
    const { clock, secretsManager } = scene.world;
    let looks = 0;
    secretsManager.faults.intercept(({ operation }) => {
      if (operation !== 'DescribeSecret') return undefined;
      looks += 1;
      if (looks > 1) return undefined;
      return {
        after: async () => {
          await scene.moveLabel(rotation.id);
          scene.auditor.accept();
          setImmediate(() => clock.advance(2 * MINUTE));
        },
      };
    });
    expect((await scene.turn('self')).state).toBe('changed');
    expect(scene.statusOf(zero)).toBe('active');
    scene.auditor.violations.length = 0;
  });
});

describe('H6: the token that the run signs in with leaked', () => {
  const leak = async () => {
    const { rotation } = await scene.value();
    const { authorizationId, userId } = rotation as typeof rotation & { userId: string };
    const since = new Date(scene.world.clock.now()).toISOString();
    const entry = { authorizationId, userId, since, compromised: true };
    await scene.edit({ rotation: { ...rotation, superseded: [...rotation.superseded, entry] } });
    scene.auditor.accept();
    return authorizationId;
  };

  it('the run replaces it, signs in anew, and ends it; the consumers are served with the new one', async () => {
    scene = await openOwn();
    await scene.run();
    scene.world.clock.advance(30 * DAY - HOUR);
    const leaked = await leak();
    scene.world.clock.advance(HOUR);
    const report = await scene.run();
    expect(report.errors).toEqual([]);
    expect(consumerIn(report, 'self').actions.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      'rotate done',
      'delete done',
    ]);
    expect(consumerIn(report)).toMatchObject({ state: 'acting', access: 'works' });
    expect(scene.statusOf(leaked)).toBeUndefined();
    expect(await scene.works()).toBe(true);
  });

  it('and cannot be replaced: it is not ended, and the consumers are served', async () => {
    scene = await openOwn();
    await scene.run();
    const leaked = await leak();
    scene.world.clock.advance(HOUR);
    scene.world.secretsManager.faults.add({ on: PROMOTION, status: 400, times: 9 });
    const report = await scene.run();
    expect(consumerIn(report, 'self').state).toBe('failed');
    expect(consumerIn(report).state).toBe('idle');
    expect(scene.statusOf(leaked)).toBe('active');
    expect((await scene.recover()).works).toBe(true);
    expect(scene.statusOf(leaked)).toBeUndefined();
    // A leaked token has no grace period.
    const violations = scene.auditor.violations.splice(0);
    expect(violations.filter((each) => !each.includes('inside its grace period'))).toEqual([]);
  });
});

describe('H7: InfluxDB refuses the token under AWSCURRENT', () => {
  it('that under AWSPREVIOUS works: the one error says how to go back, and the next run does', async () => {
    const { one } = await openRotated();
    await scene.setStatus(one, 'inactive');
    scene.auditor.accept();
    const before = [await scene.text(), JSON.stringify(scene.rows)];
    const { errors } = await scene.run();
    expect(errors).toHaveLength(1);
    const { code, message } = errors[0] ?? { code: '', message: '' };
    expect(code).toBe('ROTATOR_REJECTED');
    const [, to = ''] = /--move-to-version-id (\S+) --remove-from-version-id [^\s)]+\)$/.exec(message) ?? [];
    expect(message).toMatch(
      /^InfluxDB refuses the rotator's own token \(401 token is inactive\): the token under AWSPREVIOUS works: if nobody stopped the rotator on purpose, move the label/,
    );
    expect([await scene.text(), JSON.stringify(scene.rows)]).toEqual(before);
    await scene.moveLabel(to);
    scene.auditor.accept();
    scene.world.clock.advance(HOUR);
    expect((await scene.run()).errors).toEqual([]);
    expect((await scene.recover()).works).toBe(true);
  });

  it('none works: the one error says how to make another', async () => {
    const { zero, one } = await openRotated();
    for (const id of [zero, one]) await scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
    scene.auditor.accept();
    const { errors } = await scene.run();
    expect(errors.map(({ code }) => code)).toEqual(['ROTATOR_REJECTED']);
    expect(errors[0]?.message).toMatch(
      /: make it a new token, as docs\/rotator-token.md says, and store it in secret influxdb\/rotator$/,
    );
  });

  it('only at the end of a run, since another has replaced it: the one error says that the next run signs in anew', async () => {
    const zero = await openDue({}, 30 * DAY);
    scene.world.influxdb.faults.add({
      ...{ on: 'POST /api/v2/authorizations', skip: 3 },
      before: async () => {
        scene.world.influxdb.faults.clear();
        await scene.world.admin.send('DELETE', `/api/v2/authorizations/${zero}`);
        scene.auditor.accept();
      },
    });
    const report = await scene.run();
    expect(report.errors.map(({ code }) => code)).toEqual(['ROTATOR_REJECTED']);
    expect(report.errors[0]?.message).toMatch(
      /: secret influxdb\/rotator holds another token by now, which works: the next run signs in with it$/,
    );
    expect((await scene.run()).errors).toEqual([]);
  });

  it('and Secrets Manager says nothing: the error is the one that there is', async () => {
    const { one } = await openRotated();
    await scene.setStatus(one, 'inactive');
    scene.auditor.accept();
    scene.world.secretsManager.faults.add({ on: 'GetSecretValue', status: 400, times: 9 });
    const { errors } = await scene.run();
    expect(errors.map(({ code }) => code)).toEqual(['ROTATOR_REJECTED']);
  });
});
