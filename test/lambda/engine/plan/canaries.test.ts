import { describe, expect, it } from 'vitest';
import { windowOf } from '../../../../lambda/config/when.ts';
import { canaryOf } from '../../../../lambda/engine/plan/canaries.ts';
import type { Canary } from '../../../../lambda/engine/plan/canary.ts';
import { DAY, HOUR, LIMITS, MINUTE } from '../../../builders/a-configuration.ts';
import {
  anEntry,
  aRow,
  DUE,
  decide,
  dueRow,
  factsOf,
  holdTo,
  NOW,
  noDocument,
  type Scenario,
  young,
} from '../../../builders/a-scenario.ts';

const canary = (state: Canary['state'], wellAt?: number, why?: Canary['why'], consumer = 'grafana'): Canary => ({
  ...{ consumer, state, wellAt, why },
});
const WELL = canary('well', NOW - HOUR);
const IS_DUE = canary('due', NOW + DAY, 'DUE');
const SOAKING = canary('soaking', NOW + 2 * HOUR);
const UNWELL = canary('unwell', undefined, 'SWITCHED_OFF_BY_HAND');

const due: Scenario = { document: DUE, rows: [dueRow] };
const agedBy = (age: number): Scenario => ({ document: { mintedAt: NOW - age }, rows: [aRow('cur', { age })] });
/** The last moment for a successor, as an age: the old token works on for a lease and a grace period. */
const LATEST = 35 * DAY - DAY - LIMITS.leaseMs;
/** From one run to the next, at most. */
const PERIOD = HOUR + 15 * MINUTE;

const iso = (time: number) => new Date(time).toISOString();
const follows = (until: number) =>
  `canary grafana goes first, and must then be well for the soak: this one follows after ${iso(until)}`;
const unwell = (until: number) =>
  `canary grafana goes first, and is not well (SWITCHED_OFF_BY_HAND): mend it; without it, this one follows by ${iso(until)}, before its token is too old`;

describe('a consumer that follows canaries', () => {
  holdTo({
    'they are well': [{ ...due, canaries: [WELL] }, 'acting: due: older than 30 days | mint +cur'],
    'one is due': [{ ...due, canaries: [WELL, IS_DUE] }, `waiting: due: older than 30 days, but ${follows(NOW + DAY)}`],
    'one soaks': [{ ...due, canaries: [SOAKING] }, `waiting: due: older than 30 days, but ${follows(NOW + 2 * HOUR)}`],
    'the one that takes longest is shown': [
      { ...due, canaries: [SOAKING, { ...IS_DUE, consumer: 'loader' }] },
      `waiting: due: older than 30 days, but ${follows(NOW + DAY).replace('grafana', 'loader')}`,
    ],
    'one is unwell, which is shown before all others': [
      { ...due, canaries: [SOAKING, UNWELL, IS_DUE] },
      `waiting: due: older than 30 days, but ${unwell(NOW - 30 * DAY - HOUR + LATEST)}`,
    ],
    'one could not be decided for': [
      { ...due, canaries: [canary('unwell')] },
      `waiting: due: older than 30 days, but ${unwell(NOW - 30 * DAY - HOUR + LATEST).replace('SWITCHED_OFF_BY_HAND', 'it could not be looked at')}`,
    ],
    'T4: due for days, and one is unwell: no alarm, because it follows in time': [
      { ...agedBy(32 * DAY), canaries: [UNWELL] },
      `waiting: due: older than 30 days, but ${unwell(NOW - 32 * DAY + LATEST)}`,
    ],
    'T4: one is unwell, and the next run may just be in time': [
      { ...agedBy(LATEST - PERIOD), canaries: [UNWELL] },
      `waiting: due: older than 30 days, but ${unwell(NOW + PERIOD)}`,
    ],
    'T4: one is unwell, and the next run may be too late': [
      { ...agedBy(LATEST - PERIOD + 1), canaries: [UNWELL] },
      'acting: due: older than 30 days | mint +cur',
    ],
    'T4: one soaks for longer than the token may wait': [
      { ...agedBy(LATEST - 3 * HOUR), canaries: [IS_DUE] },
      `waiting: due: older than 30 days, but ${follows(NOW + 3 * HOUR)}`,
    ],
    'T4: one is unwell, and the next window is too late': [
      { ...agedBy(LATEST - 10 * HOUR), canaries: [UNWELL], settings: { window: windowOf({ hours: '23:00-01:00' }) } },
      'acting: due: older than 30 days | mint +cur',
    ],
    'T4: the token is too old already': [
      { ...agedBy(40 * DAY), canaries: [UNWELL] },
      'acting: due: older than 30 days | mint +cur',
    ],
    'permissions changed: waits, too': [
      { rows: [aRow('cur', { permissions: [] })], canaries: [SOAKING] },
      `waiting: permissions changed, but ${follows(NOW + 2 * HOUR)}`,
    ],
    'the window is closed, which is shown first': [
      { ...due, canaries: [UNWELL], settings: { window: windowOf({ hours: '02:00-05:00' }) } },
      `waiting: due: older than 30 days, but its window (02:00-05:00 UTC) opens at ${iso(NOW + 2 * HOUR)}`,
    ],
    'first token': [{ reading: noDocument, rows: [], canaries: [UNWELL] }, 'acting: first token | mint'],
    missing: [{ rows: [], canaries: [UNWELL] }, 'acting: missing: the current authorization cur was deleted | mint'],
    compromised: [
      { document: { superseded: [anEntry('cur', HOUR, { compromised: true })] }, canaries: [UNWELL] },
      'acting: the current authorization cur is compromised | mint +cur',
    ],
    'not due': [{ canaries: [UNWELL] }, 'idle: next rotation in 10 days'],
  });

  it('says that it passes one, so that its token does not get too old', () => {
    const late = agedBy(LATEST);
    expect(decide({ ...late, canaries: [UNWELL] }).notes).toEqual([
      { code: 'CANARY_PASSED', canary: 'grafana', state: 'unwell', why: 'SWITCHED_OFF_BY_HAND' },
    ]);
    expect(decide({ ...late, canaries: [SOAKING] }).notes).toEqual([
      { code: 'CANARY_PASSED', canary: 'grafana', state: 'soaking' },
    ]);
    expect(decide({ ...late, canaries: [WELL] }).notes).toEqual([]);
  });

  const text =
    'due: older than 30 days, but authorization stray is younger than the lease until 2026-06-01T00:20:00.000Z: a run may be at work on it';
  const waitsFor = (canaries: readonly Canary[], age = 32 * DAY): Scenario => ({
    ...agedBy(age),
    rows: [aRow('cur', { age }), young],
    canaries,
  });
  holdTo({
    'T4: another wait is an alarm a day after the canaries were well': [
      waitsFor([WELL, canary('well', NOW - DAY)].slice(1)),
      `blocked: ${text}`,
    ],
    'T4: and not before': [waitsFor([canary('well', NOW - DAY), WELL]), `waiting: ${text}`],
    'T4: nor while one is not well': [waitsFor([UNWELL]), `waiting: ${text}`],
    'T4: but it is if the token may get too old': [waitsFor([UNWELL], LATEST), `blocked: ${text}`],
  });
});

