import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, it } from 'vitest';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { configure, openServed, spare, telegraf } from '../../builders/a-served-consumer.ts';

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

const idOf = (row: { readonly id: string }) => row.id;

it('the token of a former owner ends, though the value that named the owner was replaced by hand', async () => {
  scene = await openServed();
  const old = await scene.currentId();
  configure(scene, { owner: spare.owner });
  for (const url of ['https://one', 'https://two']) await scene.put(JSON.stringify({ url }));
  scene.auditor.accept();
  expect((await scene.turn()).reason).toContain('first token');
  // Nothing names its owner any more, so no ledger takes it: its marker alone is what it ends by.
  expect((await scene.value()).rotation.superseded).toEqual([]);
  expect((await scene.turn()).tokens).toContainEqual(expect.objectContaining({ authorizationId: old, role: 'stray' }));
  await scene.runFor(DAY);
  expect(scene.statusOf(old)).toBe('active');
  await scene.runFor(2 * DAY);
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
});

it('a live token that a dead run left is named by the version that replaces a missing one, however young it is', async () => {
  scene = await openServed();
  scene.auditor = scene.auditor.copy({ healthy: false });
  await scene.world.admin.send('DELETE', `/api/v2/authorizations/${await scene.currentId()}`);
  scene.auditor.accept();
  await scene.runKilledAt(({ operation }) => operation === 'PATCH /api/v2/authorizations/{id}', 'after');
  scene.auditor.inspect();
  const [left] = scene.rows;
  expect(left?.status).toBe('active');
  expect((await scene.turn()).reason).toContain('missing');
  expect((await scene.value()).rotation.superseded).toMatchObject([{ authorizationId: left?.id }]);
  await scene.runFor(4 * DAY);
  expect(scene.rows.map(({ id }) => id)).toEqual([await scene.currentId()]);
});

it('a living token is restored where somebody moves the label back to a version whose token is gone', async () => {
  scene = await openServed();
  const first = await scene.value();
  for (let rotation = 0; rotation < 3; rotation += 1) {
    scene.world.clock.advance(30 * DAY);
    await scene.run();
  }
  scene.auditor.inspect();
  const newest = await scene.currentId();
  expect(scene.statusOf(first.rotation.authorizationId)).toBeUndefined();
  const alive = scene.rows.map(idOf);
  scene.auditor = scene.auditor.copy({ healthy: false });
  await scene.moveLabel(first.rotation.id);
  scene.auditor.accept();
  expect((await scene.turn()).reason).toContain(`that of authorization ${newest} is restored`);
  expect(scene.rows.map(idOf)).toEqual(alive);
  expect(await scene.currentId()).toBe(newest);
  expect(await scene.works()).toBe(true);
  const named = (await scene.value()).rotation.superseded.map(({ authorizationId }) => authorizationId);
  expect(named).toEqual(alive.filter((id) => id !== newest));
  await scene.runFor(4 * DAY);
  expect(scene.rows.map(idOf)).toEqual([newest]);
});

it.each(['{}', '{"token":"of-somebody-else"}', undefined])(
  'of what two runs left that died over a first token, the newest is restored, and the other ends: value %s',
  async (value) => {
    scene = await Scene.open({ configuration: aConfiguration([telegraf]), initialValue: () => value });
    scene.auditor = scene.auditor.copy({ healthy: false });
    scene.world.clock.advance(HOUR);
    for (let death = 0; death < 2; death += 1) {
      await scene.runKilledAt(({ method }) => method === 'PATCH', 'after');
      scene.world.clock.advance(HOUR);
    }
    expect(scene.rows.map(({ status }) => status)).toEqual(['active', 'active']);
    const [other, newest] = scene.rows.map(idOf);
    expect((await scene.turn()).reason).toContain(`that of authorization ${newest} is restored`);
    expect(await scene.works()).toBe(true);
    expect((await scene.value()).rotation.superseded).toMatchObject([{ authorizationId: other }]);
    for (let run = 0; run < 3; run += 1) {
      scene.world.clock.advance(25 * HOUR);
      await scene.run();
      scene.auditor.inspect();
    }
    expect(await scene.works()).toBe(true);
    expect(scene.rows.map(idOf)).toEqual([newest]);
  },
);

