import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import type { World } from '../../../simulation/world.ts';
import { aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { aWorld, failureOf, madeIn, put, setRotator } from '../../builders/a-world.ts';

let world: World;
afterEach(() => world.close());

describe('a name that cannot be resolved', () => {
  it.each<[string, Partial<ConsumerSettings>, string]>([
    [
      'a bucket',
      { access: { kind: 'buckets', read: ['nosuch'], write: [] } },
      'bucket "nosuch" not found (org acme): create it, or correct the name',
    ],
    ['an owner', { owner: 'nobody' }, 'owner "nobody" does not exist: create the user, or set "createOwner": true'],
    [
      'a bucket with a space before it',
      { access: { kind: 'buckets', read: [' telemetry'], write: [] } },
      'bucket " telemetry" not found (org acme): remove the white space at the ends of the name, which InfluxDB takes as a part of it',
    ],
    [
      'an owner with a space after it',
      { owner: 'svc-telegraf ' },
      'owner "svc-telegraf " does not exist: remove the white space at the ends of the name, which InfluxDB takes as a part of it',
    ],
  ])('stops the minting for its consumer, never the retirement: %s', async (_name, change, text) => {
    world = await aWorld();
    await world.run();
    world.clock.advance(30 * DAY);
    await world.run();
    world.clock.advance(25 * HOUR);
    world.configuration = { ...world.configuration, consumers: [aConsumer(change)] };
    const { message, report } = await failureOf(world.run());
    expect(message).toContain(text);
    expect(report.counts.switchedOff).toBe(1);
  });

  it.each<[string, (action: string, type: string) => boolean, string]>([
    [
      'a bucket',
      (action, type) => action === 'read' && type === 'buckets',
      'the rotator\'s token may not read bucket "telemetry" of org acme, which exists: replace it with a token that also has {"action":"read","resource":{"type":"buckets","id":"<bucket id>","orgID":"<org id>"}}, as docs/rotator-token.md says; a plan with an operator\'s token lists all that is needed (rightsNeeded)',
    ],
    [
      'an owner',
      (_action, type) => type === 'users',
      'the rotator\'s token may not read owner "svc-telegraf", which exists: replace it with a token that also has {"action":"read","resource":{"type":"users","id":"<owner id>"}} and {"action":"write","resource":{"type":"users","id":"<owner id>"}}, as docs/rotator-token.md says; a plan with an operator\'s token lists all that is needed (rightsNeeded)',
    ],
  ])(
    'that may not be read is told from one that does not exist, with the permission: %s',
    async (_name, lacks, text) => {
      world = await aWorld();
      const { permissions } = world.influxdb.store.tables.authorizations.get(world.rotatorId) ?? { permissions: [] };
      setRotator(world, { permissions: permissions.filter(({ action, resource }) => !lacks(action, resource.type)) });
      const { report } = await failureOf(world.run());
      expect(report.consumers[0]?.obstacle ?? report.consumers[0]?.why).toMatchObject({
        code: 'NAME_UNRESOLVED',
        problem: text,
      });
      expect(madeIn(world)).toEqual([]);
    },
  );

  it('is found where InfluxDB does not mind the white space: that of an org', async () => {
    world = await aWorld();
    const influxdb = { ...world.configuration.influxdb, org: ' acme ' };
    world.configuration = { ...world.configuration, influxdb };
    await put(world, 'influxdb/rotator', JSON.stringify({ token: world.admin.operatorToken }));
    const [consumer = aConsumer()] = world.configuration.consumers;
    const permissions = [{ action: 'read', resource: { type: 'tasks' } }] as const;
    world.configuration = {
      ...world.configuration,
      consumers: [{ ...consumer, access: { kind: 'permissions', permissions } }],
    };
    expect((await world.run()).counts).toMatchObject({ rotated: 1, failed: 0 });
  });

  it('is asked for in the org, where its id is known', async () => {
    world = await aWorld();
    const { permissions } = world.influxdb.store.tables.authorizations.get(world.rotatorId) ?? { permissions: [] };
    setRotator(world, {
      permissions: permissions.filter(({ action, resource }) => action !== 'read' || resource.type !== 'buckets'),
    });
    const { orgId } = world.admin;
    const influxdb = { ...world.configuration.influxdb, org: undefined, orgId };
    world.configuration = { ...world.configuration, influxdb };
    expect((await failureOf(world.run())).message).toContain(
      `bucket "telemetry" of org ${orgId}, which exists: replace it with a token that also has {"action":"read","resource":{"type":"buckets","id":"<bucket id>","orgID":"${orgId}"}}`,
    );
  });

  it('is as good as none where the owner is deactivated: an alarm, and no mint that would only be undone', async () => {
    world = await aWorld();
    await world.run();
    const userId = world.influxdb.store.userNamed('svc-telegraf')?.id ?? '';
    await world.admin.send('PATCH', `/api/v2/users/${userId}`, { status: 'inactive' });
    world.influxdb.calls.length = 0;
    const why = 'owner "svc-telegraf" is deactivated, so that InfluxDB refuses all of its tokens: activate the user';
    const failure = await failureOf(world.run());
    expect(failure.message).toContain(why);
    expect(failure.report.counts.withoutAccess).toBe(1);
    world.clock.advance(31 * DAY);
    expect((await failureOf(world.run())).message).toContain(why);
    expect(world.influxdb.calls.filter(({ method }) => method === 'POST')).toEqual([]);
    await world.admin.send('PATCH', `/api/v2/users/${userId}`, { status: 'active' });
    expect((await world.run()).counts).toMatchObject({ rotated: 1, failed: 0 });
  });

  it.each([
    ['first', true],
    ['last', false],
  ])(
    'is made for whoever is allowed to, though another who is not asks for the same owner: %s',
    async (_when, first) => {
      const allowed = aConsumer({ owner: 'svc-new', createOwner: true });
      const other = aConsumer({ name: 'other', owner: 'svc-new' });
      world = await aWorld({ owner: 'svc-new', createOwner: true });
      await put(world, 'influxdb/rotator', JSON.stringify({ token: world.admin.operatorToken }));
      world.configuration = { ...world.configuration, consumers: first ? [allowed, other] : [other, allowed] };
      const { report } = await failureOf(world.run());
      expect(report.consumers.map(({ consumer, state }) => `${consumer}: ${state}`).sort()).toEqual([
        'other: failed',
        'telegraf: acting',
      ]);
    },
  );

  it('is made where the configuration allows it, and the rotator may', async () => {
    world = await aWorld({ owner: 'svc-new', createOwner: true });
    await put(world, 'influxdb/rotator', JSON.stringify({ token: world.admin.operatorToken }));
    expect((await world.run()).counts.rotated).toBe(1);
    expect(world.influxdb.store.userNamed('svc-new')).toBeDefined();
  });
});
