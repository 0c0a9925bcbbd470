import { describe, expect, it } from 'vitest';
import type { ConsumerSettings } from '../../../../lambda/config/configuration.ts';
import { windowOf } from '../../../../lambda/config/when.ts';
import { plan } from '../../../../lambda/engine/plan/plan.ts';
import { DAY, HOUR, LIMITS } from '../../../builders/a-configuration.ts';
import {
  aDocument,
  anEntry,
  aRow,
  aText,
  DUE,
  decide,
  dueRow,
  edited,
  factsOf,
  foreign,
  holdTo,
  ledger,
  NOW,
  noDocument,
  type Scenario,
  UNRESOLVED,
  versionOf,
  young,
} from '../../../builders/a-scenario.ts';

const iso = (time: number) => new Date(time).toISOString();
const window = (hours: string, days?: ['sun']): Partial<ConsumerSettings> => ({
  window: windowOf({ hours, ...(days && { days }) }),
});
const frozen = (to: number, everything = false): Partial<ConsumerSettings> => ({
  freezes: [{ from: NOW - HOUR, to, reason: 'release', everything }],
});

// The scenarios play at midnight of a Monday.
const OPEN = window('22:00-02:00');
const CLOSED = window('02:00-05:00');
const WEEKLY = window('02:00-05:00', ['sun']);
const FROZEN = frozen(NOW + 3 * DAY);
const HARD = frozen(NOW + 3 * DAY, true);

const due: Scenario = { document: DUE, rows: [dueRow] };
/** Its successor must be made within two hours. */
const last: Scenario = agedBy(35 * DAY - DAY - LIMITS.leaseMs - 2 * HOUR);
const opens = (time: number) => `its window (02:00-05:00 UTC) opens at ${iso(time)}`;
const isFrozen = (time = NOW + 3 * DAY) => `frozen ("release") until ${iso(time)}`;
const COMPROMISED = { superseded: [anEntry('cur', HOUR, { compromised: true })] };

function agedBy(age: number): Scenario {
  return { document: { mintedAt: NOW - age }, rows: [aRow('cur', { age })] };
}

