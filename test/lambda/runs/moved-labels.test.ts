import { DeleteSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, it } from 'vitest';
import { SimulatedClock } from '../../../local/simulated-clock.ts';
import { aConfiguration, aConsumer, DAY, HOUR, MINUTE } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';
import { configure, openServed, spare, telegraf } from '../../builders/a-served-consumer.ts';

// What a review of the engine by fresh eyes found, each as the shortest sequence that showed it.

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

const idOf = (row: { readonly id: string }) => row.id;

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

it.each([
  ['a longer grace period', { gracePeriodMs: 7 * DAY, rotateEveryMs: 60 * DAY }],
  ['a later first run', { access: { kind: 'buckets', read: ['unknown'], write: [] } }],
] as const)('an adopted token that two consumers shared is kept for the one with %s', async (_name, theirs) => {
  scene = await Scene.open({ configuration: aConfiguration([telegraf, spare]) });
  const { admin, userIds } = scene.world;
  const shared = await admin.createAuthorization({
    userID: userIds.get(telegraf.owner ?? '') ?? '',
    description: 'made by hand',
    permissions: [{ action: 'read', resource: { type: 'buckets', orgID: admin.orgId } }],
  });
  for (const SecretId of [telegraf.secret, spare.secret])
    await scene.world.secrets.send(
      new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify({ token: shared.token }) }),
    );
  const shares = { adopt: shared.id, owner: telegraf.owner };
  const consumers = (change: object) => [aConsumer(shares), aConsumer({ ...shares, name: 'spare', ...change })];
  const set = (change: object) => {
    scene.world.configuration = { ...scene.world.configuration, consumers: consumers(change) };
    scene.auditor.accept();
  };
  const status = () => scene.world.influxdb.store.statusOf(shared.token);
  set(theirs);
  for (let hour = 0; hour < 36; hour += 1) {
    await scene.run();
    scene.world.clock.advance(HOUR);
  }
  expect(status()).toBe('active');
  set({});
  for (let hour = 0; hour < 23; hour += 1) {
    await scene.run();
    scene.world.clock.advance(HOUR);
    if ('access' in theirs) expect(status()).toBe('active');
  }
  await scene.runFor(4 * DAY);
  expect(status()).toBe('unknown');
  scene.auditor.violations.length = 0;
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
  expect((await scene.turn()).actions).toMatchObject([{ kind: 'repair', outcome: 'done' }]);
  for (let hour = 0; hour < 80; hour += 1) {
    scene.world.clock.advance(HOUR);
    await scene.run();
    scene.auditor.inspect();
  }
  expect(scene.rows.map(idOf)).toEqual([await scene.currentId()]);
});

it('a run whose clock is off replaces no working token: it would write down a wrong time of its end', async () => {
  scene = await openServed();
  configure(scene, { access: { kind: 'buckets', read: ['telemetry'], write: [] } });
  const clock = new SimulatedClock(scene.world.clock.now() - 6 * DAY);
  const report = await scene.run('run', { clock });
  expect(report.consumers[0]).toMatchObject({ state: 'wait', actions: [] });
  expect(scene.rows).toHaveLength(1);
});

it('a candidate that somebody made current by hand is not undone when its promotion is refused', async () => {
  scene = await openServed();
  scene.world.clock.advance(30 * DAY);
  scene.world.influxdb.faults.add({
    on: 'POST /api/v2/write',
    before: async () => {
      await scene.moveLabel((await scene.value({ VersionStage: 'AWSPENDING' })).rotation.id);
      scene.auditor.accept();
    },
  });
  expect((await scene.turn()).actions).toMatchObject([{ kind: 'rotate', outcome: 'done' }]);
  expect(await scene.works()).toBe(true);
});

it('a label that was moved back since the plan is seen before the deactivation, where that comes much later', async () => {
  scene = await openServed();
  const first = await scene.value();
  scene.world.clock.advance(30 * DAY);
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(25 * HOUR);
  const { secretsManager, clock } = scene.world;
  let looks = 0;
  secretsManager.faults.intercept(async ({ operation }) => {
    if (operation !== 'DescribeSecret') return undefined;
    looks += 1;
    if (looks > 1) return undefined;
    return {
      after: async () => {
        secretsManager.faults.clear();
        await scene.moveLabel(first.rotation.id);
        scene.auditor.accept();
        // The turns of other consumers take their time.
        setImmediate(() => clock.advance(MINUTE));
      },
    };
  });
  expect((await scene.turn()).state).toBe('changed');
  expect(await scene.works()).toBe(true);
  scene.auditor.violations.length = 0;
});

it('a token that lost its marker and then its secret to a value by hand still ends', async () => {
  scene = await openServed();
  const old = await scene.value();
  const path = `/api/v2/authorizations/${old.rotation.authorizationId}`;
  await scene.world.admin.send('PATCH', path, { description: 'renamed' });
  await scene.edit({ token: 'put-by-hand' });
  scene.auditor.accept();
  await scene.run();
  expect((await scene.value()).rotation.superseded).toMatchObject([
    { authorizationId: old.rotation.authorizationId, adopted: true },
  ]);
  await scene.runFor(3 * DAY);
  expect(scene.world.influxdb.store.statusOf(old.token)).toBe('unknown');
});

it("an id that somebody wrote in upper case is the same authorization's", async () => {
  scene = await openServed();
  const value = await scene.value();
  const authorizationId = value.rotation.authorizationId.toUpperCase();
  await scene.put(JSON.stringify({ ...value, rotation: { ...value.rotation, authorizationId } }));
  scene.auditor.accept();
  await scene.runFor(3 * DAY);
  expect(await scene.works()).toBe(true);
  expect(scene.rows.map(idOf)).toEqual([value.rotation.authorizationId]);
});

it('a token key that changed is a reason to rotate: its readers find nothing until then', async () => {
  scene = await openServed();
  configure(scene, { tokenKey: 'apiToken' });
  expect((await scene.turn()).reason).toBe('the secret holds no token under its key "apiToken"');
  expect(await scene.value()).toMatchObject({ apiToken: expect.any(String) });
  // The auditor looks under the usual key.
  scene.auditor.violations.length = 0;
});

it('two consumers whose owner is made for both are served by the same run', async () => {
  const owner = { owner: 'svc-new', createOwner: true };
  scene = await Scene.open({
    configuration: aConfiguration([
      { ...telegraf, ...owner },
      { ...spare, ...owner },
    ]),
  });
  expect((await scene.run()).counts).toMatchObject({ rotated: 2, failed: 0 });
});
