import { describe } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../builders/a-configuration.ts';
import {
  aRow,
  CLOCK,
  edited,
  foreign,
  holdTo,
  IDENTITY,
  ledger,
  NOW,
  noDocument,
  versionOf,
} from '../../../builders/a-scenario.ts';

describe('a retired consumer', () => {
  holdTo({
    'retired: all its tokens are settled': [
      {
        settings: { retired: true },
        document: ledger(9 * DAY),
        rows: [aRow('cur'), aRow('old', { status: 'inactive' })],
      },
      'acting: retired | switch-off cur | delete old',
    ],
    'retired: its version is new': [
      { settings: { retired: true }, rows: [aRow('cur', { age: 3 * HOUR })], versionAge: HOUR },
      'idle: retired',
    ],
    'retired: its older token has a ledger entry of its own': [
      {
        settings: { retired: true },
        document: ledger(HOUR),
        rows: [aRow('cur', { age: 3 * HOUR }), aRow('old')],
        versionAge: 3 * HOUR,
      },
      'idle: retired',
    ],
    'retired: a row is young': [
      { settings: { retired: true }, rows: [aRow('cur'), aRow('stray', { age: MINUTE })] },
      'acting: retired | switch-off cur',
    ],
    'retired, T1: its tokens have no markers, though its ledger names them': [
      {
        settings: { retired: true },
        document: { ...edited, ...ledger(9 * DAY) },
        rows: [aRow('cur', { description: 'by hand' }), aRow('old', { description: 'by hand' })],
      },
      'idle: retired',
    ],
    'retired: what a foreign document names is not ours to end': [
      { settings: { retired: true }, document: foreign, rows: [aRow('cur', { description: 'by hand' })] },
      'idle: retired',
    ],
    'retired: nor what the document of another consumer names': [
      {
        settings: { retired: true },
        document: { identity: { ...IDENTITY, consumer: 'grafana' } },
        rows: [aRow('cur', { description: 'by hand' })],
      },
      'idle: retired',
    ],
    'retired: its secret holds no document': [
      { settings: { retired: true }, reading: noDocument, rows: [aRow('stray')] },
      'acting: retired | switch-off stray',
    ],
    'retired: the same, while AWSPREVIOUS is of unknown origin': [
      {
        settings: { retired: true },
        reading: noDocument,
        rows: [aRow('stray')],
        description: { lastChangedAt: NOW - HOUR, previous: versionOf('unknown') },
        versions: { AWSPREVIOUS: { age: 2 * HOUR, text: '{"token":"of whoever"}' } },
      },
      'idle: retired',
    ],
    'retired: the clocks disagree': [{ settings: { retired: true }, clocks: CLOCK }, 'idle: retired'],
    'retired: its secret was scheduled for deletion long ago': [
      { settings: { retired: true }, reading: { kind: 'deleted' }, description: { deletedAt: NOW - 2 * DAY } },
      'acting: retired | switch-off cur',
    ],
    'retired: its secret was scheduled for deletion just now': [
      {
        settings: { retired: true },
        reading: { kind: 'deleted' },
        description: { deletedAt: NOW + 6 * DAY, lastChangedAt: NOW - HOUR },
      },
      'idle: retired',
    ],
    'retired: its secret has no value': [
      { settings: { retired: true }, reading: { kind: 'not-found' } },
      'acting: retired | switch-off cur',
    ],
    'retired: its secret has no value, and was changed just now': [
      { settings: { retired: true }, reading: { kind: 'not-found' }, description: { lastChangedAt: NOW - HOUR } },
      'idle: retired',
    ],
    'retired: its secret has no value, and nobody knows since when': [
      {
        settings: { retired: true },
        reading: { kind: 'not-found' },
        rows: [aRow('cur', { status: 'inactive' })],
        description: { lastChangedAt: undefined },
      },
      'idle: retired',
    ],
    'retired: a marked token that no ledger names, while the secret was changed just now': [
      {
        settings: { retired: true },
        rows: [aRow('cur'), aRow('stray')],
        description: { lastChangedAt: NOW - HOUR },
      },
      'acting: retired | switch-off cur',
    ],
    'retired: its secret is gone': [
      { settings: { retired: true }, reading: { kind: 'not-found' }, description: 'none' },
      'idle: retired, and its secret does not exist',
    ],
  });
});
