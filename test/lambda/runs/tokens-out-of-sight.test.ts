import { afterEach, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import type { Permission } from '../../../lambda/config/permission.ts';
import { closingLines } from '../../../lambda/engine/report/closing-lines.ts';
import type { RunCounts } from '../../../lambda/engine/report/report.ts';
import { readAndWrite } from '../../../lambda/influxdb/permissions.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { consumerIn, Scene } from '../../builders/a-scene.ts';
import { setRotator } from '../../builders/a-world.ts';

// A token that the rotator's token may not see is never ended. That must not look like a deployment in which all is well.

let scene: Scene;
afterEach(() => scene.close());

async function open(rest: Partial<ConsumerSettings> = {}): Promise<void> {
  scene = await Scene.open({ configuration: aConfiguration([aConsumer(rest)]) });
  await scene.run();
  scene.world.clock.advance(2 * DAY);
}

const rights = (): readonly Permission[] =>
  (scene.world.influxdb.store.tables.authorizations.get(scene.world.rotatorId)?.permissions ?? []) as Permission[];
const former = () => scene.world.userIds.get('svc-telegraf') ?? '';
const withoutFormer = () => rights().filter(({ resource: { type, id } }) => type !== 'users' || id !== former());

function configure(change: Partial<ConsumerSettings>): void {
  const { configuration } = scene.world;
  const consumers = configuration.consumers.map((each) => ({ ...each, ...change }));
  scene.world.configuration = { ...configuration, consumers };
}

/** Another owner is configured, and the rotator's token may see both. */
async function changeOwner(): Promise<void> {
  const owner = await scene.world.admin.createUser('svc-other');
  setRotator(scene.world, { permissions: [...rights(), ...readAndWrite({ type: 'users', id: owner })] });
  configure({ owner });
}

it('the rights that each report lists are enough until the last token of a former owner is gone', async () => {
  await open();
  await changeOwner();
  for (let hours = 0; hours < 5 * 24; hours += 6) {
    const report = await scene.run();
    expect([report.errors, consumerIn(report).state === 'blocked', report.counts.failed]).toEqual([[], false, 0]);
    setRotator(scene.world, { permissions: report.rightsNeeded });
    scene.world.clock.advance(6 * HOUR);
  }
  expect(scene.rows.map(({ userId }) => userId)).not.toContain(former());
  // What nobody needs any more is not asked for.
  expect((await scene.run()).rightsNeeded).not.toContainEqual({
    action: 'write',
    resource: { type: 'users', id: former() },
  });
});

it('the rights that each report lists are enough to end a retired consumer', async () => {
  await open();
  configure({ retired: true });
  for (let hours = 0; hours < 5 * 24; hours += 6) {
    const { rightsNeeded } = await scene.run('plan');
    setRotator(scene.world, { permissions: rightsNeeded });
    expect(consumerIn(await scene.run()).state).not.toBe('blocked');
    scene.world.clock.advance(6 * HOUR);
  }
  expect(scene.rows).toEqual([]);
});

it('a superseded token out of sight is a note for a day, then an alarm that names the right, and the rotation goes on', async () => {
  await open();
  await changeOwner();
  await scene.run();
  setRotator(scene.world, { permissions: withoutFormer() });
  scene.world.clock.advance(HOUR);
  const early = await scene.run();
  expect(consumerIn(early)).toMatchObject({ state: 'idle', notes: [{ code: 'ENTRY_UNSEEN', overdue: false }] });

  scene.world.clock.advance(DAY);
  const published: RunCounts[] = [];
  const late = await scene.run('run', { publishMetrics: ({ counts }) => published.push(counts) });
  expect(published).toMatchObject([{ blocked: 1, failed: 0 }]);
  expect(consumerIn(late)).toMatchObject({
    ...{ state: 'blocked', access: 'works', why: { code: 'NEXT_ROTATION' } },
    obstacle: { code: 'ENTRY_UNSEEN', overdue: true },
  });
  expect(closingLines(late).join()).toContain(
    `cannot be seen, so it cannot be ended, and its token may work for ever: InfluxDB answered 401 to GET /api/v2/authorizations/{id}: read:users/${former()} is unauthorized: the rotator's token lacks {"action":"read","resource":{"type":"users","id":"${former()}"}}`,
  );
  expect(late.rightsNeeded).toEqual(expect.arrayContaining(readAndWrite({ type: 'users', id: former() })));

  const current = await scene.currentId();
  scene.world.clock.advance(40 * DAY);
  expect(consumerIn(await scene.run()).actions).toMatchObject([{ kind: 'rotate', outcome: 'done' }]);
  expect(await scene.currentId()).not.toBe(current);
  expect((await scene.run('status')).counts).toMatchObject({ blocked: 1, overdue: 2 });

  // With the rights that the report lists it heals by itself.
  setRotator(scene.world, { permissions: (await scene.run()).rightsNeeded });
  await scene.runFor(4 * DAY, 6 * HOUR);
  expect(scene.rows).toHaveLength(1);
  expect(consumerIn(await scene.run()).state).toBe('idle');
});

it('the tokens of a retired consumer that are out of sight are an alarm, too', async () => {
  await open();
  configure({ retired: true });
  setRotator(scene.world, { permissions: rights().filter(({ resource: { type } }) => type !== 'authorizations') });
  scene.world.clock.advance(DAY);
  expect(consumerIn(await scene.run())).toMatchObject({ state: 'blocked', obstacle: { code: 'ENTRY_UNSEEN' } });
});

it('a current token is tried once a day all the same', async () => {
  await open({ probe: 'daily' });
  await changeOwner();
  await scene.run();
  setRotator(scene.world, { permissions: withoutFormer() });
  let proven = 0;
  for (let hour = 0; hour < 48; hour += 1) {
    scene.world.clock.advance(HOUR);
    proven += (await scene.run()).counts.proven;
  }
  expect(proven).toBe(2);
});

it('an authorization to adopt that is out of sight fails the plan, with the right; one that is gone does not', async () => {
  await open();
  const other = await scene.world.admin.createUser('svc-other');
  const permissions = [{ action: 'read', resource: { type: 'buckets', orgID: scene.world.admin.orgId } }];
  const { id } = await scene.world.admin.createAuthorization({ userID: other, description: 'by hand', permissions });
  configure({ adopt: id });
  const plan = await scene.run('plan');
  expect(consumerIn(plan)).toMatchObject({
    ...{ state: 'failed', mayRotate: 'may-not' },
    obstacle: { code: 'RIGHT_MISSING', right: `read:users/${other}` },
  });
  expect(plan.rightsUnknownFor).toEqual(['telegraf']);
  await scene.world.admin.send('DELETE', `/api/v2/authorizations/${id}`);
  expect(consumerIn(await scene.run('plan'))).toMatchObject({ state: 'idle', notes: [{ code: 'ADOPTED_GONE' }] });
});
