import { describe, expect, it } from 'vitest';
import { formatMarker } from '../../../../lambda/engine/document/marker.ts';
import { describe as describeReason } from '../../../../lambda/engine/plan/describe.ts';
import { DAY, HOUR, MINUTE } from '../../../builders/a-configuration.ts';
import {
  aDocument,
  anEntry,
  aRow,
  aText,
  aValue,
  decide,
  IDENTITY,
  ledger,
  NOW,
  type Scenario,
  versionOf,
} from '../../../builders/a-scenario.ts';

const DUE: Scenario = {
  document: { mintedAt: NOW - 30 * DAY - HOUR },
  rows: [aRow('cur', { age: 30 * DAY + HOUR })],
};
const BY_HAND = '{"url":"https://influxdb","token":"by-hand"}';
const byHand = aValue(BY_HAND, versionOf('hand'));
const hers = aRow('hers', { description: 'by hand' });
const ofGrafana = { description: formatMarker({ ...IDENTITY, consumer: 'grafana' }, versionOf('old')) };
const CLOCK: Scenario['clocks'] = { kind: 'disagree', detail: 'the clocks differ' };
const CLOCK_NOTE = 'nothing is switched off or deleted, except for what leaked: the clocks differ';
const pending: Partial<Scenario> = {
  description: { rotationEnabled: true, pending: versionOf('pending') },
  versions: { AWSPENDING: { age: DAY, text: aText(aDocument({ authorizationId: 'old', id: versionOf('pending') })) } },
};
const old = (options = {}, rest = {}, age = 9 * DAY): Scenario => ({
  document: { superseded: [anEntry('old', age, rest)] },
  rows: [aRow('cur'), aRow('old', options)],
});
const stray = (options = {}): Scenario => ({ rows: [aRow('cur'), aRow('stray', options)] });
const UNKNOWN_OWNER = { userId: 'dddddddddddddddd' };
const REVOKE = 'delete it by hand once nothing uses it, or name its authorization as "adopt"';

