import { afterEach, describe, expect, it } from 'vitest';
import type { Permission } from '../../../lambda/config/permission.ts';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import { describePermission } from '../../../lambda/influxdb/permissions.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { consumerIn, Scene } from '../../builders/a-scene.ts';
import { setRotator } from '../../builders/a-world.ts';

let scene: Scene;
afterEach(() => scene.close());

/** By ids, so that no right is needed to look names up. */
async function open(rest: Parameters<typeof aConsumer>[0] = {}): Promise<void> {
  scene = await Scene.open({ configuration: aConfiguration([aConsumer(rest)]) });
  const { configuration, admin, userIds, bucketIds } = scene.world;
  const id = (bucket: string) => bucketIds.get(bucket) ?? bucket;
  const consumers = configuration.consumers.map((each) => ({
    ...each,
    owner: userIds.get(each.owner ?? '') ?? each.owner,
    access: { kind: 'buckets', read: [id('telemetry')], write: [id('telemetry')] } as const,
  }));
  scene.world.configuration = {
    ...configuration,
    influxdb: { ...configuration.influxdb, org: undefined, orgId: admin.orgId },
    consumers,
  };
}

function rotatorsPermissions(): readonly Permission[] {
  const row = scene.world.influxdb.store.tables.authorizations.get(scene.world.rotatorId);
  return (row?.permissions ?? []) as readonly Permission[];
}

/** What the plan says of rights; empty if all is well. */
function wordsOnRights(report: RunReport): string[] {
  const { obstacle, notes } = consumerIn(report);
  return [obstacle?.code, ...notes.map(({ code }) => code)].filter(
    (code) => code === 'RIGHT_MISSING' || code === 'RIGHTS_UNCHECKED',
  ) as string[];
}

const EVERY = [0, 1, 2, 3, 4, 5];

