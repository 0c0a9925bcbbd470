import { describe } from 'vitest';
import { formatMarker } from '../../../../lambda/engine/document/marker.ts';
import { DAY, HOUR, LIMITS, MINUTE } from '../../../builders/a-configuration.ts';
import {
  aDocument,
  aRow,
  aText,
  holdTo,
  IDENTITY,
  NOW,
  SETTLED,
  versionOf,
  young,
} from '../../../builders/a-scenario.ts';

describe('a stray', () => {
  holdTo({
    'R7: a live stray, settled': [
      { rows: [aRow('cur'), aRow('stray')] },
      'acting: next rotation in 10 days | switch-off stray',
    ],
    'R7: a live stray while the current version is new': [
      { description: { pending: versionOf('stray') }, rows: [aRow('cur'), aRow('stray')], versionAge: SETTLED - 1 },
      'idle: next rotation in 10 days',
    ],
    'R7: a live stray while the secret was changed less than a grace period ago (G4)': [
      {
        rows: [aRow('cur'), aRow('stray')],
        versionAge: 2 * DAY,
        description: { pending: versionOf('stray'), lastChangedAt: NOW - DAY + 1 },
      },
      'idle: next rotation in 10 days',
    ],
    'R7: a live stray whose waits have just passed': [
      { rows: [aRow('cur'), aRow('stray')], versionAge: SETTLED, description: { lastChangedAt: NOW - DAY } },
      'acting: next rotation in 10 days | switch-off stray',
    ],
    'R7: a live stray of a secret that nobody knows the last change of': [
      { rows: [aRow('cur'), aRow('stray')], description: { pending: versionOf('stray'), lastChangedAt: undefined } },
      'idle: next rotation in 10 days',
    ],
    'R7: a live stray that is to be kept': [
      {
        description: { pending: versionOf('stray') },
        rows: [aRow('cur'), aRow('stray', { notes: 'keep-until=2026-07-01' })],
      },
      'idle: next rotation in 10 days',
    ],
    'R7: a live stray whose version is AWSPREVIOUS, whatever it holds, where nothing may be copied': [
      { rows: [aRow('cur'), aRow('stray')], description: { previous: versionOf('stray'), rotationEnabled: true } },
      'idle: next rotation in 10 days',
    ],
    'R7: a live stray that an edit under AWSPREVIOUS holds': [
      {
        rows: [aRow('cur'), aRow('stray')],
        description: { pending: versionOf('stray'), previous: versionOf('edit'), rotationEnabled: true },
        versions: { AWSPREVIOUS: { age: 50 * DAY, text: aText(aDocument({ authorizationId: 'stray' })) } },
      },
      'idle: next rotation in 10 days',
    ],
    'R7: a live stray that AWSPREVIOUS holds (F6)': [
      {
        rows: [aRow('cur'), aRow('stray')],
        description: { previous: versionOf('stray'), pending: versionOf('stray'), rotationEnabled: true },
        versions: { AWSPREVIOUS: { age: 50 * DAY, text: aText(aDocument({ authorizationId: 'stray' })) } },
      },
      'idle: next rotation in 10 days',
    ],
    'R7: an inactive stray that was never stored': [
      { rows: [aRow('cur'), aRow('stray', { status: 'inactive' })], description: { lastChangedAt: NOW } },
      'acting: next rotation in 10 days | delete stray',
    ],
    'R7: an inactive stray that worked once is not one that was never stored: its version lost its label (U6)': [
      {
        rows: [aRow('cur'), aRow('stray', { status: 'inactive', touched: HOUR, notes: `sha256=${'0'.repeat(32)}` })],
      },
      'idle: next rotation in 10 days',
    ],
    'R7: an inactive stray that was stored, hold over': [
      { rows: [aRow('cur'), aRow('stray', { status: 'inactive' })], description: { pending: versionOf('stray') } },
      'acting: next rotation in 10 days | delete stray',
    ],
    'R7: an inactive stray that was stored, hold not over': [
      {
        rows: [aRow('cur'), aRow('stray', { status: 'inactive', touched: HOUR })],
        description: { pending: versionOf('stray') },
      },
      'idle: next rotation in 10 days',
    ],
    'R7: an inactive stray that was stored, its hold period just over': [
      {
        rows: [aRow('cur'), aRow('stray', { status: 'inactive', touched: DAY })],
        description: { pending: versionOf('stray') },
      },
      'acting: next rotation in 10 days | delete stray',
    ],
    'R7: an inactive stray that was stored, hold over, while the current version is new': [
      {
        rows: [aRow('cur'), aRow('stray', { status: 'inactive' })],
        versionAge: HOUR,
        description: { pending: versionOf('stray') },
      },
      'idle: next rotation in 10 days',
    ],
    'R7: a row as old as the lease is a stray': [
      { rows: [aRow('cur'), aRow('stray', { age: LIMITS.leaseMs })] },
      'acting: next rotation in 10 days | switch-off stray',
    ],
    'R7: a young row is no stray': [{ rows: [aRow('cur'), young] }, 'idle: next rotation in 10 days'],
    'R7: nor is one that is younger than the lease, though older than the function can run': [
      { rows: [aRow('cur'), aRow('stray', { age: 29 * MINUTE, status: 'inactive' })] },
      'idle: next rotation in 10 days',
    ],
    'R7: a row with the marker of another consumer': [
      {
        rows: [
          aRow('cur'),
          aRow('hers', { description: formatMarker({ ...IDENTITY, consumer: 'grafana' }, versionOf('x')) }),
        ],
      },
      'idle: next rotation in 10 days',
    ],
    'R7: a row with the marker of another secret (F17)': [
      {
        rows: [
          aRow('cur'),
          aRow('hers', { description: formatMarker({ ...IDENTITY, fingerprint: '00000000' }, versionOf('x')) }),
        ],
      },
      'idle: next rotation in 10 days',
    ],
    'R7: a stray that another consumer uses': [
      { rows: [aRow('cur'), aRow('stray')], protections: { stray: 'it is the current one of consumer x' } },
      'idle: next rotation in 10 days',
    ],
  });
});
