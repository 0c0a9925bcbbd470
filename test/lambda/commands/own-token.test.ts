import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, it } from 'vitest';
import { aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { consumerIn, type Scene } from '../../builders/a-scene.ts';
import { openOwn } from '../../builders/an-own-token.ts';

let scene: Scene;
afterEach(async () => {
  expect(scene.auditor.violations).toEqual([]);
  await scene.close();
});

async function openServed(): Promise<string> {
  scene = await openOwn([aConsumer({ rotateEveryMs: 900 * DAY })]);
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(HOUR);
  return scene.currentId();
}

const reason = 'a test';

it('the rotator’s own token is rotated on request, by its name among the consumers', async () => {
  const before = await openServed();
  scene.watch();
  const report = await scene.run({ action: 'rotate', consumers: ['self'], reason });
  expect(consumerIn(report, 'self').actions).toMatchObject([{ kind: 'rotate', outcome: 'done' }]);
  expect(scene.statusOf(before)).toBe('active');
  expect(await scene.works()).toBe(true);
});

it('H6: that leaked is replaced, the run signs in anew, and ends it, within one invocation', async () => {
  const leaked = await openServed();
  scene.watch();
  const report = await scene.run({ action: 'rotate', consumers: ['self'], compromised: true, reason });
  expect(report.errors).toEqual([]);
  const done = consumerIn(report, 'self').actions.filter(({ outcome }) => outcome === 'done');
  expect(done.map(({ kind }) => kind)).toEqual(['note-compromised', 'rotate', 'delete']);
  expect(scene.statusOf(leaked)).toBeUndefined();
  expect(await scene.works()).toBe(true);
  expect((await scene.run()).errors).toEqual([]);
});

it('is rolled back like a consumer’s, and the run after it signs in with the older one', async () => {
  const older = await openServed();
  await scene.run({ action: 'rotate', consumers: ['self'], reason });
  scene.world.clock.advance(HOUR);
  const report = await scene.run({ action: 'rollback', consumer: 'self', reason });
  expect(report.errors).toEqual([]);
  expect(await scene.currentId()).toBe(older);
  scene.world.clock.advance(HOUR);
  expect((await scene.run()).errors).toEqual([]);
});

it('is rolled back after the older one was switched off, and the runs after it end the newer one', async () => {
  const older = await openServed();
  await scene.run({ action: 'rotate', consumers: ['self'], reason });
  scene.auditor.inspect();
  const newer = await scene.currentId();
  await scene.runFor(26 * HOUR);
  expect(scene.statusOf(older)).toBe('inactive');
  await scene.run({ action: 'rollback', consumer: 'self', reason });
  scene.auditor.inspect();
  expect([await scene.currentId(), await scene.works()]).toEqual([older, true]);
  await scene.runFor(3 * DAY);
  expect([scene.statusOf(newer), await scene.works(), (await scene.run()).errors]).toEqual([undefined, true, []]);
});

it.each([1, 26])('the one before it works again on request, %i hours after its rotation', async (hours) => {
  const older = await openServed();
  await scene.run({ action: 'rotate', consumers: ['self'], reason });
  scene.auditor.inspect();
  await scene.runFor(hours * HOUR);
  const report = await scene.run({ action: 'reactivate', consumer: 'self', for: '3d', reason });
  expect(consumerIn(report, 'self')).toMatchObject({ why: { code: 'REACTIVATED', authorizationId: older } });
  await scene.runFor(3 * DAY - HOUR);
  expect(scene.statusOf(older)).toBe('active');
  await scene.runFor(27 * HOUR);
  expect([scene.statusOf(older), (await scene.run()).errors]).toEqual([undefined, []]);
});

it('that a person made is not given back: nothing marks it as ours', async () => {
  const current = await openServed();
  for (const command of [{ action: 'rollback' }, { action: 'reactivate', for: '6h' }]) {
    const report = await scene.run({ ...command, consumer: 'self', reason });
    expect(consumerIn(report, 'self')).toMatchObject({ state: 'failed', why: { code: 'NO_OLDER_TOKEN' }, actions: [] });
  }
  expect(await scene.currentId()).toBe(current);
});

it('H4: is not rolled back to one that lacks what the configuration needs by now', async () => {
  const narrow = await openServed();
  const { admin } = scene.world;
  const [owner, bucket] = [await admin.createUser('svc-grafana'), await admin.createBucket('events')];
  const grafana = aConsumer({ name: 'grafana', owner, access: { kind: 'buckets', read: [bucket], write: [] } });
  const { secret: Name } = grafana;
  await scene.world.secrets.send(new CreateSecretCommand({ Name, SecretString: '{}' }));
  scene.world.configuration = { ...scene.world.configuration, consumers: [aConsumer(), grafana] };
  // What an operator does with the command that the note has.
  const note = consumerIn(await scene.run('plan'), 'self')
    .notes.map((each) => each.note)
    .join();
  const body = JSON.parse(/-d '(\{.*\})' \| jq/.exec(note)?.[1] ?? '') as object;
  const { token } = (await admin.send('POST', '/api/v2/authorizations', body)) as { token: string };
  await scene.put(JSON.stringify({ ...(await scene.value()), token }));
  scene.auditor.accept();
  await scene.run();
  scene.auditor.inspect();
  const wide = await scene.currentId();
  expect(wide).not.toBe(narrow);
  const report = await scene.run({ action: 'rollback', consumer: 'self', reason });
  expect(consumerIn(report, 'self')).toMatchObject({
    state: 'failed',
    why: { code: 'OLDER_RIGHTS_LACKING', authorizationId: narrow },
    actions: [],
  });
  expect(await scene.currentId()).toBe(wide);
});

it('H6: that leaked together with a consumer’s: both are ended, and both have another', async () => {
  const leaked = await openServed();
  scene.auditor = scene.auditor.copy({ maxLive: 3 });
  const report = await scene.run({ action: 'rotate', consumers: ['telegraf', 'self'], compromised: true, reason });
  scene.auditor.inspect();
  for (const name of ['self', 'telegraf'])
    expect(consumerIn(report, name).actions).toMatchObject([
      { kind: 'note-compromised', outcome: 'done' },
      { kind: 'rotate', outcome: 'done' },
      { kind: 'delete', outcome: 'done' },
    ]);
  expect([report.errors, scene.statusOf(leaked), scene.rows.length]).toEqual([[], undefined, 2]);
});
