import { describe } from 'vitest';
import { formatMarker, markerHash } from '../../../../lambda/engine/document/marker.ts';
import { DAY, HOUR, LIMITS, MINUTE } from '../../../builders/a-configuration.ts';
import {
  aDocument,
  anEntry,
  aRow,
  aText,
  DUE,
  dueRow,
  edited,
  holdTo,
  IDENTITY,
  ledger,
  NOW,
  SETTLED,
  versionOf,
} from '../../../builders/a-scenario.ts';

const OF_ANOTHER = { userId: 'dddddddddddddddd' };
const UNSEEN = { old: { kind: 'unseen', detail: 'read:users/d is unauthorized' } } as const;
const CANNOT_BE_SEEN =
  'authorization old of the ledger cannot be seen, so it cannot be ended, and its token may work for ever: read:users/d is unauthorized';

describe('an entry of the ledger', () => {
  holdTo({
    'R6a: an adopted token, while the secret of another consumer cannot be read': [
      {
        document: ledger(9 * DAY),
        rows: [aRow('cur'), aRow('old', { description: 'by hand' })],
        settings: { adopt: 'old' },
        unread: ['grafana'],
      },
      'idle: next rotation in 10 days',
    ],
    'R6a: the same, but it carries our marker by now': [
      {
        document: ledger(9 * DAY),
        rows: [aRow('cur'), aRow('old')],
        settings: { adopt: 'old' },
        unread: ['grafana'],
      },
      'acting: next rotation in 10 days | switch-off old',
    ],
    'R6a: a ledger entry, active, its grace period over': [
      { document: ledger(SETTLED), rows: [aRow('cur'), aRow('old')] },
      'acting: next rotation in 10 days | switch-off old',
    ],
    'R6a: not yet over': [
      { document: ledger(SETTLED - 1), rows: [aRow('cur'), aRow('old')] },
      'idle: next rotation in 10 days',
    ],
    'R6a: to be kept': [
      { document: ledger(9 * DAY), rows: [aRow('cur'), aRow('old', { notes: 'keep-until=2026-06-02T00:00:00Z' })] },
      'idle: next rotation in 10 days',
    ],
    'R6a: to be kept no longer': [
      { document: ledger(9 * DAY), rows: [aRow('cur'), aRow('old', { notes: 'keep-until=2026-05-31T00:00:00Z' })] },
      'acting: next rotation in 10 days | switch-off old',
    ],
    'R6a: the secret was changed less than a grace period ago': [
      { document: ledger(2 * DAY), rows: [aRow('cur'), aRow('old')], description: { lastChangedAt: NOW - HOUR } },
      'idle: next rotation in 10 days',
    ],
    'R6a: the same, but the bound of that wait has passed': [
      {
        document: ledger(LIMITS.leaseMs + 3 * DAY),
        rows: [aRow('cur'), aRow('old')],
        description: { lastChangedAt: NOW - HOUR },
      },
      'acting: next rotation in 10 days | switch-off old',
    ],
    'R6a: no bound while AWSPREVIOUS is the version of the entry (G3)': [
      {
        document: ledger(LIMITS.leaseMs + 9 * DAY),
        rows: [aRow('cur'), aRow('old')],
        description: { lastChangedAt: NOW - HOUR, previous: versionOf('old') },
      },
      'idle: next rotation in 10 days',
    ],
    'R6a: no bound while AWSPREVIOUS is of unknown origin': [
      {
        document: ledger(LIMITS.leaseMs + 9 * DAY),
        rows: [aRow('cur'), aRow('old')],
        description: { lastChangedAt: NOW - HOUR, previous: versionOf('unknown') },
        versions: { AWSPREVIOUS: { age: 2 * HOUR, text: '{"token":"of whoever"}' } },
      },
      'idle: next rotation in 10 days',
    ],
    'R6a: a bound where AWSPREVIOUS is an edit that holds the current token': [
      {
        document: { ...edited, ...ledger(LIMITS.leaseMs + 9 * DAY) },
        rows: [aRow('cur'), aRow('old')],
        description: { lastChangedAt: NOW - HOUR, previous: versionOf('edit') },
        versions: { AWSPREVIOUS: { age: 2 * HOUR, text: aText(aDocument()) } },
      },
      'acting: next rotation in 10 days | switch-off old',
    ],
    'R6a: the secret was changed a grace period ago': [
      {
        document: ledger(2 * DAY),
        rows: [aRow('cur'), aRow('old')],
        description: { lastChangedAt: NOW - DAY },
      },
      'acting: next rotation in 10 days | switch-off old',
    ],
    'R6a: the secret was changed almost a grace period ago': [
      {
        document: ledger(2 * DAY),
        rows: [aRow('cur'), aRow('old')],
        description: { lastChangedAt: NOW - DAY + 1 },
      },
      'idle: next rotation in 10 days',
    ],
    'R6a: the bound of that wait has almost passed': [
      {
        document: ledger(LIMITS.leaseMs + 3 * DAY - 1),
        rows: [aRow('cur'), aRow('old')],
        description: { lastChangedAt: NOW - HOUR },
      },
      'idle: next rotation in 10 days',
    ],
    'R6a: nobody knows when the secret was changed': [
      {
        document: ledger(LIMITS.leaseMs + 9 * DAY),
        rows: [aRow('cur'), aRow('old')],
        description: { lastChangedAt: undefined },
      },
      'idle: next rotation in 10 days',
    ],
    'R6a: a bound where AWSPREVIOUS is the version of the current token': [
      {
        document: { ...edited, ...ledger(LIMITS.leaseMs + 9 * DAY) },
        rows: [aRow('cur'), aRow('old')],
        description: { lastChangedAt: NOW - HOUR, previous: versionOf('cur') },
      },
      'acting: next rotation in 10 days | switch-off old',
    ],
    'R6a: a bound where AWSPREVIOUS is the version of a marked row': [
      {
        document: ledger(LIMITS.leaseMs + 9 * DAY),
        rows: [aRow('cur'), aRow('old'), aRow('more', { status: 'inactive', touched: HOUR })],
        description: { lastChangedAt: NOW - HOUR, previous: versionOf('more') },
      },
      'acting: next rotation in 10 days | switch-off old',
    ],
    'R6a: over the limit of a run': [
      { document: ledger(2 * DAY), rows: [aRow('cur'), aRow('old')], overTheCap: ['old'] },
      'idle: next rotation in 10 days',
    ],
    'T1: an entry without a marker is left alone, whatever its document says': [
      { document: ledger(2 * DAY), rows: [aRow('cur'), aRow('old', { description: 'by hand' })] },
      'idle: next rotation in 10 days',
    ],
    'T1: also one that it calls compromised, which is an alarm': [
      {
        document: ledger(2 * DAY, { compromised: true }),
        rows: [aRow('cur'), aRow('old', { description: 'by hand' })],
      },
      'blocked: next rotation in 10 days, but a token that leaked still works (authorization old): it has no marker of ours, and "adopt" does not name it, so no run may end it: make sure whose it is, and delete it by hand (influx auth delete --id old)',
    ],
    'H17: what is older than a token that leaked, and was replaced, leaked, too: the noted row goes last': [
      {
        document: { superseded: [anEntry('noted', HOUR), anEntry('old', HOUR)] },
        rows: [
          aRow('cur', { age: HOUR }),
          aRow('noted', { age: 2 * DAY, notes: 'compromised=2026-06-01' }),
          aRow('old', { age: 3 * DAY }),
        ],
      },
      'acting: next rotation in 29 days 23 hours | delete old | delete noted',
    ],
    'H17: not by the note on one that is newer than the current token, and so was never current': [
      {
        document: ledger(HOUR),
        rows: [
          aRow('cur', { age: 2 * HOUR }),
          aRow('pending', { age: HOUR, notes: 'compromised=2026-06-01' }),
          aRow('old', { age: 3 * DAY }),
        ],
      },
      'acting: next rotation in 29 days 22 hours | delete pending',
    ],
    "H17: nor by one on a row of anybody's who copied our marker": [
      {
        document: ledger(HOUR),
        rows: [
          aRow('cur', { age: HOUR }),
          aRow('copy', { ...OF_ANOTHER, age: 2 * DAY, notes: 'compromised=2026-06-01' }),
          aRow('old', { age: 3 * DAY }),
        ],
      },
      'acting: next rotation in 29 days 23 hours | delete copy',
    ],
    'T1: one that the configuration adopts ends by its word': [
      {
        document: ledger(2 * DAY),
        rows: [aRow('cur'), aRow('old', { description: 'by hand' })],
        settings: { adopt: 'old' },
      },
      'acting: next rotation in 10 days | switch-off old',
    ],
    'T1: but not one of another owner': [
      {
        document: ledger(2 * DAY),
        rows: [aRow('cur'), aRow('old', { description: 'by hand', userId: 'dddddddddddddddd' })],
        settings: { adopt: 'old' },
      },
      'idle: next rotation in 10 days',
    ],
    'T1: nor such a one that the document calls compromised': [
      {
        document: ledger(2 * DAY, { compromised: true }),
        rows: [aRow('cur'), aRow('old', { description: 'by hand', userId: 'dddddddddddddddd' })],
        settings: { adopt: 'old' },
      },
      'idle: next rotation in 10 days',
    ],
    'T2: an entry whose value some secret holds, by the hash in its marker': [
      {
        document: ledger(2 * DAY, { compromised: true }),
        rows: [
          aRow('cur'),
          aRow('old', {
            description: formatMarker(IDENTITY, versionOf('old'), { tokenHash: markerHash('shared') }),
          }),
        ],
        heldByHash: { [markerHash('shared')]: 'the secret of consumer grafana holds it' },
      },
      'blocked: next rotation in 10 days, but a token that leaked still works (authorization old): the secret of consumer grafana holds it',
    ],
    'T2: the current token is never ended, whatever its ledger says of it': [
      { document: { superseded: [anEntry('cur', 9 * DAY)] }, rows: [aRow('cur')] },
      'idle: next rotation in 10 days',
    ],
    'T2: a current token that leaked is replaced first, and ended by the run after': [
      { document: { superseded: [anEntry('cur', 9 * DAY, { compromised: true })] }, rows: [aRow('cur')] },
      'acting: the current authorization cur is compromised | mint +cur',
    ],
    'T4: a later time than the version was made at does not put the end off': [
      {
        document: { superseded: [anEntry('old', -300 * DAY)] },
        rows: [aRow('cur'), aRow('old')],
        versionAge: 9 * DAY,
      },
      'acting: next rotation in 10 days | switch-off old',
    ],
    'R6a: a bound where AWSPREVIOUS is the version of the current token, which lost its marker': [
      {
        document: { ...edited, ...ledger(LIMITS.leaseMs + 9 * DAY) },
        rows: [aRow('cur', { description: 'by hand' }), aRow('old')],
        description: { lastChangedAt: NOW - HOUR, previous: versionOf('cur') },
      },
      'acting: next rotation in 10 days | switch-off old',
    ],
    'R6a: an entry whose row has the marker of another consumer': [
      {
        document: ledger(9 * DAY),
        rows: [
          aRow('cur'),
          aRow('old', { description: formatMarker({ ...IDENTITY, consumer: 'grafana' }, versionOf('old')) }),
        ],
      },
      'idle: next rotation in 10 days',
    ],
    'R6a: an entry that another consumer uses': [
      {
        document: ledger(9 * DAY),
        rows: [aRow('cur'), aRow('old')],
        protections: { old: 'it is the current one of consumer x' },
      },
      'idle: next rotation in 10 days',
    ],
    'R6b: a ledger entry, inactive, settled, its hold period over': [
      {
        document: ledger(9 * DAY),
        rows: [aRow('cur'), aRow('old', { status: 'inactive', touched: DAY })],
      },
      'acting: next rotation in 10 days | delete old',
    ],
    'R6b: its hold period not over': [
      { document: ledger(9 * DAY), rows: [aRow('cur'), aRow('old', { status: 'inactive', touched: DAY - 1 })] },
      'idle: next rotation in 10 days',
    ],
    'R6b: switched off by hand, hold over, but inside its grace period (F12)': [
      {
        document: ledger(SETTLED - 1),
        rows: [aRow('cur'), aRow('old', { status: 'inactive', touched: 20 * HOUR })],
        settings: { holdPeriodMs: HOUR },
      },
      'idle: next rotation in 10 days',
    ],
    'R6b: an entry that is gone': [
      { document: ledger(9 * DAY), rows: [aRow('cur')] },
      'idle: next rotation in 10 days',
    ],
    'T4: an entry that cannot be seen is a note, until its grace period is over': [
      { document: ledger(DAY - 1, OF_ANOTHER), rows: [aRow('cur')], lookups: UNSEEN },
      'idle: next rotation in 10 days',
    ],
    'T4: and then an alarm': [
      { document: ledger(DAY, OF_ANOTHER), rows: [aRow('cur')], lookups: UNSEEN },
      `blocked: next rotation in 10 days, but ${CANNOT_BE_SEEN}`,
    ],
    'T4: after a day at most': [
      {
        document: ledger(DAY, OF_ANOTHER),
        rows: [aRow('cur')],
        lookups: UNSEEN,
        settings: { gracePeriodMs: 9 * DAY },
      },
      `blocked: next rotation in 10 days, but ${CANNOT_BE_SEEN}`,
    ],
    'T4: and at once where it leaked': [
      { document: ledger(HOUR, { ...OF_ANOTHER, compromised: true }), rows: [aRow('cur')], lookups: UNSEEN },
      `blocked: next rotation in 10 days, but ${CANNOT_BE_SEEN}`,
    ],
    'T4: but a rotation that is due goes on': [
      { document: { ...DUE, ...ledger(9 * DAY, OF_ANOTHER) }, rows: [dueRow], lookups: UNSEEN },
      `blocked: due: older than 30 days, but ${CANNOT_BE_SEEN} | mint +cur old`,
    ],
    'R6b: an entry whose owner was deleted': [
      {
        document: { superseded: [anEntry('old', 9 * DAY, { userId: 'dddddddddddddddd' })] },
        rows: [aRow('cur')],
        lookups: { old: { kind: 'owner-gone' } },
      },
      'idle: next rotation in 10 days',
    ],
    'R6b: an entry whose owner was deleted, inside its grace period': [
      {
        document: { superseded: [anEntry('old', SETTLED - 1, { userId: 'dddddddddddddddd' })] },
        rows: [aRow('cur')],
        lookups: { old: { kind: 'owner-gone' } },
      },
      'idle: next rotation in 10 days',
    ],
    'R6b: an entry that is inactive and to be kept': [
      {
        document: ledger(9 * DAY),
        rows: [aRow('cur'), aRow('old', { status: 'inactive', notes: 'keep-until=2026-07-01' })],
      },
      'idle: next rotation in 10 days',
    ],
    'R6c: a compromised entry, whatever its age, status and keep-until': [
      {
        document: ledger(MINUTE, { compromised: true }),
        rows: [aRow('cur'), aRow('old', { notes: 'keep-until=2027-01-01T00:00:00Z' })],
        description: { lastChangedAt: NOW },
      },
      'acting: next rotation in 10 days | delete old',
    ],
    'R6c: a compromised entry that another consumer uses': [
      {
        document: ledger(MINUTE, { compromised: true }),
        rows: [aRow('cur'), aRow('old')],
        protections: { old: 'it is the current one of consumer x' },
      },
      'blocked: next rotation in 10 days, but a token that leaked still works (authorization old): it is the current one of consumer x',
    ],
  });
});
