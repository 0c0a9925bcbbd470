import { describe, expect, it } from 'vitest';
import { formatMarker } from '../../../../lambda/engine/document/marker.ts';
import { describe as describeReason } from '../../../../lambda/engine/plan/describe.ts';
import { DAY, HOUR } from '../../../builders/a-configuration.ts';
import {
  anEntry,
  aRow,
  decide,
  holdTo,
  IDENTITY,
  NOW,
  type Scenario,
  SETTLED,
  versionOf,
} from '../../../builders/a-scenario.ts';

const IDLE = 'idle: next rotation in 10 days';
const settings = { adopt: 'hers' };
/** A token of ours is current for 20 days, and the configuration adopts `hers`, which no ledger names. */
const adopts = (hers: Parameters<typeof aRow>[1] = {}, rest: Scenario = {}): Scenario => ({
  settings,
  rows: [aRow('cur'), aRow('hers', { description: 'by hand', ...hers })],
  ...rest,
});

describe('an authorization that the configuration adopts after the first rotation', () => {
  holdTo({
    'is switched off once the secret has long been on a version of ours': [
      adopts(),
      'acting: next rotation in 10 days | switch-off hers',
    ],
    'just so': [adopts({}, { versionAge: SETTLED }), 'acting: next rotation in 10 days | switch-off hers'],
    'not while that version is new': [adopts({}, { versionAge: SETTLED - 1 }), IDLE],
    'not while the secret was changed less than a grace period ago': [
      adopts({}, { versionAge: 2 * DAY, description: { lastChangedAt: NOW - DAY + 1 } }),
      IDLE,
    ],
    'nor while nobody knows when it was': [adopts({}, { description: { lastChangedAt: undefined } }), IDLE],
    'is deleted after its hold period': [
      adopts({ status: 'inactive', touched: DAY }),
      'acting: next rotation in 10 days | delete hers',
    ],
    'and no earlier': [adopts({ status: 'inactive', touched: DAY - 1 }), IDLE],
    'not while it is kept': [adopts({ description: 'keep-until=2026-07-01' }), IDLE],
    'not where another uses it': [adopts({}, { protections: { hers: 'consumer x holds it' } }), IDLE],
    'not where a secret could not be read that may hold it': [adopts({}, { unread: ['grafana'] }), IDLE],
    'not where it belongs to another user': [adopts({ userId: 'dddddddddddddddd' }), IDLE],
    'not where the run has reached its limit': [adopts({}, { overTheCap: ['hers'] }), IDLE],
    'where it was that of a consumer that was renamed': [
      adopts({ description: formatMarker({ ...IDENTITY, consumer: 'grafana' }, versionOf('hers')) }),
      'acting: next rotation in 10 days | switch-off hers',
    ],
    'not where the configuration adopts none': [adopts({}, { settings: {} }), IDLE],
    'once, where a ledger names it, too': [
      adopts({}, { document: { superseded: [anEntry('hers', 9 * DAY)] } }),
      'acting: next rotation in 10 days | switch-off hers',
    ],
  });

  it.each<[string, Scenario, string[]]>([
    [
      'what it waits for',
      adopts({}, { versionAge: HOUR }),
      [
        'adopted authorization hers is switched off after 2026-06-01T23:30:00.000Z, once the secret has held a token of ours for a grace period',
      ],
    ],
    [
      'that it is kept',
      adopts({ description: 'keep-until=2026-07-01' }),
      ['adopted authorization hers is kept until 2026-07-01T00:00:00.000Z'],
    ],
    [
      'that another uses it',
      adopts({}, { protections: { hers: 'consumer x holds it' } }),
      ['adopted authorization hers is left alone: consumer x holds it'],
    ],
    [
      'that there is none',
      { settings },
      [
        'authorization hers, which "adopt" names, is in no list, so it has most likely ended: if so, take "adopt" out of the configuration; if not, see whether the id is right',
      ],
    ],
    [
      'that it is marked for another deployment',
      adopts({ description: formatMarker({ ...IDENTITY, deployment: 'test' }, versionOf('hers')) }),
      [
        `authorization hers is not adopted: its marker is that of deployment test, consumer telegraf, secret ${IDENTITY.fingerprint}`,
      ],
    ],
  ])('an operator is told %s', (_name, scenario, notes) => {
    expect(decide(scenario).notes.map(describeReason)).toEqual(notes);
  });

  it.each([
    ['the version is new', HOUR, 20 * DAY, NOW - HOUR + SETTLED],
    ['the secret was changed', 2 * DAY, HOUR, NOW - HOUR + DAY],
  ])('and until when, where %s', (_name, versionAge, changed, until) => {
    const scenario = adopts({}, { versionAge, description: { lastChangedAt: NOW - changed } });
    expect(decide(scenario).notes).toMatchObject([{ code: 'ADOPTED_SETTLES', until }]);
  });

  it('its end says that only the configuration gives the right to it', () => {
    expect(decide(adopts()).ends).toMatchObject([
      { kind: 'switch-off', authorizationId: 'hers', reason: { code: 'ADOPTED' }, adopted: true, identity: IDENTITY },
    ]);
  });
});
