import { describe, expect, it } from 'vitest';
import { formatMarker } from '../../../../lambda/engine/document/marker.ts';
import { Listing } from '../../../../lambda/engine/observe/listing.ts';
import type { ObservedSecret } from '../../../../lambda/engine/observe/observed-secret.ts';
import { Protections } from '../../../../lambda/engine/observe/protections.ts';
import { describe as describeReason } from '../../../../lambda/engine/plan/describe.ts';
import { findUnmanaged, NOTHING_UNMANAGED } from '../../../../lambda/engine/report/unmanaged.ts';
import { aConfiguration, aConsumer, DAY } from '../../../builders/a-configuration.ts';
import {
  anObserved,
  aRow,
  aValue,
  decide,
  factsOf,
  IDENTITY,
  NOW,
  type Scenario,
  versionOf,
} from '../../../builders/a-scenario.ts';

const READ = new Map<string, ObservedSecret>([['telegraf', anObserved(aValue('{}', versionOf('cur')))]]);
const marked = (id: string, rest: Partial<typeof IDENTITY>) =>
  aRow(id, { description: formatMarker({ ...IDENTITY, ...rest }, versionOf(id)) });
const find = (rows: readonly ReturnType<typeof aRow>[], secrets: typeof READ = READ) => {
  const listing = new Listing(rows);
  const protections = new Protections(aConfiguration(), secrets, listing, 'the-rotator');
  return findUnmanaged(
    aConfiguration(),
    { now: NOW, secrets, listing, targets: new Map(), protections, isRotators: () => false, owners: new Set() },
    [],
  ).notices.map(describeReason);
};
const OTHER_SECRET = { fingerprint: '00000000' };

it.each([
  ['a token of a configured consumer', aRow('cur'), READ],
  ['a token without a marker', aRow('hers', { description: 'by hand' }), READ],
  ['a token of another deployment', marked('hers', { deployment: 'test', consumer: 'grafana' }), READ],
  ['another secret, while the configured one was not read', marked('hers', OTHER_SECRET), new Map()],
  [
    'another secret, while the configured one cannot be read',
    marked('hers', OTHER_SECRET),
    new Map([['telegraf', { kind: 'deleted' } as const]]),
  ],
])('none is %s', (_name, row, readings) => {
  expect(find([row], readings)).toEqual([]);
});

it('the tokens of consumers that are no longer configured are reported together, a line for each consumer', () => {
  const rows = [
    marked('one', { consumer: 'grafana' }),
    marked('two', { consumer: 'loader' }),
    marked('three', { consumer: 'grafana' }),
  ];
  expect(find(rows)).toMatchInlineSnapshot(`
    [
      "consumer grafana is no longer configured, and its authorizations remain (one, three): to end them, configure it again with "retired": true, or end each by the command "retire"; if it was renamed, name them as "adopt" of the consumer that it is now, one after the other",
      "consumer loader is no longer configured, and its authorizations remain (two): to end them, configure it again with "retired": true, or end each by the command "retire"; if it was renamed, name them as "adopt" of the consumer that it is now, one after the other",
    ]
  `);
});

it('tells until when none of them is retired, because a run may be at work on the youngest', () => {
  const young = { ...IDENTITY, consumer: 'grafana' };
  const rows = [
    marked('one', { consumer: 'grafana' }),
    aRow('two', { age: 60_000, description: formatMarker(young, versionOf('two')) }),
  ];
  expect(find(rows)).toEqual([
    expect.stringContaining(
      'by the command "retire" (not before 2026-06-01T00:29:00.000Z: until then, a run may be at',
    ),
  ]);
});

it('the tokens of a second secret are reported together', () => {
  expect(find([aRow('cur'), marked('one', OTHER_SECRET), marked('two', OTHER_SECRET)])).toMatchInlineSnapshot(`
    [
      "authorizations one, two name consumer telegraf, but another secret than the configured one (its name was misspelt or changed, the secret was made anew, or a second stack has this name): they are left alone, because readers of that other secret may hold them; first see whether "secret" of the consumer names the one that its readers read, and correct it if not; if nothing uses them, name them as "adopt" of the consumer, one after the other, or end each by the command "retire"",
    ]
  `);
});

