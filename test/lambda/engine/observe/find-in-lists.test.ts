import { afterEach, describe, expect, it } from 'vitest';
import { CONCURRENCY } from '../../../../lambda/calls/side-by-side.ts';
import type { ConsumerSettings } from '../../../../lambda/config/configuration.ts';
import type { Permission } from '../../../../lambda/config/permission.ts';
import { findInLists } from '../../../../lambda/engine/observe/find-in-lists.ts';
import { Resolver } from '../../../../lambda/engine/observe/resolve-names.ts';
import type { World } from '../../../../simulation/world.ts';
import { aConsumer } from '../../../builders/a-configuration.ts';
import { type OpenServices, servicesOf } from '../../../builders/a-services.ts';
import { aWorld, setRotator } from '../../../builders/a-world.ts';

let world: World;
let services: OpenServices;

const ALL: readonly Permission[] = [
  { action: 'read', resource: { type: 'users' } },
  { action: 'read', resource: { type: 'buckets' } },
];

async function open(): Promise<void> {
  world = await aWorld();
  services = servicesOf(world);
  setRotator(world, { permissions: ALL });
}

const bucket = (name: string, orgId = world.admin.orgId) =>
  world.influxdb.store.addBucket(
    { ...{ name, orgId, type: 'user', retentionPolicy: '', description: '' }, retentionSeconds: 0 } as const,
    0,
  );
const user = (name: string, status = 'active') => world.influxdb.store.addUser({ name, oauthId: undefined, status });

/** So many consumers, each with an owner and a bucket of its own, which exist. */
function consumers(count: number, prefix = 'c'): ConsumerSettings[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `${prefix}${index}`;
    user(name);
    bucket(name);
    return aConsumer({ name, owner: name, access: { kind: 'buckets', read: [name], write: [name] } });
  });
}

/** Looks all of them up. */
async function resolved(of: readonly ConsumerSettings[]) {
  world.influxdb.calls.length = 0;
  const settings = { ...world.configuration.influxdb, org: 'acme' };
  const targets = await new Resolver(settings, services.influxdb).resolveAll(of);
  const problems = [...targets.values()].flatMap((each) => (each.kind === 'unresolved' ? each.problem : []));
  return { targets, problems, calls: world.influxdb.calls.length };
}

/** What one look-up a name says, of the users and buckets as the servers have them. */
function expected(of: readonly ConsumerSettings[]) {
  const { store } = world.influxdb;
  return of.map(({ owner = '', access }) => ({
    userId: store.userNamed(owner)?.id,
    buckets: access.kind === 'buckets' ? access.read.map((name) => store.bucketNamed(world.admin.orgId, name)?.id) : [],
  }));
}

function got(targets: Awaited<ReturnType<typeof resolved>>['targets']) {
  return [...targets.values()].map((target) => {
    if (target.kind === 'unresolved') return target.problem;
    const reads = target.grant('').filter(({ action }) => action === 'read');
    return { userId: target.userId, buckets: reads.map(({ resource }) => resource.id) };
  });
}