describe('a canary is', () => {
  const seen = (scenario: Scenario, soakMs = DAY) => {
    const { consumer: _consumer, ...rest } = canaryOf(factsOf(scenario), decide(scenario), soakMs);
    return rest;
  };
  it.each<[string, Scenario, Omit<Canary, 'consumer'>, number?]>([
    ['well when its token is as old as the soak', {}, { state: 'well', wellAt: NOW, why: 'NEXT_ROTATION' }, 20 * DAY],
    ['soaking before that', {}, { state: 'soaking', wellAt: NOW + 1, why: 'NEXT_ROTATION' }, 20 * DAY + 1],
    [
      'as old as its row, whatever its document says',
      { document: { mintedAt: NOW - 25 * DAY } },
      { state: 'soaking', wellAt: NOW + DAY, why: 'NEXT_ROTATION' },
      21 * DAY,
    ],
    [
      'well while older tokens of it end',
      { document: { superseded: [anEntry('old', 9 * DAY)] }, rows: [aRow('cur'), aRow('old')] },
      { state: 'well', wellAt: NOW - 19 * DAY, why: 'NEXT_ROTATION' },
    ],
    ['due where this run replaces its token', due, { state: 'due', wellAt: NOW + DAY, why: 'DUE' }],
    [
      'due where that waits, and later by as much',
      { document: DUE, rows: [dueRow, young] },
      { state: 'due', wellAt: NOW + 20 * MINUTE + DAY, why: 'TOO_YOUNG' },
    ],
    [
      'due where it has no token yet',
      { reading: noDocument, rows: [] },
      { state: 'due', wellAt: NOW + DAY, why: 'FIRST_TOKEN' },
    ],
    ['due where its token is missing', { rows: [] }, { state: 'due', wellAt: NOW + DAY, why: 'MISSING' }],
    [
      'due where it changed while this run looked: the next one looks again',
      { ...due, description: { current: 'another' } },
      { state: 'due', wellAt: NOW, why: 'CHANGED_MEANWHILE' },
    ],
    [
      'unwell where a person decided',
      { rows: [aRow('cur', { status: 'inactive' })] },
      { state: 'unwell', wellAt: undefined, why: 'SWITCHED_OFF_BY_HAND' },
    ],
    [
      'unwell where its token is missing and only reported',
      { rows: [], settings: { onMissing: 'report' } },
      { state: 'unwell', wellAt: undefined, why: 'MISSING_AND_REPORTED' },
    ],
    [
      'unwell where something must be mended',
      { reading: { kind: 'not-found' }, description: 'none' },
      { state: 'unwell', wellAt: undefined, why: 'SECRET_NOT_FOUND' },
    ],
  ])('%s', (_name, scenario, expected, soakMs) => {
    expect(seen(scenario, soakMs)).toEqual(expected);
  });

  it('unwell where nothing could be decided', () => {
    expect(canaryOf(factsOf({}), undefined, DAY)).toEqual(canary('unwell', undefined, undefined, 'telegraf'));
  });
});