describe('a plan', () => {
  it.each(EVERY)(
    'says of each right of the rotator that it is missing, or that it cannot be seen: %d',
    async (index) => {
      await open();
      const all = rotatorsPermissions();
      expect(all).toHaveLength(EVERY.length);
      const left = all[index];
      setRotator(scene.world, { permissions: all.filter((each) => each !== left) });
      const report = await scene.run('plan');
      expect(wordsOnRights(report), left && describePermission(left)).not.toEqual([]);
      expect(scene.rows).toEqual([]);
    },
  );

  it.each(EVERY)(
    'of a due rotation that says nothing of rights is followed by a run that needs no other: %d',
    async (index) => {
      await open();
      await scene.run();
      scene.world.clock.advance(30 * DAY);
      const left = rotatorsPermissions()[index];
      setRotator(scene.world, { permissions: rotatorsPermissions().filter((each) => each !== left) });
      const words = wordsOnRights(await scene.run('plan'));
      if (words.length > 0) return;
      expect(consumerIn(await scene.run())).toMatchObject({ state: 'acting', errorCode: undefined });
    },
  );

  it('with all rights says nothing of them, before the first token and after it', async () => {
    await open();
    expect(wordsOnRights(await scene.run('plan'))).toEqual([]);
    await scene.run();
    expect(wordsOnRights(await scene.run('plan'))).toEqual([]);
    scene.world.clock.advance(30 * DAY);
    expect(wordsOnRights(await scene.run('plan'))).toEqual([]);
  });

  it("names the right, in InfluxDB's notation, and fails", async () => {
    await open();
    await scene.run();
    const userId = scene.world.userIds.get('svc-telegraf') ?? '';
    const permissions = rotatorsPermissions().filter(
      ({ action, resource }) => action !== 'write' || resource.type !== 'users',
    );
    setRotator(scene.world, { permissions });
    const consumer = consumerIn(await scene.run('plan'));
    expect(consumer).toMatchObject({
      state: 'failed',
      obstacle: { code: 'RIGHT_MISSING', right: `write:users/${userId}` },
    });
    expect(consumer.reason).toMatch(
      /^next rotation in .*, but the rotator's token lacks \{"action":"write","resource":\{"type":"users","id":"/,
    );
  });

  it.each(['ids', 'names'])(
    'lists the permissions that the rotator needs, as they are to be granted: by %s',
    async (by) => {
      if (by === 'ids') await open();
      else scene = await Scene.open({ configuration: aConfiguration([aConsumer(), aConsumer({ name: 'grafana' })]) });
      const notations = (permissions: readonly Permission[] = []) => permissions.map(describePermission).toSorted();
      expect(notations((await scene.run('plan')).rightsNeeded)).toEqual(notations(rotatorsPermissions()));
      for (const action of ['run', 'status'] as const)
        expect(notations((await scene.run(action)).rightsNeeded), action).toEqual(notations(rotatorsPermissions()));
    },
  );

  it('says for whom it cannot list them, since a name is not known', async () => {
    await open();
    const [consumer = aConsumer()] = scene.world.configuration.consumers;
    const lost = { ...consumer, name: 'lost', owner: 'nobody', secret: 'influxdb/acme/lost' };
    scene.world.configuration = { ...scene.world.configuration, consumers: [consumer, lost] };
    expect((await scene.run('plan')).rightsUnknownFor).toEqual(['lost']);
  });

  it('lists the right to look the org up, where its name is all that is configured', async () => {
    await open();
    const access = { kind: 'permissions', permissions: [{ action: 'read', resource: { type: 'tasks' } }] } as const;
    const { configuration, admin } = scene.world;
    const consumers = configuration.consumers.map((each) => ({ ...each, access }));
    const influxdb = { ...configuration.influxdb, org: 'acme', orgId: undefined };
    const org: Permission = { action: 'read', resource: { type: 'orgs', id: admin.orgId } };
    setRotator(scene.world, { permissions: [...rotatorsPermissions(), org] });
    scene.world.configuration = { ...configuration, influxdb, consumers };
    expect((await scene.run('plan')).rightsNeeded).toContainEqual(org);
    scene.world.configuration = { ...configuration, consumers };
    expect((await scene.run('plan')).rightsNeeded).not.toContainEqual(org);
  });

  it('names the right over a former owner, whose token is still to be ended', async () => {
    await open();
    await scene.run();
    const former = scene.world.userIds.get('svc-telegraf');
    const owner = await scene.world.admin.createUser('svc-other');
    const consumers = scene.world.configuration.consumers.map((each) => ({ ...each, owner }));
    scene.world.configuration = { ...scene.world.configuration, consumers };
    const over = (['read', 'write'] as const).map(
      (action): Permission => ({ action, resource: { type: 'users', id: owner } }),
    );
    setRotator(scene.world, { permissions: [...rotatorsPermissions(), ...over] });
    expect(wordsOnRights(await scene.run('plan'))).toEqual([]);
    const without = rotatorsPermissions().filter(
      ({ action, resource }) => action !== 'write' || resource.id !== former,
    );
    setRotator(scene.world, { permissions: without });
    expect(consumerIn(await scene.run('plan')).obstacle).toEqual({
      code: 'RIGHT_MISSING',
      right: `write:users/${former}`,
    });
  });

  it('makes nothing, whatever it asks', async () => {
    await open();
    await scene.run();
    const before = JSON.stringify(scene.world.influxdb.store.authorizations());
    await scene.run('plan');
    expect(JSON.stringify(scene.world.influxdb.store.authorizations())).toBe(before);
  });

  it("with an operator token as the rotator's sees that it may", async () => {
    await open();
    await scene.run();
    setRotator(scene.world, {
      permissions: ['authorizations', 'buckets', 'users', 'orgs'].flatMap((type) =>
        (['read', 'write'] as const).map((action) => ({ action, resource: { type } }) as Permission),
      ),
    });
    expect(wordsOnRights(await scene.run('plan'))).toEqual([]);
  });

  it.each([
    ['says nothing', { status: 503, body: '{"code":"unavailable","message":"busy"}' }],
    ['refuses for another reason', { status: 400, body: '{"code":"invalid","message":"unable to create token"}' }],
    ['is a proxy', { status: 403, body: '<html>no</html>' }],
  ])('says that it did not check where the server %s', async (_what, effect) => {
    await open();
    await scene.run();
    scene.world.influxdb.faults.add({ on: 'POST /api/v2/authorizations', times: 9, ...effect });
    expect(wordsOnRights(await scene.run('plan'))).toEqual(['RIGHTS_UNCHECKED']);
  });

  it('leaves nothing on a server that makes what is asked for, whatever it is', async () => {
    await open();
    await scene.run();
    const before = scene.rows.length;
    const { orgId } = scene.world.admin;
    const body = JSON.stringify({
      ...{
        id: '00000000000000aa',
        token: 'a-token-that-nobody-asked-for',
        status: 'inactive',
        description: '',
        permissions: [],
      },
      ...{
        orgID: orgId,
        userID: scene.world.userIds.get('svc-telegraf'),
        createdAt: '2026-01-01T00:00:00Z',
        updatedAt: '2026-01-01T00:00:00Z',
      },
    });
    scene.world.influxdb.faults.add({ on: 'POST /api/v2/authorizations', status: 201, body });
    scene.world.influxdb.calls.length = 0;
    expect(wordsOnRights(await scene.run('plan'))).toEqual(['RIGHTS_UNCHECKED']);
    expect(scene.world.influxdb.calls.map(({ path }) => path)).toContain('/api/v2/authorizations/00000000000000aa');
    expect(scene.rows.length).toBe(before);
  });

  it('says "may" of no consumer for which a right is missing or was not checked', async () => {
    await open();
    const all = rotatorsPermissions();
    expect(consumerIn(await scene.run('plan')).mayRotate).toBe('may');
    for (const left of all) {
      setRotator(scene.world, { permissions: all.filter((each) => each !== left) });
      expect(consumerIn(await scene.run('plan')).mayRotate, describePermission(left)).toBe('may-not');
    }
    setRotator(scene.world, { permissions: all });
    scene.world.influxdb.faults.add({ on: 'POST /api/v2/authorizations', times: 9, status: 503 });
    expect(consumerIn(await scene.run('plan')).mayRotate).toBe('unknown');
  });

  it('names the right to make an owner, over all users', async () => {
    await open();
    const access = { kind: 'buckets', read: [], write: [] } as const;
    const consumers = [aConsumer({ owner: 'svc-new', createOwner: true, access })];
    scene.world.configuration = { ...scene.world.configuration, consumers };
    expect(consumerIn(await scene.run('plan'))).toMatchObject({
      obstacle: { code: 'RIGHT_MISSING', right: 'write:users' },
      mayRotate: 'may-not',
    });
  });

  it('names the right without which a retired consumer cannot be ended', async () => {
    await open();
    await scene.run();
    const consumers = scene.world.configuration.consumers.map((each) => ({ ...each, retired: true }));
    scene.world.configuration = { ...scene.world.configuration, consumers };
    expect(wordsOnRights(await scene.run('plan'))).toEqual([]);
    const permissions = rotatorsPermissions().filter(
      ({ action, resource }) => action !== 'write' || resource.type !== 'users',
    );
    setRotator(scene.world, { permissions });
    const right = `write:users/${scene.world.userIds.get('svc-telegraf')}`;
    expect(consumerIn(await scene.run('plan')).obstacle).toEqual({ code: 'RIGHT_MISSING', right });
  });
});