describe('names are looked up', () => {
  afterEach(async () => {
    await services.close();
    await world.close();
  });
  it.each([
    // Beside the names, an instance has three users and four buckets.
    [19, 2 * 19],
    [20, 2],
    [96, 2],
    [100, 4],
    [500, 12],
    [2000, 42],
  ])('of %d consumers with an owner and a bucket each, in %d calls', async (count, calls) => {
    await open();
    const of = consumers(count);
    const { targets, ...rest } = await resolved(of);
    expect(rest).toEqual({ problems: [], calls });
    expect(got(targets)).toEqual(expected(of));
  });

  it('in the same lists by a rotator that may read nothing but them', async () => {
    await open();
    const of = consumers(300);
    const permissions = expected(of).flatMap(({ userId, buckets }): Permission[] => [
      { action: 'read', resource: { type: 'users', id: userId ?? '' } },
      { action: 'read', resource: { type: 'buckets', id: buckets[0] ?? '', orgID: world.admin.orgId } },
    ]);
    setRotator(world, { permissions });
    const { targets, ...rest } = await resolved(of);
    expect(rest).toEqual({ problems: [], calls: 8 });
    expect(got(targets)).toEqual(expected(of));
  });

  it('once, however many consumers have the same', async () => {
    await open();
    const [first] = consumers(1);
    const of = Array.from({ length: 200 }, (_, index) => aConsumer({ ...first, name: `same${index}` }));
    expect(await resolved(of)).toMatchObject({ problems: [], calls: 2 });
  });

  it('one by one where the org and the instance are full of what others have', async () => {
    await open();
    for (let index = 0; index < 3000; index += 1) {
      user(`a-foreign-${index}`);
      bucket(`a-foreign-${index}`);
    }
    const of = consumers(60, 'z');
    const { targets, ...rest } = await resolved(of);
    // Three pages of each list are in vain.
    expect(rest).toEqual({ problems: [], calls: 2 * (60 + 3) });
    expect(got(targets)).toEqual(expected(of));
  });

  it('in lists where others have as much', async () => {
    await open();
    const of = Array.from({ length: 5 }, (_, part) => {
      for (let index = 0; index < 100; index += 1) user(`foreign-${part}-${index}`);
      return consumers(100, `c${part}-`);
    }).flat();
    const { targets, ...rest } = await resolved(of);
    expect(rest).toEqual({ problems: [], calls: 11 + 6 });
    expect(got(targets)).toEqual(expected(of));
  });

  it('and what a list does not show is asked for by itself: it may be absent, out of sight, or deactivated', async () => {
    await open();
    const of = consumers(100);
    const { store } = world.influxdb;
    const [absent, unseen, inactive] = ['c7', 'c8', 'c9'].map((name) => store.userNamed(name));
    store.tables.users.delete(absent?.id ?? '');
    store.tables.users.set(inactive?.id ?? '', {
      ...user('c9-before'),
      id: inactive?.id ?? '',
      name: 'c9',
      status: 'inactive',
    });
    store.tables.buckets.delete(store.bucketNamed(world.admin.orgId, 'c6')?.id ?? '');
    const seen = [...store.tables.users.values()].filter(({ id }) => id !== unseen?.id);
    const users = seen.map(({ id }): Permission => ({ action: 'read', resource: { type: 'users', id } }));
    setRotator(world, { permissions: [...users, ...ALL.slice(1)] });
    const { problems } = await resolved(of);
    expect(problems).toEqual([
      expect.stringMatching(/bucket "c6" not found/),
      expect.stringMatching(/owner "c7" does not exist/),
      expect.stringMatching(/may not read owner "c8", which exists/),
      expect.stringMatching(/owner "c9" is deactivated/),
    ]);
  });

  it('by exactly the name, of the org that is configured', async () => {
    await open();
    const names = ['a/b', 'a%2Fb', "'a' `b`", 'a\nb', 'a\u0000b', '\u{1f525}', 'u\u0308ber', 'a?name=b&x', 'a+b', '..'];
    const more = [' a ', 'A', 'a', '*', 'null', 'constructor', '0x0123456789abcd', 'x'.repeat(512), '<b>\\', 'ab '];
    const other = world.influxdb.store.addOrg('other', '', world.admin.userId).id;
    for (const name of [...names, ...more]) {
      for (const alike of new Set([
        name.trim(),
        name.normalize('NFC'),
        name.toUpperCase(),
        name.replaceAll('+', ' '),
      ])) {
        if ([...names, ...more].includes(alike)) continue;
        user(alike);
        bucket(alike);
      }
      bucket(name, other);
      user(name);
      bucket(name);
    }
    const of = [...names, ...more].map((name, index) =>
      aConsumer({ name: `odd${index}`, owner: name, access: { kind: 'buckets', read: [name], write: [] } }),
    );
    const { targets, ...rest } = await resolved(of);
    expect(rest).toEqual({ problems: [], calls: 2 });
    expect(got(targets)).toEqual(expected(of));
  });

  it('one by one where the lists are refused', async () => {
    await open();
    const of = consumers(30);
    const { faults } = world.influxdb;
    for (const what of ['users', 'buckets']) faults.add({ on: `GET /api/v2/${what}`, status: 403 });
    const { targets, ...rest } = await resolved(of);
    expect(rest).toEqual({ problems: [], calls: 2 + 60 });
    expect(got(targets)).toEqual(expected(of));
  });
});

describe('a search in lists', () => {
  const rowsOf = (names: readonly string[]) => names.map((name, index) => ({ id: `${index}`, name }));
  const names = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `n${from + index}`);
  /** What was found, and from which offsets the list was asked for. */
  async function search(wanted: readonly string[], page: (offset: number) => readonly { id: string; name: string }[]) {
    const offsets: number[] = [];
    const ask = async (offset: number) => {
      offsets.push(offset);
      return page(offset);
    };
    const found = await findInLists(new Set(wanted), ask, () => false);
    return { found: [...found.keys()], offsets };
  }

  it('ends where the server knows no pages, as old ones for users', async () => {
    const rows = rowsOf(names(20));
    expect(await search(names(300), () => rows)).toEqual({ found: names(20), offsets: [0, 100, 200, 300] });
  });

  it('goes on behind a page of which nothing may be read but what others have', async () => {
    const page = (offset: number) => (offset === 100 ? [{ id: 'x', name: 'x' }] : rowsOf(names(100, offset)));
    const { found, offsets } = await search([...names(100), ...names(100, 200)], (offset) =>
      page(offset).map((row) => ({ ...row, id: `${offset}${row.id}` })),
    );
    expect([found.length, offsets]).toEqual([200, [0, 100, 200]]);
  });

  it('does not take one of two that have the same name', async () => {
    const page = (offset: number) =>
      offset === 0 ? [...rowsOf(names(100)), { id: 'again', name: 'n7' }] : ([] as ReturnType<typeof rowsOf>);
    expect((await search(names(100), page)).found).toEqual(names(100).filter((name) => name !== 'n7'));
  });

  it('leaves the rest when there is no time for another page', async () => {
    let asked = 0;
    const page = async (offset: number) => {
      asked += 1;
      return rowsOf(names(100, offset)).map((row) => ({ ...row, id: `${offset}${row.id}` }));
    };
    const found = await findInLists(new Set(names(5000)), page, () => asked > 1);
    expect([asked, found.size]).toEqual([1 + CONCURRENCY, 100 * (1 + CONCURRENCY)]);
  });

  // Bounds: found names spare more calls than pages cost, and one in 20 is in vain.
  it.each([20, 50, 500, 5000])('costs at most a twentieth more than %d names one by one', async (count) => {
    for (const share of [0, 0.5, 1, 2, 10]) {
      let next = 0;
      const page = (offset: number) => {
        const hits = Array.from({ length: 100 }, (_, row) => (row * share) % 100 < share && next < count);
        return hits.map((hit, row) => ({ id: `${offset + row}`, name: hit ? `n${next++}` : `foreign${offset + row}` }));
      };
      const { found, offsets } = await search(names(count), page);
      const calls = offsets.length + count - found.length;
      expect(calls).toBeLessThanOrEqual(count + Math.ceil(count / 20) + Math.min(CONCURRENCY, Math.ceil(count / 100)));
    }
  });
});