it('a token of a former org ends, though the only list is that of the new one', async () => {
  scene = await openServed();
  const old = await scene.currentId();
  const { admin, influxdb } = scene.world;
  const { id: orgID } = (await admin.send('POST', '/api/v2/orgs', { name: 'other' })) as { id: string };
  const bucket = (await admin.send('POST', '/api/v2/buckets', { orgID, name: 'telemetry', retentionRules: [] })) as {
    id: string;
  };
  // The rotator may do in the new org what it may do in the old one.
  const rotator = influxdb.store.tables.authorizations.get(scene.world.rotatorId);
  if (rotator === undefined) throw new Error('no rotator');
  const inOther = rotator.permissions.map(({ action, resource }) => ({
    action,
    resource: {
      ...resource,
      ...(resource.orgID === undefined ? {} : { orgID }),
      ...(resource.type === 'buckets' ? { id: bucket.id } : {}),
    },
  }));
  influxdb.store.tables.authorizations.set(rotator.id, {
    ...rotator,
    permissions: [...rotator.permissions, ...inOther],
  });
  const { org: _org, ...connection } = scene.world.configuration.influxdb;
  scene.world.configuration = {
    ...scene.world.configuration,
    influxdb: { ...connection, org: undefined, orgId: orgID },
  };
  // Another consumer's secret has no document, so that the whole org is listed.
  scene.world.configuration = {
    ...scene.world.configuration,
    consumers: [telegraf, aConsumer({ name: 'spare', adopt: 'ffffffffffffffff', rotateEveryMs: 30 * DAY })],
  };
  scene.auditor.accept();
  await scene.world.secrets.send(new DeleteSecretCommand({ SecretId: spare.secret, RecoveryWindowInDays: 30 }));
  expect((await scene.turn()).reason).toBe('permissions changed');
  expect((await scene.value()).rotation.superseded.map(({ authorizationId }) => authorizationId)).toEqual([old]);
  await scene.runFor(3 * DAY);
  expect(scene.statusOf(old)).toBeUndefined();
});

it('a live token that overlapping runs left in no labelled version is named by the first run after the lease', async () => {
  scene = await openServed();
  scene.auditor = scene.auditor.copy({ healthy: false, maxLive: 3 });
  scene.world.clock.advance(30 * DAY);
  let raced = false;
  await scene.runKilledAt(({ operation }) => {
    if (operation !== 'PATCH /api/v2/authorizations/{id}' || raced) return false;
    raced = true;
    return true;
  }, 'after');
  const [left] = scene.rows.filter(({ status }) => status === 'active').slice(-1);
  // Another run had planned before that row was there: its put takes the label, and it wins.
  const hidden = scene.world.influxdb.store.tables.authorizations.get(left?.id ?? '');
  if (hidden === undefined) throw new Error('nothing was left');
  scene.world.influxdb.faults.add({
    on: 'GET /api/v2/authorizations',
    rewrite: (answer) => {
      const { authorizations, ...rest } = JSON.parse(String(answer.body)) as { authorizations: { id: string }[] };
      const seen = authorizations.filter(({ id }) => id !== hidden.id);
      return { ...answer, body: JSON.stringify({ ...rest, authorizations: seen }) };
    },
  });
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(HOUR);
  expect((await scene.turn()).actions).toMatchObject([{ kind: 'copy-forward', outcome: 'done' }]);
  for (let hour = 0; hour < 80; hour += 1) {
    scene.world.clock.advance(HOUR);
    await scene.run();
    scene.auditor.inspect();
  }
  expect(scene.rows.map(idOf)).toEqual([await scene.currentId()]);
});

it.each(['its value', 'the label'])(
  'the token of an owner who was configured for a while ends where %s was put back from it',
  async (what) => {
    scene = await openServed();
    const first = await scene.text();
    const { rotation } = await scene.value();
    configure(scene, { owner: spare.owner });
    scene.world.clock.advance(HOUR);
    await scene.run();
    const second = await scene.currentId();
    scene.world.clock.advance(HOUR);
    configure(scene, {});
    if (what === 'the label') await scene.moveLabel(rotation.id);
    else await scene.put(first);
    scene.auditor.accept();
    await scene.runFor(8 * DAY, 6 * HOUR);
    // How soon a superseded token ends is promised for secrets that nobody touches by hand.
    const { violations } = scene.auditor;
    violations.splice(0, violations.length, ...violations.filter((each) => !each.includes('outlived')));
    expect(scene.statusOf(second)).toBeUndefined();
    expect(scene.rows.map(idOf)).toEqual([await scene.currentId()]);
  },
);

it('an older value whose token is switched off by now is told from a switch by hand, and gets a token that works', async () => {
  scene = await openServed();
  const first = await scene.text();
  for (let rotation = 0; rotation < 2; rotation += 1) {
    scene.world.clock.advance(30 * DAY);
    await scene.run();
  }
  scene.world.clock.advance(25 * HOUR);
  await scene.run();
  await scene.put(first);
  scene.auditor.accept();
  await scene.run();
  expect(await scene.works()).toBe(true);
});
