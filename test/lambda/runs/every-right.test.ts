import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import type { Permission } from '../../../lambda/config/permission.ts';
import type { ConsumerReport, RunReport } from '../../../lambda/engine/report/report.ts';
import { describePermission } from '../../../lambda/influxdb/permissions.ts';
import type { ReasonCode } from '../../../lambda/log/reason-codes.ts';
import type { TokenMode } from '../../../local/influxdb/store.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { consumerIn, Scene } from '../../builders/a-scene.ts';
import { setRotator } from '../../builders/a-world.ts';

// A plan on a set-up with any one right of the rotator's token missing says so, or says that it could not be checked. No
// run after a plan without such a word fails for a missing right, or leaves something undone. The rights that a report lists
// are enough for all that follows.

let scene: Scene;
afterEach(() => scene.close());

const MODES: readonly TokenMode[] = ['plain', 'hashed', 'cloud'];

/** What the configuration asks for, and what else the rotator is given for it. */
interface SetUp {
  readonly consumer?: Partial<ConsumerSettings>;
  /** By ids, so that no right is needed to look names up. */
  readonly byIds?: boolean;
  readonly more?: (orgId: string) => readonly Permission[];
  readonly only?: readonly TokenMode[];
  /** For one with many rights; all by default. */
  readonly moments?: readonly string[];
}

const TASKS: Permission = { action: 'read', resource: { type: 'tasks' } };
const NOT_CLOUD: readonly TokenMode[] = ['plain', 'hashed'];

const SET_UPS: Readonly<Record<string, SetUp>> = {
  'buckets by name': { consumer: { access: { kind: 'buckets', read: ['telemetry'], write: ['telemetry', 'events'] } } },
  'buckets by id': { byIds: true },
  'permissions, and the org by name': {
    consumer: { access: { kind: 'permissions', permissions: [TASKS] } },
    more: (id) => [
      { action: 'read', resource: { type: 'orgs', id } },
      { action: 'read', resource: { type: 'tasks', orgID: id } },
    ],
    only: NOT_CLOUD,
  },
  'all-access': {
    consumer: { access: { kind: 'all-access' } },
    moments: ['a fresh deployment', 'a rotation that is due'],
    only: ['hashed'],
  },
  'an owner to be made': { consumer: { owner: 'svc-new', createOwner: true }, only: NOT_CLOUD },
};

/** Brings the scene to the moment before the plan. */
const MOMENTS: Readonly<Record<string, () => Promise<void>>> = {
  'a fresh deployment': async () => {},
  'an idle consumer': served,
  'a rotation that is due': async () => {
    await served();
    scene.world.clock.advance(30 * DAY);
  },
  'an older token whose time has come': rotated,
  'a consumer that is retired': async () => {
    await rotated();
    configure({ retired: true });
  },
  'another owner than before': async () => {
    await served();
    const { admin } = scene.world;
    if (scene.world.configuration.consumers[0]?.owner === undefined) return;
    const id = await admin.createUser('svc-other');
    const over = (['read', 'write'] as const).map(
      (action): Permission => ({ action, resource: { type: 'users', id } }),
    );
    setRotator(scene.world, { permissions: [...rightsOfRotator(), ...over] });
    configure({ owner: id });
  },
  'a token by hand to adopt': async () => {
    await served();
    const { admin, userIds, influxdb, configuration } = scene.world;
    const { owner = '' } = configuration.consumers[0] ?? {};
    const permissions = [{ action: 'read', resource: { type: 'buckets', orgID: admin.orgId } }];
    const userID = userIds.get(owner) ?? influxdb.store.userNamed(owner)?.id ?? owner;
    configure({ adopt: (await admin.createAuthorization({ userID, description: 'by hand', permissions })).id });
  },
};

async function served(): Promise<void> {
  await scene.run();
  scene.world.clock.advance(HOUR);
}

async function rotated(): Promise<void> {
  await served();
  scene.world.clock.advance(30 * DAY);
  await scene.run();
  scene.world.clock.advance(25 * HOUR);
}

function configure(change: Partial<ConsumerSettings>): void {
  const { configuration } = scene.world;
  scene.world.configuration = {
    ...configuration,
    consumers: configuration.consumers.map((each) => ({ ...each, ...change })),
  };
}