describe('an ordinary run', () => {
  it('asks once a day for each consumer, and says only what is missing', async () => {
    await open({ probe: 'daily' });
    await scene.run();
    scene.world.influxdb.calls.length = 0;
    const asked = () =>
      scene.world.influxdb.calls.filter(({ operation }) => operation === 'POST /api/v2/authorizations').length;
    await scene.runFor(DAY);
    expect(asked()).toBe(1);
    const permissions = rotatorsPermissions().filter(
      ({ action, resource }) => action !== 'write' || resource.type !== 'users',
    );
    setRotator(scene.world, { permissions });
    const failed: string[] = [];
    for (let hour = 0; hour < 24; hour += 1) {
      scene.world.clock.advance(HOUR);
      const { state, obstacle } = consumerIn(await scene.run());
      if (state === 'failed') failed.push(String(obstacle?.code));
    }
    expect(failed).toEqual(['RIGHT_MISSING']);
  });

  it('and "status" ask nothing otherwise', async () => {
    await open();
    await scene.run();
    scene.world.influxdb.calls.length = 0;
    await scene.runFor(DAY);
    await scene.run('status');
    expect(scene.world.influxdb.calls.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it('that is idle lists the rights that are needed, without a call for it', async () => {
    await open();
    await scene.run();
    scene.world.clock.advance(HOUR);
    const before = scene.world.calls;
    const report = await scene.run();
    expect(report.rightsNeeded).toHaveLength(EVERY.length);
    // The secrets, and the authorizations.
    expect([consumerIn(report).state, scene.world.calls - before]).toEqual(['idle', 2]);
  });

  it('that ends before it knows any id says of whom it cannot tell', async () => {
    await open();
    scene.world.influxdb.faults.add({ on: 'GET /api/v2/authorizations', times: 99, status: 503 });
    const report = await scene.run();
    expect(report).toMatchObject({ rightsUnknownFor: ['telegraf'], errors: [{ code: 'INFLUXDB_UNANSWERED' }] });
    expect(report.rightsNeeded).toBeUndefined();
  });
});