describe('a token that nobody manages is reported in every run (T5)', () => {
  const TARGET = factsOf({}).target;
  /** What a run finds that decided this for the consumer, whose owner is known. */
  const found = (scenario: Scenario, owner: string | undefined = 'svc-telegraf') => {
    const settings = { owner, ...scenario.settings };
    const facts = factsOf({ ...scenario, settings });
    const { listing, target } = facts;
    const secrets = new Map([['telegraf', facts.secret]]);
    const configuration = aConfiguration([facts.settings]);
    const protections = new Protections(configuration, secrets, listing, 'the-rotator');
    const { isRotators } = facts;
    const owners = new Set(target.kind === 'resolved' && target.userId !== undefined ? [target.userId] : []);
    const targets = new Map([['telegraf', target]]);
    const observation = { now: NOW, secrets, listing, targets, protections, isRotators, owners };
    return findUnmanaged(configuration, observation, [{ facts, outcome: decide({ ...scenario, settings }, facts) }]);
  };
  const hers = aRow('hers', { description: 'by hand' });
  const rows = [aRow('cur'), hers];

  it('with its id, owner, description and age, whether it is live or not', () => {
    const more = aRow('his', { description: 'by hand, too', status: 'inactive', age: DAY });
    const { notices, count } = found({ rows: [...rows, more] });
    const of = { code: 'UNMANAGED_TOKEN', userId: hers.userId, consumers: [] };
    const at = (age: number) => new Date(NOW - age).toISOString();
    expect(notices).toEqual([
      { ...of, authorizationId: 'hers', description: 'by hand', status: 'active', createdAt: at(20 * DAY) },
      { ...of, authorizationId: 'his', description: 'by hand, too', status: 'inactive', createdAt: at(DAY) },
    ]);
    expect(count).toBe(2);
  });

  it('and counted beyond a hundred', () => {
    const many = Array.from({ length: 103 }, (_, index) => ({ ...hers, id: `hers-${index}` }));
    const { notices, count } = found({ rows: [aRow('cur'), ...many] });
    expect(count).toBe(103);
    expect(notices).toHaveLength(101);
    expect(notices.at(-1)).toEqual({ code: 'MORE_UNMANAGED', more: 3 });
  });

  it.each<[string, Scenario]>([
    [
      'belongs to a user that no consumer has as its owner',
      { rows: [aRow('cur'), { ...hers, userId: 'dddddddddddddddd' }] },
    ],
    ['the configuration adopts', { rows, settings: { adopt: 'hers' } }],
    ['has a marker of another deployment', { rows: [marked('his', { deployment: 'test', consumer: 'grafana' })] }],
    [
      'belongs to the owner of a consumer whose owner is not known',
      { rows, target: { kind: 'unresolved', problem: 'no' } },
    ],
    [
      'belongs to an owner that is still to be made',
      { rows, target: TARGET.kind === 'resolved' ? { ...TARGET, userId: undefined } : TARGET },
    ],
  ])('but not one that %s', (_name, scenario) => {
    expect(found(scenario)).toEqual(NOTHING_UNMANAGED);
  });

  it("but not one of the rotator's own user, where that owns all", () => {
    expect(found({ rows, settings: { owner: undefined } })).toEqual(NOTHING_UNMANAGED);
  });

  it('but not one that "auto" found', () => {
    const reading = aValue('{"token":"by-hand"}', versionOf('hand'));
    const auto = { rows: [hers], reading, settings: { adopt: 'auto' } };
    expect(found({ ...auto, owners: { AWSCURRENT: hers.userId } }).count).toBe(0);
    expect(found({ ...auto, owners: { AWSCURRENT: 'dddddddddddddddd' } }).count).toBe(1);
  });
});

describe('two secrets that hold one value', () => {
  const secret = (token: string) => anObserved(aValue(JSON.stringify({ token }), versionOf('hand')));

  it.each([
    ['are reported', ['T', 'T', 'U'], ['telegraf', 'grafana']],
    ['are none where each has its own', ['T', 'U', 'V'], undefined],
    ['are none where they are empty', ['', '', 'T'], undefined],
  ])('%s', (_name, tokens, consumers) => {
    const names = ['telegraf', 'grafana', 'loader'];
    const secrets = new Map(names.map((name, index) => [name, secret(tokens[index] ?? '')]));
    const all = names.map((name) => aConsumer({ name }));
    const protections = new Protections(aConfiguration(all), secrets, new Listing([]), 'the-rotator');
    const observation = {
      now: NOW,
      secrets,
      listing: new Listing([]),
      targets: new Map(),
      protections,
      isRotators: () => false,
      owners: new Set<string>(),
    };
    const { notices } = findUnmanaged(aConfiguration(all), observation, []);
    expect(notices).toEqual(consumers === undefined ? [] : [{ code: 'SHARED_VALUE', consumers }]);
  });
});
