import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { MINUTE, SECOND } from '../builders/a-configuration.ts';
import { Application } from './application.ts';
import type { Stand } from './stand.ts';

/** What must hold on every InfluxDB, the embedded one and a real one alike. */
export function lifeTests(get: () => Stand): void {
  it('rotates under load without one failed request, and ends the old tokens', async () => {
    const stand = get();
    await stand.run();
    const application = new Application(stand);
    const { token: oldest } = await stand.current();
    // It takes about a minute and a half; how long on a loaded machine, nobody knows.
    const endsAt = Date.now() + 5 * MINUTE;
    const isSeen = async () =>
      application.tokens.length > 2 && application.points > 20 && (await application.read(oldest)).status === 401;
    let done = false;
    const working = (async () => {
      while (!done) await application.work();
    })();
    let rotations = 0;
    try {
      while (Date.now() < endsAt && !(await isSeen())) {
        rotations += (await stand.run()).counts.rotated;
        await sleep(SECOND);
      }
    } finally {
      // A run that fails must not leave it at work, to fail in some other test.
      done = true;
      await working;
    }
    expect(rotations).toBeGreaterThanOrEqual(2);
    expect(application.failures).toEqual([]);
    expect(application.points).toBeGreaterThan(20);
    const newest = application.tokens.at(-1) ?? '';
    expect(await application.read(newest)).toEqual({ status: 200, count: application.points });
    expect([await application.write(oldest), (await application.read(oldest)).status]).toEqual([401, 401]);
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
}