describe('a token that works and is due', () => {
  holdTo({
    'the window is open': [{ ...due, settings: OPEN }, 'acting: due: older than 30 days | mint +cur'],
    'the window is closed': [
      { ...due, settings: CLOSED },
      `waiting: due: older than 30 days, but ${opens(NOW + 2 * HOUR)}`,
    ],
    'T4: the window opens in six days, which is no alarm': [
      { ...agedBy(30 * DAY), settings: { ...WEEKLY, maxTokenAgeMs: 40 * DAY } },
      `waiting: due: older than 30 days, but its window (sun 02:00-05:00 UTC) opens at ${iso(NOW + 6 * DAY + 2 * HOUR)}`,
    ],
    'T4: it has been due for days, which is no alarm either': [
      { ...agedBy(32 * DAY), settings: CLOSED },
      `waiting: due: older than 30 days, but ${opens(NOW + 2 * HOUR)}`,
    ],
    'T4: it can just be off before it is too old': [
      { ...last, settings: CLOSED },
      `waiting: due: older than 30 days, but ${opens(NOW + 2 * HOUR)}`,
    ],
    'T4: it will get too old in the wait: an alarm': [
      { ...agedBy(35 * DAY - DAY - LIMITS.leaseMs - 2 * HOUR + 1), settings: CLOSED },
      `blocked: due: older than 30 days, but ${opens(NOW + 2 * HOUR)}`,
    ],
    'T4: the clock of the row counts, where the document names a later time: an alarm': [
      { ...last, document: { mintedAt: NOW }, rows: [aRow('cur', { age: 34 * DAY })], settings: CLOSED },
      `blocked: due: older than 30 days, but ${opens(NOW + 2 * HOUR)}`,
    ],
    'a freeze is on': [{ ...due, settings: FROZEN }, `waiting: due: older than 30 days, but ${isFrozen()}`],
    'a freeze is on, and the window is closed after it': [
      { ...due, settings: { ...CLOSED, ...FROZEN } },
      `waiting: due: older than 30 days, but ${isFrozen(NOW + 3 * DAY + 2 * HOUR)}`,
    ],
    'T4: it will get too old in the freeze: an alarm': [
      { ...agedBy(31 * DAY), settings: FROZEN },
      `blocked: due: older than 30 days, but ${isFrozen()}`,
    ],
    'a freeze is over': [{ ...due, settings: frozen(NOW) }, 'acting: due: older than 30 days | mint +cur'],
    'a freeze of another time': [
      { ...due, settings: { freezes: [{ from: NOW + 1, to: NOW + DAY, reason: 'later', everything: false }] } },
      'acting: due: older than 30 days | mint +cur',
    ],
    'a freeze is on, and older tokens end all the same': [
      { document: { ...DUE, ...ledger(9 * DAY) }, rows: [dueRow, aRow('old')], settings: FROZEN },
      `waiting: due: older than 30 days, but ${isFrozen()} | switch-off old`,
    ],
    'a freeze is shown before what ends by itself': [
      { document: DUE, rows: [dueRow, young], settings: FROZEN },
      `waiting: due: older than 30 days, but ${isFrozen()}`,
    ],
    'a closed window is shown after it': [
      { document: DUE, rows: [dueRow, young], settings: CLOSED },
      'waiting: due: older than 30 days, but authorization stray is younger than the lease until 2026-06-01T00:20:00.000Z: a run may be at work on it',
    ],
    'neither hides that a name cannot be resolved': [
      { ...due, target: UNRESOLVED, settings: { ...FROZEN, ...CLOSED } },
      'failed: bucket "x" not found',
    ],
  });

  it.each([
    ['a freeze', FROZEN],
    ['a closed window', CLOSED],
  ])('waits for %s without a call', (_name, settings) => {
    expect(plan(factsOf({ ...due, settings })).kind).toBe('decision');
    expect(plan(factsOf(due)).kind).toBe('question');
  });
});

describe('T4: what else keeps a token waiting that had to wait for its window', () => {
  const text =
    'due: older than 30 days, but authorization stray is younger than the lease until 2026-06-01T00:20:00.000Z: a run may be at work on it';
  const rows = (age: number) => [aRow('cur', { age }), young];
  holdTo({
    'is an alarm a day after the window opened first': [
      { ...agedBy(31 * DAY + 2 * HOUR), rows: rows(31 * DAY + 2 * HOUR), settings: OPEN },
      `blocked: ${text}`,
    ],
    'and not before': [{ ...agedBy(31 * DAY - HOUR), rows: rows(31 * DAY - HOUR), settings: OPEN }, `waiting: ${text}`],
    'nor while its first window opened less than a day ago': [
      { ...agedBy(32 * DAY), rows: rows(32 * DAY), settings: { ...WEEKLY, maxTokenAgeMs: 45 * DAY } },
      `waiting: ${text}`,
    ],
  });
});

describe('other reasons for a new token', () => {
  const both = { ...FROZEN, ...CLOSED };
  holdTo({
    'permissions changed: waits, too': [
      { rows: [aRow('cur', { permissions: [] })], settings: CLOSED },
      `waiting: permissions changed, but ${opens(NOW + 2 * HOUR)}`,
    ],
    'first token': [{ reading: noDocument, rows: [], settings: both }, 'acting: first token | mint'],
    'replaced by hand': [{ document: foreign, settings: both }, 'acting: replaced by hand | mint +cur'],
    missing: [{ rows: [], settings: both }, 'acting: missing: the current authorization cur was deleted | mint'],
    compromised: [
      { document: COMPROMISED, settings: both },
      'acting: the current authorization cur is compromised | mint +cur',
    ],
    'no token under its key': [
      {
        settings: { ...both, tokenKey: 'other' },
        document: {},
      },
      'acting: the secret holds no token under its key "other" | mint +cur',
    ],
  });
});

