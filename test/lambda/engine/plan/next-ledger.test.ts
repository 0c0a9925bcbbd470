import { describe, expect, it } from 'vitest';
import { formatMarker } from '../../../../lambda/engine/document/marker.ts';
import { DAY, HOUR } from '../../../builders/a-configuration.ts';
import {
  anEntry,
  aRow,
  DUE,
  decide,
  dueRow,
  holdTo,
  IDENTITY,
  versionOf,
  versionOfNext,
} from '../../../builders/a-scenario.ts';

describe('the ledger that the next version carries', () => {
  holdTo({
    'R9: the new ledger: the old one, the current one, every stray, live or not; less what is gone': [
      {
        document: { ...DUE, superseded: [anEntry('old', HOUR), anEntry('gone', HOUR)] },
        rows: [dueRow, aRow('old', { status: 'inactive' }), aRow('stray', { status: 'inactive', touched: HOUR })],
        description: { pending: versionOf('stray') },
      },
      'acting: due: older than 30 days | mint +cur +stray old',
    ],
    'R9, T1: an entry without a marker is not carried: anybody who can write the secret can write it': [
      {
        document: { ...DUE, superseded: [anEntry('hers', HOUR)] },
        rows: [dueRow, aRow('hers', { description: 'by hand', status: 'inactive' })],
      },
      'acting: due: older than 30 days | mint +cur',
    ],
    'R9, T1: nor is one with the marker of another': [
      {
        document: { ...DUE, superseded: [anEntry('hers', HOUR, { compromised: true })] },
        rows: [dueRow, aRow('hers', { description: `${aRow('hers').description.replace('telegraf', 'grafana')}` })],
      },
      'acting: due: older than 30 days | mint +cur',
    ],
    'R9: an entry of an owner that the list does not show is gone when GET by id says so': [
      {
        document: { ...DUE, superseded: [anEntry('hers', HOUR, { userId: 'dddddddddddddddd' })] },
        rows: [dueRow],
      },
      'acting: due: older than 30 days | mint +cur',
    ],
    'R9: an entry is gone where the list shows others of its owner, whatever GET by id would say': [
      {
        document: { ...DUE, superseded: [anEntry('gone', HOUR)] },
        rows: [dueRow],
        lookups: { gone: { kind: 'unseen', detail: 'no request is needed' } },
      },
      'acting: due: older than 30 days | mint +cur',
    ],
    'R9: an entry that cannot be seen stays': [
      {
        document: { ...DUE, superseded: [anEntry('hers', HOUR, { userId: 'dddddddddddddddd' })] },
        rows: [dueRow],
        lookups: { hers: { kind: 'unseen', detail: 'read:users/d is unauthorized' } },
      },
      'acting: due: older than 30 days | mint +cur hers',
    ],
    'R9: a ledger that names the current authorization, too': [
      { document: { ...DUE, superseded: [anEntry('cur', HOUR)] }, rows: [dueRow] },
      'acting: due: older than 30 days | mint +cur',
    ],
    'R9: an authorization that is to be adopted, once': [
      {
        document: { ...DUE, superseded: [anEntry('hers', HOUR)] },
        rows: [dueRow, aRow('hers', { description: 'by hand' })],
        settings: { adopt: 'hers' },
      },
      'acting: due: older than 30 days | mint +cur hers',
    ],
  });
});

it('R9: a stray is named as what it is: ours, and not leaked', () => {
  const rows = [dueRow, aRow('stray', { status: 'inactive', touched: HOUR })];
  const { next } = decide({ document: DUE, rows, description: { pending: versionOf('stray') } });
  const { since: _since, ...entry } = anEntry('stray', 0);
  expect(versionOfNext(next)?.ledger.added.slice(1)).toEqual([entry]);
});

describe('what may be left out of the ledger where the secret has no room (U6)', () => {
  const adopted = formatMarker(IDENTITY, versionOf('took'), { adopted: true });
  const scenario = {
    document: {
      ...DUE,
      superseded: [
        anEntry('new', HOUR),
        anEntry('old', 2 * HOUR),
        anEntry('leaked', HOUR, { compromised: true }),
      ].concat(anEntry('took', HOUR), anEntry('hers', HOUR), anEntry('unseen', HOUR, { userId: 'dddddddddddddddd' })),
    },
    rows: [
      dueRow,
      ...['new', 'old'].map((id) => aRow(id, { status: 'inactive', touched: HOUR })),
      aRow('leaked', { status: 'inactive', touched: HOUR }),
      aRow('took', { status: 'inactive', touched: HOUR, description: adopted }),
      aRow('hers', { description: 'by hand', status: 'inactive' }),
      aRow('stray', { status: 'inactive', touched: HOUR }),
      aRow('older', { status: 'inactive', age: 30 * DAY, touched: HOUR }),
    ],
    description: { pending: versionOf('stray'), labelled: new Set([versionOf('stray'), versionOf('older')]) },
    settings: { adopt: 'hers' },
    lookups: { unseen: { kind: 'unseen', detail: 'no right' } },
  } as const;

  it('is what has our marker, the oldest first; not what leaked, was adopted, cannot be seen, or was current', () => {
    const { next } = decide(scenario);
    expect(versionOfNext(next)?.ledger.mayGo).toEqual(['old', 'new', 'older', 'stray']);
  });
});
