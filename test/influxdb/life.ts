import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Permission } from '../../lambda/config/permission.ts';
import type { ConsumerReport } from '../../lambda/engine/report/report.ts';
import { InfluxdbClient } from '../../lambda/influxdb/client.ts';
import { tryToGrant } from '../../lambda/influxdb/grant.ts';
import { bucketPermissions, describePermission } from '../../lambda/influxdb/permissions.ts';
import { MINUTE, SECOND } from '../builders/a-configuration.ts';
import { aTransport } from '../lambda/influxdb/a-client.ts';
import { Application } from './application.ts';
import { Stand } from './stand.ts';

/** What must hold on every InfluxDB, the embedded one and a real one alike. */
export function lifeTests(get: () => Stand): void {
  // The first two wait for the clock, each at a stand of its own, so they wait together.
  it.concurrent('rotates under load without one failed request, and ends the old tokens', async () => {
    const stand = get();
    await stand.run();
    const application = new Application(stand);
    const { token: oldest } = await stand.current();
    // It takes about a minute and a half; how long on a loaded machine, nobody knows.
    const endsAt = Date.now() + 5 * MINUTE;
    const isSeen = async () =>
      application.tokens.length > 2 && application.points > 20 && (await application.read(oldest)).status === 401;
    let rotations = 0;
    await application.during(async () => {
      while (Date.now() < endsAt && !(await isSeen())) {
        rotations += (await stand.run()).counts.rotated;
        await sleep(SECOND);
      }
    });
    expect(rotations).toBeGreaterThanOrEqual(2);
    expect(application.failures).toEqual([]);
    expect(application.points).toBeGreaterThan(20);
    const newest = application.tokens.at(-1) ?? '';
    expect(await application.read(newest)).toEqual({ status: 200, count: application.points });
    expect([await application.write(oldest), (await application.read(oldest)).status]).toEqual([401, 401]);
  });

  it.concurrent('is rotated by Secrets Manager under load, and so is its own token: no request fails, and the old ones end', async () => {
    const { url, operatorToken } = get().admin;
    const stand = await Stand.create(url, { operatorToken, serviced: true });
    try {
      await stand.rotateSecret();
      await stand.run();
      const application = new Application(stand);
      const old = { consumer: await stand.current(), self: await stand.own() };
      const statusOf = async ({ token }: { readonly token: string }) => (await application.read(token)).status;
      await application.during(async () => {
        await application.caughtUp();
        await stand.rotateSecret();
        const { counts } = await stand.run({ request: { action: 'rotate', consumers: ['self'], reason: 'a test' } });
        expect(counts.rotated).toBe(1);
        await stand.run();
        // Their grace periods have begun.
        expect([await statusOf(old.consumer), await statusOf(old.self)]).toEqual([200, 200]);
        await application.caughtUp();
        while ((await statusOf(old.consumer)) !== 401 || (await statusOf(old.self)) !== 401) {
          await stand.run();
          await sleep(SECOND);
        }
      });
      expect(application.failures).toEqual([]);
      expect(application.tokens).toEqual([old.consumer.token, (await stand.current()).token]);
      expect([await statusOf(await stand.current()), await statusOf(await stand.own())]).toEqual([200, 200]);
    } finally {
      await stand.close();
    }
  });

  it('lets the old token and the new one write and read side by side during the grace period', async () => {
    const stand = get();
    const application = new Application(stand);
    const old = await stand.current();
    while ((await stand.current()).id === old.id) {
      await sleep(SECOND);
      await stand.run();
    }
    const { count } = await application.read(old.token);
    application.points = count;
    for (const token of [old.token, (await stand.current()).token, old.token]) await application.useToken(token);
    expect(application.failures).toEqual([]);
  });

  it('takes commands under load: no request of an application that caches fails, and what leaked is refused', async () => {
    const stand = get();
    const application = new Application(stand);
    application.points = (await application.read((await stand.current()).token)).count;
    const ask = async (request: object) =>
      (await stand.run({ request: { reason: 'a test', ...request } })).consumers[0];
    const telegraf = { consumer: 'telegraf' };
    const rotate = { action: 'rotate', all: true };
    await application.during(async () => {
      // An older one may still be live, or young: then a second rotation waits.
      await untilDone(() => ask(rotate));
      await application.caughtUp();
      const { id } = await stand.current();
      expect(await ask({ action: 'reactivate', for: '10s', ...telegraf })).toMatchObject({
        why: { code: 'REACTIVATED' },
      });
      expect(await ask({ action: 'rollback', ...telegraf })).toMatchObject({ state: 'acting' });
      expect((await stand.current()).id).not.toBe(id);
      await application.caughtUp();
    });
    expect(application.failures).toEqual([]);
    const leaked = await stand.current();
    await untilDone(() => ask({ ...rotate, compromised: true }));
    // It was just given back, so it ends a little later: in this invocation, where that has the time, or in the next run.
    while ((await application.read(leaked.token)).status !== 401) {
      await stand.run();
      await sleep(SECOND);
    }
    await application.useToken((await stand.current()).token);
    expect(application.failures).toEqual([]);
  });

  it('leaves at most the current and the superseded token live, and only with the configured permissions', async () => {
    const rows = await get().rows();
    expect(rows.filter(({ status }) => status === 'active').length).toBeLessThanOrEqual(2);
    for (const { permissions } of rows) {
      expect(permissions).toHaveLength(2);
      for (const { resource } of permissions) expect(resource.id).toBe(get().bucketId);
    }
  });

  it('replaces a token that was deleted, and leaves one alone that was switched off', async () => {
    const stand = get();
    const { id } = await stand.current();
    await stand.admin.send('DELETE', `/api/v2/authorizations/${id}`);
    expect((await stand.run()).consumers[0]?.reason).toContain('missing');
    const replaced = await stand.current();
    expect(replaced.id).not.toBe(id);
    await stand.admin.send('PATCH', `/api/v2/authorizations/${replaced.id}`, { status: 'inactive' });
    expect((await stand.run()).consumers[0]?.state).toBe('blocked');
    await stand.admin.send('PATCH', `/api/v2/authorizations/${replaced.id}`, { status: 'active' });
  });

  it('finds that the user of an active authorization is deactivated, and that it is active again', async () => {
    const stand = get();
    const owner = stand.ownerId;
    const setUser = (status: string) => stand.admin.send('PATCH', `/api/v2/users/${owner}`, { status });
    // A version that was just made is not tried, and one that is due is replaced.
    const tried = async () => {
      for (;;) {
        const report = (await stand.run({ owner })).consumers[0];
        if (report?.proof !== undefined) return report;
        await sleep(SECOND);
      }
    };
    expect(await tried()).toMatchObject({ proof: { result: 'works', proven: 2, granted: 2 }, mayRotate: 'may' });
    await setUser('inactive');
    expect(await tried()).toMatchObject({ state: 'blocked', access: 'none', why: { code: 'CURRENT_REFUSED' } });
    await setUser('active');
    expect(await tried()).toMatchObject({ access: 'works', proof: { result: 'works' } });
  });

  it('tells each right that a rotator lacks to make a token, and makes none', async () => {
    const { admin, bucketId } = get();
    const { orgId } = admin;
    const userId = await admin.createUser(`svc-checked-${Date.now().toString(36)}`);
    const permissions = bucketPermissions(orgId, [bucketId], [bucketId]);
    const users: Permission = { action: 'write', resource: { type: 'users', id: userId } };
    const authorizations: Permission = { action: 'write', resource: { type: 'authorizations', orgID: orgId } };
    const needed = [authorizations, users, ...permissions];
    const grantOf = async (token: string) => {
      const transport = aTransport(admin.url);
      try {
        const wanted = { orgId, userId, description: 'is not made', permissions };
        return await tryToGrant(new InfluxdbClient(transport, token), wanted);
      } finally {
        await transport.close();
      }
    };
    const tokenWith = async (granted: readonly Permission[]) =>
      (await admin.createAuthorization({ userID: admin.userId, description: 'a rotator', permissions: granted })).token;
    for (const right of needed) {
      const token = await tokenWith(needed.filter((each) => each !== right));
      expect(await grantOf(token)).toEqual({ kind: 'may-not', right: describePermission(right) });
    }
    expect(await grantOf(await tokenWith(needed))).toEqual({ kind: 'may' });
    expect(await grantOf(admin.operatorToken)).toEqual({ kind: 'may' });
    const { authorizations: rows } = (await admin.send('GET', `/api/v2/authorizations?userID=${userId}`)) as {
      authorizations: unknown[];
    };
    expect(rows).toEqual([]);
  });

  it('makes what a check tries as it was asked for, and leaves nothing of it', async () => {
    const { url, operatorToken } = get().admin;
    const stand = await Stand.create(url, { operatorToken, serviced: true });
    try {
      const { consumers } = await stand.run({ request: { action: 'check' } });
      expect(consumers.map(({ consumer, trial }) => [consumer, trial?.result])).toEqual([
        ['self', 'made'],
        ['telegraf', 'made'],
      ]);
      expect(await stand.rows()).toEqual([]);
      await stand.rotateSecret();
      const again = await stand.run({ request: { action: 'check', consumers: ['telegraf'] } });
      expect(again.consumers).toMatchObject([{ trial: { result: 'made' } }]);
      expect((await stand.rows()).map(({ id }) => id)).toEqual([(await stand.current()).id]);
    } finally {
      await stand.close();
    }
  });
}

/** Repeats a command that waits for what another run did not long ago. */
async function untilDone(command: () => Promise<ConsumerReport | undefined>): Promise<void> {
  for (;;) {
    const report = await command().catch(() => undefined);
    if (report?.state === 'acting') return;
    await sleep(SECOND);
  }
}