describe('a token that an operator asks for', () => {
  const ask = (force: boolean): Partial<Scenario> => ({
    asked: {
      command: {
        ...{ action: 'rotate', consumers: ['telegraf'], reason: 'a release', by: undefined },
        ...{ compromised: false, force, minAgeMs: 0 },
      },
      at: NOW,
      settled: false,
    },
    canaries: [{ consumer: 'grafana', state: 'unwell', wellAt: undefined, why: undefined }],
  });

  it.each([
    ['waits for no window, nor for a canary', { settings: CLOSED, ...ask(false) }, 'acting', undefined],
    ['waits for the end of a freeze', { settings: FROZEN, ...ask(false) }, 'waiting', 'FROZEN'],
    ['does not wait for that if the operator insists', { settings: FROZEN, ...ask(true) }, 'acting', undefined],
  ] as const)('%s', (_name, scenario, state, code) => {
    const decision = decide(scenario as Scenario);
    expect({ state: decision.state, code: decision.obstacle?.code }).toEqual({ state, code });
  });
});

describe('a freeze of everything', () => {
  const stray = aRow('stray', { age: 9 * DAY });
  const later = { versions: { AWSPREVIOUS: { age: DAY, text: aText(aDocument({ authorizationId: 'new' })) } } };
  const moved: Scenario = {
    rows: [aRow('cur'), aRow('new', { age: DAY })],
    description: { previous: versionOf('new'), lastChangedAt: NOW - HOUR },
    ...later,
  };
  holdTo({
    'ends nothing': [
      { document: ledger(9 * DAY), rows: [aRow('cur'), aRow('old'), stray], settings: HARD },
      'idle: next rotation in 10 days',
    ],
    'and without it': [
      { document: ledger(9 * DAY), rows: [aRow('cur'), aRow('old'), stray] },
      'acting: next rotation in 10 days | switch-off old | switch-off stray',
    ],
    'ends what leaked': [
      { document: ledger(HOUR, { compromised: true }), rows: [aRow('cur'), aRow('old')], settings: HARD },
      'acting: next rotation in 10 days | delete old',
    ],
    'ends nothing of a retired consumer': [{ settings: { ...HARD, retired: true }, description: {} }, 'idle: retired'],
    'copies nothing forward that works': [{ ...moved, settings: HARD }, 'idle: next rotation in 10 days'],
    'and without it, copies': [
      moved,
      'acting: a label was moved back: the newer token goes into the ledger | copy-forward +new',
    ],
    'replaces what is missing': [
      { rows: [], settings: HARD },
      'acting: missing: the current authorization cur was deleted | mint',
    ],
    'the edited secret is left, too': [
      { document: edited, rows: [aRow('cur'), stray], versionAge: HOUR, settings: HARD },
      'idle: next rotation in 10 days',
    ],
  });

  it('a note says until when, and why', () => {
    const { notes } = decide({ document: ledger(9 * DAY), rows: [aRow('cur'), aRow('old')], settings: HARD });
    expect(notes).toEqual([{ code: 'ENDS_FROZEN', why: 'release', until: NOW + 3 * DAY }]);
  });

  it('says nothing where nothing was to be ended', () => {
    expect(decide({ settings: HARD }).notes).toEqual([]);
  });
});

describe('the next rotation', () => {
  const inTen = NOW + 10 * DAY;
  it.each<[string, Partial<ConsumerSettings>, number]>([
    ['is when the token is due', {}, inTen],
    ['or when the window opens after that', CLOSED, inTen + 2 * HOUR],
    [
      'or when a freeze is over',
      { freezes: [{ from: NOW + DAY, to: inTen + DAY, reason: 'x', everything: false }] },
      inTen + DAY,
    ],
  ])('%s', (_name, settings, until) => {
    expect(decide({ settings }).reason).toEqual({ code: 'NEXT_ROTATION', until, inMs: until - NOW });
  });
});