async function open({ consumer = {}, byIds = false, more }: SetUp, tokens: TokenMode): Promise<void> {
  const owner = tokens === 'cloud' ? { owner: undefined } : {};
  scene = await Scene.open({ tokens, configuration: aConfiguration([aConsumer({ ...consumer, ...owner })]) });
  const { admin, userIds, bucketIds, configuration } = scene.world;
  // What the org alone covers is not given for every org, too.
  const given = rightsOfRotator().filter(({ resource: { type, orgID } }) => type !== 'tasks' || orgID !== undefined);
  if (more !== undefined) setRotator(scene.world, { permissions: [...given, ...more(admin.orgId)] });
  if (!byIds) return;
  const bucket = bucketIds.get('telemetry') ?? '';
  configure({
    owner: tokens === 'cloud' ? undefined : userIds.get(configuration.consumers[0]?.owner ?? ''),
    access: { kind: 'buckets', read: [bucket], write: [bucket] },
  });
  const { influxdb, ...rest } = scene.world.configuration;
  scene.world.configuration = { ...rest, influxdb: { ...influxdb, org: undefined, orgId: admin.orgId } };
}

function rightsOfRotator(): readonly Permission[] {
  const row = scene.world.influxdb.store.tables.authorizations.get(scene.world.rotatorId);
  return (row?.permissions ?? []) as readonly Permission[];
}

const WORDS: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  ...(['RIGHT_MISSING', 'RIGHTS_UNCHECKED', 'NAME_UNRESOLVED', 'CURRENT_UNSEEN', 'ENTRY_UNSEEN'] as const),
]);

function wordsIn({ errors, consumers }: RunReport): string[] {
  const said = consumers.flatMap(({ why, obstacle, notes }) => [why, obstacle, ...notes]);
  return [
    ...errors.map(({ code }) => code),
    ...said.flatMap((each) => (each && WORDS.has(each.code) ? each.code : [])),
  ];
}

const isFailed = ({ errors, consumers }: RunReport) =>
  errors.length > 0 || consumers.some(({ state }) => state === 'failed');

/** A plan, and then a life: the run, the end of what is old, and the next rotation. */
async function live(): Promise<{ plan: RunReport; told: ConsumerReport; failed: boolean; left: string }> {
  const before = JSON.stringify(scene.world.influxdb.store.storedAuthorizations());
  const plan = await scene.run('plan');
  expect(JSON.stringify(scene.world.influxdb.store.storedAuthorizations()), 'a plan makes nothing').toBe(before);
  let failed = false;
  for (const hours of [0, 25, 25, 29 * 24, 25, 25]) {
    scene.world.clock.advance(hours * HOUR);
    failed ||= isFailed(await scene.run());
  }
  const left = scene.world.influxdb.store.storedAuthorizations().map(({ status }) => status);
  return { plan, told: consumerIn(plan), failed, left: left.join() };
}

describe.each(MODES)('a plan without a word on rights is followed by no run that lacks one: tokens %s', (tokens) => {
  const setUps = Object.entries(SET_UPS).filter(([, { only = MODES }]) => only.includes(tokens));
  const rows = setUps.flatMap(([name, setUp]) =>
    (setUp.moments ?? Object.keys(MOMENTS)).map((moment) => [name, moment, setUp] as const),
  );
  it.each(rows)('%s: %s', async (_name, moment, setUp) => {
    await open(setUp, tokens);
    await MOMENTS[moment]?.();
    const restore = scene.world.save();
    const whole = await live();
    expect([whole.failed, wordsIn(whole.plan)], 'with all rights').toEqual([false, []]);
    restore();
    setRotator(scene.world, { permissions: whole.plan.rightsNeeded });
    const listed = await live();
    expect(
      [listed.failed, wordsIn(listed.plan), listed.left],
      'with the rights that are listed, and no others',
    ).toEqual([...[false, [], whole.left]]);
    restore();
    const all = rightsOfRotator();
    const wrong: string[] = [];
    for (const right of all) {
      restore();
      setRotator(scene.world, { permissions: all.filter((each) => each !== right) });
      const { plan, told, failed, left } = await live();
      const isWell = !failed && left === whole.left;
      const name = describePermission(right);
      if (wordsIn(plan).length === 0 && !isWell) wrong.push(`nothing is said of ${name}: ${left}`);
      if (told.mayRotate === 'may' && !isWell) wrong.push(`the plan says "may" without ${name}`);
    }
    expect(wrong).toEqual([]);
  });
});
