import { describe } from 'vitest';
import { DAY } from '../../../builders/a-configuration.ts';
import { aDocument, aRow, aText, holdTo, ledger, rotationEnabled, versionOf } from '../../../builders/a-scenario.ts';

describe('a secret that Secrets Manager itself rotates', () => {
  holdTo({
    'R14: retirement goes on while Secrets Manager itself rotates': [
      { document: ledger(9 * DAY), rows: [aRow('cur'), aRow('old')], description: rotationEnabled },
      'acting: next rotation in 10 days | switch-off old',
    ],
    'R14a: but not of the authorization in the pending value': [
      {
        document: ledger(9 * DAY),
        rows: [aRow('cur'), aRow('old')],
        description: { ...rotationEnabled, pending: versionOf('pending') },
        versions: {
          AWSPENDING: { age: DAY, text: aText(aDocument({ authorizationId: 'old', id: versionOf('pending') })) },
        },
      },
      'idle: next rotation in 10 days',
    ],
    'R14a: nor of a stray in the pending value': [
      {
        rows: [aRow('cur'), aRow('stray')],
        description: { ...rotationEnabled, pending: versionOf('pending') },
        versions: {
          AWSPENDING: { age: DAY, text: aText(aDocument({ authorizationId: 'stray', id: versionOf('pending') })) },
        },
      },
      'idle: next rotation in 10 days',
    ],
    'R14a: nor of one that is off already, and was held long enough': [
      {
        document: ledger(9 * DAY),
        rows: [aRow('cur'), aRow('old', { status: 'inactive', touched: 5 * DAY })],
        description: { ...rotationEnabled, pending: versionOf('pending') },
        versions: {
          AWSPENDING: { age: DAY, text: aText(aDocument({ authorizationId: 'old', id: versionOf('pending') })) },
        },
      },
      'idle: next rotation in 10 days',
    ],
    'R14a: nor of a stray that is off': [
      {
        rows: [aRow('cur'), aRow('stray', { status: 'inactive', touched: 5 * DAY })],
        description: { ...rotationEnabled, pending: versionOf('pending') },
        versions: {
          AWSPENDING: { age: DAY, text: aText(aDocument({ authorizationId: 'stray', id: versionOf('pending') })) },
        },
      },
      'idle: next rotation in 10 days',
    ],
    'R14a: another authorization is pending': [
      {
        document: ledger(9 * DAY),
        rows: [aRow('cur'), aRow('old')],
        description: { ...rotationEnabled, pending: versionOf('pending') },
        versions: {
          AWSPENDING: { age: DAY, text: aText(aDocument({ authorizationId: 'more', id: versionOf('pending') })) },
        },
      },
      'acting: next rotation in 10 days | switch-off old',
    ],
    'R14a: the pending value was made by hand, with our keys copied': [
      {
        document: ledger(9 * DAY),
        rows: [aRow('cur'), aRow('old')],
        description: { ...rotationEnabled, pending: versionOf('pending') },
        versions: { AWSPENDING: { age: DAY, text: aText(aDocument({ authorizationId: 'old' }), 'by hand') } },
      },
      'idle: next rotation in 10 days',
    ],
    'R14a: the pending value holds no document': [
      {
        document: ledger(9 * DAY),
        rows: [aRow('cur'), aRow('old')],
        description: { ...rotationEnabled, pending: versionOf('pending') },
        versions: { AWSPENDING: { age: DAY, text: '{"token":"abc"}' } },
      },
      'acting: next rotation in 10 days | switch-off old',
    ],
    'R14a: the pending version is gone': [
      {
        document: ledger(9 * DAY),
        rows: [aRow('cur'), aRow('old')],
        description: { ...rotationEnabled, pending: versionOf('pending') },
      },
      'acting: next rotation in 10 days | switch-off old',
    ],
    'R14a: the current version is the pending one': [
      {
        document: ledger(9 * DAY),
        rows: [aRow('cur'), aRow('old')],
        description: { ...rotationEnabled, pending: versionOf('cur') },
        versions: {
          AWSPENDING: { age: DAY, text: aText(aDocument({ authorizationId: 'old', id: versionOf('pending') })) },
        },
      },
      'acting: next rotation in 10 days | switch-off old',
    ],
    'R14a: a pending version that Secrets Manager does not rotate': [
      {
        document: ledger(9 * DAY),
        rows: [aRow('cur'), aRow('old')],
        description: { pending: versionOf('pending') },
        versions: {
          AWSPENDING: { age: DAY, text: aText(aDocument({ authorizationId: 'old', id: versionOf('pending') })) },
        },
      },
      'acting: next rotation in 10 days | switch-off old',
    ],
  });
});