const NOTES: Record<string, [Scenario, string[]]> = {
  'nothing, of a consumer that is idle': [{}, []],
  'nothing, of an entry that ends, or that has to wait for its grace period': [
    {
      document: { superseded: [anEntry('old', 9 * DAY), anEntry('more', HOUR)] },
      rows: [aRow('cur', { age: HOUR }), aRow('old'), aRow('more')],
    },
    [],
  ],
  'nothing, of an entry that is gone': [{ ...old(), rows: [aRow('cur')] }, []],
  'nothing, of a consumer that is blocked': [{ rows: [aRow('cur', { status: 'inactive' })] }, []],
  'nothing, of a secret that held no token': [{ reading: aValue('{}', versionOf('hand')), rows: [] }, []],
  'nothing, of a token that is not replaced yet': [
    { reading: byHand, rows: [], target: { kind: 'unresolved', problem: 'bucket "x" not found' } },
    [],
  ],
  'that an entry whose owner was deleted does not work, and is left to a person': [
    { ...old({}, UNKNOWN_OWNER), rows: [aRow('cur')], lookups: { old: { kind: 'owner-gone' } }, unread: ['grafana'] },
    [
      'authorization old of the ledger belongs to a user that was deleted, so its token does not work: delete its row by hand',
    ],
  ],
  'nothing, of an entry that the list shows to be gone': [
    { ...old(), rows: [aRow('cur')], lookups: { old: { kind: 'unseen', detail: 'no request is needed' } } },
    [],
  ],
  'nothing, of an entry that is held': [old({ status: 'inactive', touched: HOUR }), []],
  'nothing of clocks, while nothing is to be ended': [{ clocks: CLOCK }, []],
  'that the clocks disagree, where they keep a token alive': [{ ...old(), clocks: CLOCK }, [CLOCK_NOTE]],
  'the same of a retired consumer': [{ settings: { retired: true }, clocks: CLOCK }, [CLOCK_NOTE]],

  'that an entry is used by another': [
    { ...old(), protections: { old: 'it is the current one of consumer x' } },
    ['superseded authorization old is left alone: it is the current one of consumer x'],
  ],
  'that an entry cannot be seen': [
    {
      ...old({}, UNKNOWN_OWNER),
      rows: [aRow('cur')],
      document: ledger(DAY - 1, UNKNOWN_OWNER),
      lookups: { old: { kind: 'unseen', detail: 'read:users/d is unauthorized' } },
    },
    [
      'authorization old of the ledger cannot be seen, so it cannot be ended, and its token may work for ever: read:users/d is unauthorized',
    ],
  ],
  'T1: that an entry has no marker': [
    old({ description: 'by hand' }),
    [
      'authorization old is in the ledger, but has no marker of ours: it is left alone; if it was made for this consumer, name it as "adopt", or else delete it by hand once nothing uses it',
    ],
  ],
  'T1: that an entry is adopted, and belongs to somebody else': [
    { ...old({ description: 'by hand', ...UNKNOWN_OWNER }), settings: { adopt: 'old' } },
    [
      `authorization old is not adopted: it belongs to user ${UNKNOWN_OWNER.userId}, but the token that the secret holds or should hold belongs to user ${hers.userId}`,
    ],
  ],
  'that an entry was adopted, and perhaps another secret holds it': [
    { ...old({ description: 'by hand' }), settings: { adopt: 'old' }, unread: ['grafana'] },
    ['authorization old was adopted, and waits until it is known that the secrets of grafana do not hold it'],
  ],
  'T2: that a ledger names what the secret holds': [
    { document: { superseded: [anEntry('cur', 9 * DAY)] }, rows: [aRow('cur')] },
    ['superseded authorization cur is left alone: it is the current one of consumer telegraf'],
  ],
  'that an entry has the marker of another': [
    old(ofGrafana),
    [
      `authorization old is in the ledger, but its marker is that of deployment prod, consumer grafana, secret ${IDENTITY.fingerprint}: it is left alone`,
    ],
  ],
  'that an entry is kept': [
    old({ notes: 'keep-until=2026-07-01' }),
    ['superseded authorization old is kept until 2026-07-01T00:00:00.000Z'],
  ],
  'the same of a retired consumer, that an entry is kept': [
    { ...old({ notes: 'keep-until=2026-07-01' }), settings: { retired: true } },
    ['superseded authorization old is kept until 2026-07-01T00:00:00.000Z'],
  ],
  'what becomes of a plain token that was converted': [
    { reading: aValue('plain', versionOf('hand')), rows: [], settings: { convert: true } },
    [`the token that secret influxdb/acme/telegraf held before is not one of ours: ${REVOKE}`],
  ],
  'that an entry waits for the secret to rest': [
    { ...old({}, {}, 2 * DAY), description: { lastChangedAt: NOW - HOUR } },
    [
      'authorization old is superseded, but the secret was changed less than 1 day ago: it is ended after 2026-06-01T23:00:00.000Z, if the secret is not changed again',
    ],
  ],
  'that an entry is pending': [
    { ...old(), ...pending },
    ['authorization old is in the pending version of the secret, with which Secrets Manager may still end a rotation'],
  ],
  'that an entry is over the limit': [
    { ...old(), overTheCap: ['old'] },
    ['authorization old waits for the next run: this one has reached its limit of 100 tokens to switch off'],
  ],

  'that a stray is used by another': [
    { ...stray(), protections: { stray: 'it is the current one of consumer x' } },
    ['stray authorization stray is left alone: it is the current one of consumer x'],
  ],
  'that a stray is kept': [
    { ...stray({ notes: 'keep-until=2026-07-01' }), description: { pending: versionOf('stray') } },
    ['stray authorization stray is kept until 2026-07-01T00:00:00.000Z'],
  ],
  'that a stray is AWSPREVIOUS, where nothing may be copied': [
    {
      ...stray(),
      description: { previous: versionOf('stray'), rotationEnabled: true },
      versions: { AWSPREVIOUS: { age: 50 * DAY, text: aText(aDocument({ authorizationId: 'stray' })) } },
    },
    ['stray authorization stray is AWSPREVIOUS, and stays until the next rotation takes it over'],
  ],
  'that a stray is live, and waits': [
    { ...stray(), versionAge: HOUR, description: { pending: versionOf('stray') } },
    [
      'stray authorization stray is live; it is switched off after 2026-06-01T23:30:00.000Z, once the secret has rested for a grace period',
    ],
  ],
  'that a stray is held': [
    { ...stray({ status: 'inactive', touched: HOUR }), description: { pending: versionOf('stray') } },
    [
      'stray authorization stray is switched off; it is deleted after the hold period, which ends at 2026-06-01T23:00:00.000Z',
    ],
  ],

  'what becomes of the token that a person had put into the secret': [
    { reading: byHand, rows: [] },
    [`the token that secret influxdb/acme/telegraf held before is not one of ours: ${REVOKE}`],
  ],
  'the same, and whose it is, where the list shows it': [
    {
      reading: byHand,
      rows: [
        { ...hers, token: 'another' },
        { ...hers, id: 'his', token: 'by-hand' },
      ],
    },
    [
      `the token that secret influxdb/acme/telegraf held before is not one of ours (it is authorization his): ${REVOKE}`,
    ],
  ],
  'what it adopts: id, owner, description and permissions': [
    { reading: byHand, rows: [hers], settings: { adopt: 'hers' } },
    [
      `authorization hers is adopted ("by hand", of user ${hers.userId}, which may: read:orgs/aaaaaaaaaaaaaaaa/buckets/cccccccccccccccc): it is switched off and deleted once nobody can hold it any more`,
    ],
  ],
  'that an authorization cannot be adopted, since it does not exist': [
    { reading: byHand, rows: [], settings: { adopt: 'hers' } },
    ["authorization hers is not adopted: no list shows it: it is gone, or the rotator's token may not see it"],
  ],
  'that an authorization cannot be adopted, since another uses it': [
    { reading: byHand, rows: [hers], settings: { adopt: 'hers' }, protections: { hers: 'consumer x holds it' } },
    ['authorization hers is not adopted: consumer x holds it'],
  ],
};

