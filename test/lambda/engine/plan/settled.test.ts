import { describe, expect, it } from 'vitest';
import { formatMarker, markerHash } from '../../../../lambda/engine/document/marker.ts';
import { DAY, HOUR, LIMITS, MINUTE } from '../../../builders/a-configuration.ts';
import {
  aDocument,
  anEntry,
  aRow,
  aText,
  aValue,
  decide,
  edited,
  holdTo,
  IDENTITY,
  NOW,
  type Scenario,
  SETTLED,
  versionOf,
} from '../../../builders/a-scenario.ts';

// T4: the waits of older tokens end by what the rows say, since whoever writes the secret can renew what it says.

const BOUND = LIMITS.leaseMs + 3 * DAY;
const MAX_AGE = 35 * DAY;
const IDLE = 'idle: next rotation in 10 days';
const renewed = { lastChangedAt: NOW - HOUR, previous: versionOf('edit') };
const previousEdit = (age: number, of = 'cur') => ({
  AWSPREVIOUS: { age, text: aText(aDocument({ authorizationId: of })) },
});
/** Somebody edits the secret every day, an hour ago for the last time. */
const daily = (rest: Scenario): Scenario => ({
  versionAge: HOUR,
  description: renewed,
  versions: previousEdit(DAY),
  ...rest,
  document: { ...edited, ...rest.document },
});
/** A value without a document, made so long ago. */
const foreignValue = (age: number) => aValue('{"url":"https://influxdb"}', versionOf('hand'), age);
const current = (age: number) => aRow('cur', { age });
const mintedAgo = (age: number) => ({ mintedAt: NOW - age });

describe('an entry whose time is renewed in the ledger every day', () => {
  const entry = (age: number, old = 40 * DAY) =>
    daily({
      document: { ...mintedAgo(age), superseded: [anEntry('old', HOUR)] },
      rows: [current(age), aRow('old', { age: old })],
    });

  holdTo({
    'ends by the time at which its successor was made, after a lease for the put': [
      entry(LIMITS.leaseMs + BOUND),
      'acting: next rotation in 26 days 23 hours | switch-off old',
    ],
    'not a moment sooner, where the labels do not rule it out': [
      { ...entry(LIMITS.leaseMs + BOUND - 1), versions: previousEdit(HOUR + MINUTE) },
      'idle: next rotation in 26 days 23 hours',
    ],
  });

  it('says until when it waits at the longest', () => {
    const wait = (age: number) => decide({ ...entry(age), versions: previousEdit(HOUR + MINUTE) }).notes;
    expect(wait(3 * DAY)).toMatchObject([{ code: 'SECRET_RESTLESS', until: NOW - 3 * DAY + LIMITS.leaseMs + BOUND }]);
    expect(wait(2 * DAY)).toMatchObject([{ code: 'SECRET_RESTLESS', until: NOW - HOUR + DAY }]);
  });
});

describe('a retired consumer whose secret is written every day', () => {
  const retired = (age: number, rest: Scenario = {}): Scenario => ({
    ...daily({ document: mintedAgo(age), rows: [current(age)], ...rest }),
    settings: { retired: true },
  });

  holdTo({
    'loses its token by the time of its activation': [retired(BOUND), 'acting: retired | switch-off cur'],
    'and not a moment sooner': [retired(BOUND - 1), 'idle: retired'],
    'its activation counts, not its mint': [
      retired(BOUND, { rows: [aRow('cur', { age: BOUND, touched: BOUND - 1 })] }),
      'idle: retired',
    ],
    'without a document: once what the labels are on was put after the token, and a grace period ago': [
      {
        ...{ settings: { retired: true }, rows: [current(9 * DAY)], description: renewed },
        reading: foreignValue(HOUR),
        versions: { AWSPREVIOUS: { age: SETTLED, text: '{}' } },
      },
      'acting: retired | switch-off cur',
    ],
    'not while the older of them is newer': [
      {
        ...{ settings: { retired: true }, rows: [current(9 * DAY)], description: renewed, reading: foreignValue(HOUR) },
        versions: { AWSPREVIOUS: { age: SETTLED - 1, text: '{}' } },
      },
      'idle: retired',
    ],
    'nor where the older of them is older than the token': [
      {
        ...{ settings: { retired: true }, rows: [current(9 * DAY)], description: renewed, reading: foreignValue(HOUR) },
        versions: { AWSPREVIOUS: { age: 9 * DAY, text: '{}' } },
      },
      'idle: retired',
    ],
    'nor where it is newer than the current one: a label was moved': [
      {
        ...{ settings: { retired: true }, rows: [current(9 * DAY)], description: renewed },
        reading: foreignValue(3 * DAY),
        versions: { AWSPREVIOUS: { age: 2 * DAY, text: '{}' } },
      },
      'idle: retired',
    ],
    'nor where it holds the token': [
      {
        ...{ settings: { retired: true }, description: renewed, reading: foreignValue(HOUR) },
        rows: [
          aRow('cur', {
            age: 9 * DAY,
            description: formatMarker(IDENTITY, versionOf('cur'), { tokenHash: markerHash('by-hand') }),
          }),
        ],
        versions: { AWSPREVIOUS: { age: 3 * DAY, text: '{"token":"by-hand"}' } },
      },
      'idle: retired',
    ],
    'or once the token is older than any may be, whatever the labels say': [
      {
        ...{ settings: { retired: true }, rows: [current(MAX_AGE + BOUND)], description: renewed },
        reading: foreignValue(HOUR),
        versions: { AWSPREVIOUS: { age: 2 * HOUR, text: '{}' } },
      },
      'acting: retired | switch-off cur',
    ],
  });
});

describe('what is adopted, while the secret is written every day', () => {
  const adopts = (age: number, hers: Parameters<typeof aRow>[1] = {}): Scenario => ({
    ...daily({
      document: mintedAgo(age),
      rows: [current(age), aRow('hers', { description: 'by hand', age: 40 * DAY, ...hers })],
      versions: previousEdit(HOUR + MINUTE),
    }),
    settings: { adopt: 'hers' },
  });

  holdTo({
    'ends by the time at which our token was made': [
      adopts(LIMITS.leaseMs + BOUND),
      'acting: next rotation in 26 days 23 hours | switch-off hers',
    ],
    'and not a moment sooner': [adopts(LIMITS.leaseMs + BOUND - 1), 'idle: next rotation in 26 days 23 hours'],
    'nor if it is newer than ours, until it is older than any may be': [adopts(20 * DAY, { age: 10 * DAY }), IDLE],
  });

  const byHand = { versions: { AWSPREVIOUS: { age: 2 * HOUR, text: '{"token":"by-hand"}' } } };
  holdTo({
    'ends though AWSPREVIOUS holds a value of nobody': [
      { ...adopts(10 * DAY), ...byHand },
      'acting: next rotation in 20 days | switch-off hers',
    ],
    'not while AWSPREVIOUS holds a value of its owner, by the word of InfluxDB': [
      { ...adopts(10 * DAY), ...byHand, owners: { AWSPREVIOUS: aRow('hers').userId } },
      'idle: next rotation in 20 days',
    ],
  });
});
