import { describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../../lambda/config/configuration.ts';
import type { Permission } from '../../../../lambda/config/permission.ts';
import { formatMarker } from '../../../../lambda/engine/document/marker.ts';
import { Listing } from '../../../../lambda/engine/observe/listing.ts';
import type { Target, UnresolvedTarget } from '../../../../lambda/engine/observe/target.ts';
import { rotatorsTarget } from '../../../../lambda/engine/plan/own-rights.ts';
import type { Authorization } from '../../../../lambda/influxdb/authorization.ts';
import { describePermission, readAndWrite } from '../../../../lambda/influxdb/permissions.ts';
import { aConfiguration, aConsumer, DAY } from '../../../builders/a-configuration.ts';
import {
  aDocument,
  anEntry,
  anObserved,
  aRow,
  aText,
  aValue,
  IDENTITY,
  UNRESOLVED,
  versionOf,
} from '../../../builders/a-scenario.ts';
import { withSelf } from '../../../builders/an-own-token.ts';

const ORG = 'aaaaaaaaaaaaaaaa';
const OWNER = 'bbbbbbbbbbbbbbbb';
const FORMER = '1111111111111111';
const ROTATOR = '2222222222222222';
const ELSEWHERE = '3333333333333333';
const BUCKET: Permission = { action: 'read', resource: { type: 'buckets', id: 'cccccccccccccccc', orgID: ORG } };
const ids = aConsumer({ owner: OWNER, access: { kind: 'buckets', read: ['cccccccccccccccc'], write: [] } });
const target: Target = { kind: 'resolved', orgId: ORG, userId: OWNER, grant: () => [BUCKET] };

const over = (id: string) => readAndWrite({ type: 'users', id });
const inOrg = readAndWrite({ type: 'authorizations', orgID: ORG });
const NEEDED = [...inOrg, ...over(OWNER), BUCKET, ...over(ROTATOR)];
const EVERYWHERE = ['authorizations', 'users', 'buckets'].flatMap((type) => readAndWrite({ type }));

interface World {
  readonly consumers?: readonly (readonly [ConsumerSettings, Target | UnresolvedTarget])[];
  /** What the present token has; undefined where no list shows it. */
  readonly held?: readonly Permission[];
  readonly rows?: readonly Authorization[];
  readonly ledger?: readonly ReturnType<typeof anEntry>[];
  /** The owners of whom the list shows some row. */
  readonly shown?: readonly string[];
  readonly userId?: string | undefined;
}

function targetIn({ consumers = [[ids, target]], held, rows = [], ledger = [], shown, ...rest }: World) {
  const { userId = ROTATOR } = 'userId' in rest ? { userId: rest.userId ?? '' } : {};
  const configuration = withSelf(aConfiguration(consumers.map(([settings]) => settings)));
  const value = aValue(aText(aDocument({ superseded: ledger })), versionOf('cur'));
  return rotatorsTarget(configuration, {
    secrets: new Map([['telegraf', anObserved(value)]]),
    targets: new Map(consumers.map(([{ name }, each]) => [name, each])),
    listing: new Listing(rows, shown && new Set(shown.map((each) => `${ORG}/${each}`))),
    signedIn: { userId: userId || undefined, row: held && aRow('own', { userId: ROTATOR, permissions: held }) },
  });
}

function resolved(world: World) {
  const found = targetIn(world);
  if (found.kind !== 'resolved' || found.own === undefined) throw new Error('it is not resolved');
  return { ...found, own: found.own };
}

const notations = (permissions: readonly Permission[]) => permissions.map(describePermission).toSorted();
const granted = (world: World) => notations(resolved(world).grant(ROTATOR));

describe('the next token of the rotator', () => {
  it('has what the configuration needs, and the rights over its own user, whoever made the present one', () => {
    expect(granted({})).toEqual(notations(NEEDED));
    expect(granted({ held: NEEDED })).toEqual(notations(NEEDED));
    expect(granted({ held: EVERYWHERE })).toEqual(notations(NEEDED));
    expect(resolved({}).own.isKnown).toBe(false);
    expect(resolved({ held: NEEDED })).toMatchObject({ orgId: ORG, userId: ROTATOR, own: { isKnown: true } });
  });

  it('has of that only what the present one has, and is told what it lacks', () => {
    const held = NEEDED.filter((permission) => permission !== BUCKET);
    expect(granted({ held })).toEqual(notations(held));
    expect(resolved({ held }).own).toMatchObject({ lacking: [BUCKET], dropped: [], withoutWhich: undefined });
    expect(notations(resolved({ held }).own.wanted)).toEqual(notations(NEEDED));
  });

  it.each([...inOrg, ...over(ROTATOR)])('is not made without a right by which it is replaced itself: %o', (right) => {
    const held = NEEDED.filter((permission) => describePermission(permission) !== describePermission(right));
    expect(resolved({ held }).own.withoutWhich).toEqual(right);
  });

  it('loses what nothing needs, and is told before', () => {
    expect(resolved({ held: [...NEEDED, ...over(FORMER)] }).own.dropped).toEqual(over(FORMER));
    expect(resolved({ held: EVERYWHERE }).own.dropped).toEqual(EVERYWHERE);
  });

  it.each<[string, World]>([
    ['a marker', { rows: [aRow('old', { userId: FORMER })] }],
    [
      'a marker of a consumer that is not configured',
      {
        rows: [
          aRow('old', { userId: FORMER, description: formatMarker({ ...IDENTITY, consumer: 'gone' }, versionOf('x')) }),
        ],
      },
    ],
    ['a ledger whose row cannot be seen', { ledger: [anEntry('old', DAY, { userId: FORMER })], shown: [] }],
    [
      'a retired consumer',
      {
        consumers: [
          [ids, target],
          [aConsumer({ name: 'old', retired: true }), { ...target, userId: FORMER }],
        ],
      },
    ],
  ])('keeps the rights over an owner of whom a token may be left, by %s', (_name, world) => {
    expect(granted({ ...world, held: [...NEEDED, ...over(FORMER)] })).toEqual(notations([...NEEDED, ...over(FORMER)]));
  });

  it('asks for no rights over such an owner that the present one has not', () => {
    const { own, grant } = resolved({ rows: [aRow('old', { userId: FORMER })], held: NEEDED });
    expect(notations(grant(ROTATOR))).toEqual(notations(NEEDED));
    expect(own.lacking).toEqual([]);
  });

  it.each<[string, World]>([
    [
      'another deployment’s marker',
      {
        rows: [
          aRow('x', { userId: FORMER, description: formatMarker({ ...IDENTITY, deployment: 'test' }, versionOf('x')) }),
        ],
      },
    ],
    ['no marker', { rows: [aRow('x', { userId: FORMER, description: 'by hand' })] }],
    ['a ledger whose row is gone', { ledger: [anEntry('old', DAY, { userId: FORMER })], shown: [FORMER] }],
  ])('keeps no rights because of %s', (_name, world) => {
    expect(granted({ ...world, held: [...NEEDED, ...over(FORMER)] })).toEqual(notations(NEEDED));
  });

  it('has a right over another org only where the present one has it over all', () => {
    const rows = [{ ...aRow('old', { userId: FORMER }), orgId: ELSEWHERE }];
    const all = readAndWrite({ type: 'authorizations' });
    expect(granted({ rows, held: EVERYWHERE })).toEqual(notations([...NEEDED, ...over(FORMER), ...all]));
    const there = readAndWrite({ type: 'authorizations', orgID: ELSEWHERE });
    expect(granted({ rows, held: [...NEEDED, ...there] })).toEqual(notations(NEEDED));
    expect(resolved({ rows, held: EVERYWHERE }).own.sees).toEqual(new Set());
  });

  it('asks for nothing of another org, which no token of this one can have', () => {
    const wrong: Permission = { action: 'read', resource: { type: 'tasks', orgID: ELSEWHERE } };
    expect(granted({ consumers: [[ids, { ...target, grant: () => [BUCKET, wrong] }]] })).toEqual(notations(NEEDED));
  });

  it('keeps all rights while a consumer’s needs are not known; the first one waits for them', () => {
    const consumers = [
      [ids, target],
      [aConsumer({ name: 'lost' }), UNRESOLVED],
    ] as const;
    const held = [...NEEDED, ...over(FORMER)];
    expect(granted({ consumers, held })).toEqual(notations(held));
    expect(resolved({ consumers, held }).own.dropped).toEqual([]);
    expect(targetIn({ consumers })).toEqual({ kind: 'unresolved', problem: 'of consumer lost, bucket "x" not found' });
  });

  it('is not made where InfluxDB does not tell whose the present one is', () => {
    expect(targetIn({ userId: undefined }).kind).toBe('unresolved');
  });

  it('must see every row of this deployment', () => {
    const rows = [aRow('cur'), aRow('x', { description: 'by hand' }), aRow('old', { status: 'inactive' })];
    expect(resolved({ rows }).own.sees).toEqual(new Set(['cur', 'old']));
  });
});

describe('the trials of the next token', () => {
  const trials = (world: World) =>
    resolved(world).own.trials.map(({ userId, permissions }) => [userId, notations(permissions)] as const);
  const least = (id: string) => notations(over(id).slice(0, 1));

  it('are one for its own user, with all that it has, and one for each owner, with what the owner’s tokens have', () => {
    const other: Permission = { action: 'write', resource: { type: 'buckets', id: 'dddddddddddddddd', orgID: ORG } };
    const consumers = [
      [ids, target],
      [
        { ...ids, name: 'too' },
        { ...target, grant: () => [BUCKET, other] },
      ],
      [aConsumer({ name: 'old', retired: true }), { ...target, userId: FORMER }],
      [aConsumer({ name: 'new', createOwner: true }), { ...target, userId: undefined }],
    ] as const;
    expect(trials({ consumers })).toEqual([
      [ROTATOR, expect.any(Array)],
      [OWNER, notations([BUCKET, other])],
      [FORMER, least(FORMER)],
    ]);
    expect(trials({ consumers })[0]?.[1]).toEqual(granted({ consumers }));
  });

  it('leave out what it will not have', () => {
    expect(trials({ held: [...inOrg, ...over(ROTATOR), ...over(OWNER)] })).toEqual([
      [ROTATOR, notations([...inOrg, ...over(ROTATOR), ...over(OWNER)])],
      [OWNER, least(OWNER)],
    ]);
    expect(trials({ held: [...inOrg, ...over(ROTATOR), BUCKET] }).map(([userId]) => userId)).toEqual([ROTATOR]);
  });

  it('are one in all where its own user owns everything', () => {
    expect(trials({ consumers: [[ids, { ...target, userId: ROTATOR }]] })).toHaveLength(1);
  });
});