describe('a decision tells the operator', () => {
  it.each(Object.entries(NOTES))('%s', (_name, [scenario, notes]) => {
    expect(decide(scenario).notes.map(describeReason)).toEqual(notes);
  });

  it.each<[string, string, Scenario, Parameters<typeof aRow>[1]?]>([
    ['the token is replaced', 'acting', {}, { status: 'inactive' }],
    ['another token is live, for longer than a day (T4)', 'blocked', {}],
    ['the clocks disagree', 'waiting', { clocks: CLOCK }, { status: 'inactive' }],
    ['a name cannot be resolved', 'failed', { target: { kind: 'unresolved', problem: 'bucket "x" not found' } }],
    ['Secrets Manager itself rotates', 'failed', { description: { rotationEnabled: true } }, { status: 'inactive' }],
  ])('of a token that is kept, also where %s', (_name, state, rest, options) => {
    const decision = decide({
      document: { ...DUE.document, superseded: [anEntry('old', 9 * DAY)] },
      rows: [aRow('cur', { age: 30 * DAY + HOUR }), aRow('old', { ...options, notes: 'keep-until=2026-07-01' })],
      ...rest,
    });
    expect(decision.state).toBe(state);
    expect(decision.notes.map(describeReason)).toEqual([
      'superseded authorization old is kept until 2026-07-01T00:00:00.000Z',
    ]);
  });

  it('of a token that is kept, also where a row is young', () => {
    const decision = decide({
      document: { ...DUE.document, superseded: [anEntry('old', 9 * DAY)] },
      rows: [
        aRow('cur', { age: 30 * DAY + HOUR }),
        aRow('old', { notes: 'keep-until=2026-07-01' }),
        aRow('newest', { age: MINUTE }),
      ],
    });
    expect(decision.state).toBe('waiting');
    expect(decision.notes.map(describeReason)).toEqual([
      'superseded authorization old is kept until 2026-07-01T00:00:00.000Z',
    ]);
  });
});

describe('a note says until when, or whose the token is', () => {
  const about = (scenario: Scenario) => decide(scenario).notes;
  const unused = { protections: { old: 'consumer x holds it', stray: 'consumer x holds it' } };

  it('of an entry that waits for the secret to rest', () => {
    const waiting = { ...old({}, {}, 2 * DAY), description: { lastChangedAt: NOW - HOUR } };
    expect(about(waiting)).toMatchObject([{ code: 'SECRET_RESTLESS', until: NOW - HOUR + DAY }]);
    const unknown = { ...waiting, description: { lastChangedAt: undefined } };
    expect(about(unknown)).toMatchObject([{ code: 'SECRET_RESTLESS', until: NOW + DAY }]);
  });

  it.each([
    ['its hold period, where that is the later', HOUR, {}, NOW - HOUR + DAY],
    ['the rest of the secret, where that is', 20 * HOUR, { lastChangedAt: NOW - HOUR }, NOW - HOUR + DAY],
  ])('of a stray that is off: %s', (_name, touched, changed, until) => {
    const held = {
      ...stray({ status: 'inactive', touched }),
      versionAge: 2 * DAY,
      description: { pending: versionOf('stray'), ...changed },
    };
    expect(about(held)).toMatchObject([{ code: 'STRAY_HELD', until }]);
  });

  it.each<[string, Scenario, 'superseded' | 'stray']>([
    ['an entry', old(), 'superseded'],
    [
      'an entry whose owner was deleted',
      { ...old({}, UNKNOWN_OWNER), rows: [aRow('cur')], lookups: { old: { kind: 'owner-gone' } } },
      'superseded',
    ],
    ['a stray', stray(), 'stray'],
  ])('of %s that another uses', (_name, scenario, role) => {
    expect(about({ ...scenario, ...unused })).toMatchObject([{ code: 'USED_BY_ANOTHER', role }]);
  });
});
