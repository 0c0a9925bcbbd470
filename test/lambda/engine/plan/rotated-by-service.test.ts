import { describe } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../builders/a-configuration.ts';
import {
  aDocument,
  aRow,
  aText,
  DUE,
  dueRow,
  holdTo,
  ledger,
  NOW,
  type Scenario,
  versionOf,
  young,
} from '../../../builders/a-scenario.ts';

const settings = { rotation: 'secrets-manager' } as const;
const on = { rotationEnabled: true, nextRotationAt: NOW + HOUR };
const pending = { ...on, pending: versionOf('next') };
const BY = '2026-06-01T01:00:00.000Z';
const LATER = '2026-06-11T00:00:00.000Z';
const rotates = (by: string) =>
  `Secrets Manager rotates secret influxdb/acme/telegraf, not the schedule, and does so by ${by}: aws secretsmanager rotate-secret --secret-id influxdb/acme/telegraf does it now`;
const off =
  'failed: nobody rotates secret influxdb/acme/telegraf: "rotation" is "secrets-manager", but Secrets Manager does not rotate it (RotationEnabled): deploy its rotation schedule, or turn it on (aws secretsmanager rotate-secret --secret-id influxdb/acme/telegraf --rotation-lambda-arn <the ARN of this function> --rotation-rules AutomaticallyAfterDays=<days>), or set "rotation": "schedule"';
const hangs = `blocked: the rotation of secret influxdb/acme/telegraf by Secrets Manager has not ended for more than a day (version ${versionOf('next')} is pending): find out why from the log (STEP_REFUSED, STEP_FAILED), and have it tried again (aws secretsmanager rotate-secret --secret-id influxdb/acme/telegraf --client-request-token ${versionOf('next')}), or give it up (aws secretsmanager update-secret-version-stage --secret-id influxdb/acme/telegraf --version-stage AWSPENDING --remove-from-version-id ${versionOf('next')}), and begin a new rotation (aws secretsmanager rotate-secret --secret-id influxdb/acme/telegraf)`;
const next = (age: number) => ({
  AWSPENDING: { age, text: aText(aDocument({ authorizationId: 'next', id: versionOf('next') })) },
});

describe('a run over a secret that Secrets Manager is to rotate', () => {
  holdTo({
    'nothing is due': [{ settings, description: on }, 'idle: next rotation in 10 days'],
    'R14: it is due, and not a day late': [
      { settings, document: DUE, rows: [dueRow], description: on },
      `waiting: due: older than 30 days, but ${rotates(BY)}`,
    ],
    'R14, T4: it is a day late': [
      {
        settings,
        document: { mintedAt: NOW - 31 * DAY },
        rows: [aRow('cur', { age: 31 * DAY })],
        description: { ...on, nextRotationAt: NOW - DAY },
      },
      `blocked: due: older than 30 days, but ${rotates('2026-05-31T00:00:00.000Z')}`,
    ],
    'R14, T4: other permissions wait for the next rotation, which is far': [
      { settings, rows: [aRow('cur', { permissions: [] })], description: { ...on, nextRotationAt: NOW + 10 * DAY } },
      `blocked: permissions changed, but ${rotates(LATER)}`,
    ],
    'R14, T4: there is no date': [
      { settings, document: DUE, rows: [dueRow], description: { rotationEnabled: true } },
      'blocked: due: older than 30 days, but Secrets Manager rotates secret influxdb/acme/telegraf, not the schedule, and has no date for it: aws secretsmanager rotate-secret --secret-id influxdb/acme/telegraf does it now',
    ],
    'R14: a missing token is not replaced, either': [
      { settings, rows: [], description: on },
      `waiting: missing: the current authorization cur was deleted, but ${rotates(BY)}`,
    ],
    'R14: older tokens end': [
      { settings, document: ledger(9 * DAY), rows: [aRow('cur'), aRow('old')], description: on },
      'acting: next rotation in 10 days | switch-off old',
    ],
    'R14a: no label is repaired': [
      {
        settings,
        rows: [aRow('cur'), aRow('stray', { age: 5 * DAY })],
        description: { ...on, previous: versionOf('stray') },
        versions: { AWSPREVIOUS: { age: 5 * DAY, text: aText(aDocument({ authorizationId: 'stray' })) } },
      },
      'idle: next rotation in 10 days',
    ],
    'R14b: nobody rotates it': [{ settings }, `${off}`],
    'R14b: nobody rotates what is due': [{ settings, document: DUE, rows: [dueRow] }, off],
    'R14b: nobody rotates it, and older tokens end': [
      { settings, document: ledger(9 * DAY), rows: [aRow('cur'), aRow('old')] },
      `${off} | switch-off old`,
    ],
    'a version is pending': [
      { settings, description: pending, versions: next(DAY - MINUTE) },
      'idle: next rotation in 10 days',
    ],
    'a version is pending for a day': [{ settings, description: pending, versions: next(DAY) }, hangs],
    'an empty version is pending, and nothing was changed for a day': [
      { settings, description: { ...pending, lastChangedAt: NOW - DAY } },
      hangs,
    ],
    'an empty version is pending since a moment ago': [
      { settings, description: { ...pending, lastChangedAt: NOW - HOUR } },
      'idle: next rotation in 10 days',
    ],
    'the version that was pending is current': [
      { settings, description: { ...on, pending: versionOf('cur') } },
      'idle: next rotation in 10 days',
    ],
    'a version is pending for a day, and the rotation is late': [
      { settings, document: DUE, rows: [dueRow], description: pending, versions: next(DAY) },
      hangs,
    ],
    'a retired consumer asks nothing of it': [
      { settings: { ...settings, retired: true }, description: {} },
      'acting: retired | switch-off cur',
    ],
    'somebody else has to act first': [
      { settings, rows: [aRow('cur', { status: 'inactive' })], description: on },
      'blocked: the current authorization cur is inactive: somebody switched it off; have it replaced (rotate, with --force), or, if that was a mistake, switch it on again in InfluxDB (influx auth active --id cur)',
    ],
  });
});

describe('H20: the token in a pending version, with rotation off', () => {
  const stray = aRow('next', { age: 25 * HOUR, notes: `sha256=${'0'.repeat(32)}` });
  const held = (touched: number, row = stray): Scenario => ({
    rows: [aRow('cur'), { ...row, status: 'inactive', updatedAt: NOW - 25 * HOUR }],
    description: { pending: versionOf('next'), lastChangedAt: NOW - touched },
    versions: next(25 * HOUR),
    versionAge: 20 * DAY,
  });
  holdTo({
    'stays for a grace period after the last change': [held(DAY - MINUTE), 'idle: next rotation in 10 days'],
    'ends after it': [held(DAY), 'acting: next rotation in 10 days | delete next'],
    'T4: ends when it cannot become current any more, whatever touches the secret': [
      {
        ...held(HOUR, aRow('old', { age: 60 * HOUR })),
        document: ledger(9 * DAY),
        versions: {
          AWSPENDING: { age: HOUR, text: aText(aDocument({ authorizationId: 'old', id: versionOf('next') })) },
        },
      },
      'acting: next rotation in 10 days | delete old',
    ],
  });
});

describe('a mint that Secrets Manager asks for', () => {
  const into = versionOf('next');
  const asked = { settings, into, description: pending };
  holdTo({
    'is made whatever its age': [asked, 'acting: Secrets Manager asks for a rotation | mint +cur'],
    'has its own reason where there is one': [
      { ...asked, document: DUE, rows: [dueRow] },
      'acting: due: older than 30 days | mint +cur',
    ],
    'replaces a missing token, and restores none': [
      { ...asked, rows: [aRow('stray', { age: 5 * DAY })] },
      'acting: missing: the current authorization cur was deleted | mint +stray',
    ],
    'repairs no label': [
      {
        ...asked,
        rows: [aRow('cur'), aRow('stray', { age: 5 * DAY })],
        description: { ...pending, previous: versionOf('stray') },
        versions: { AWSPREVIOUS: { age: 5 * DAY, text: aText(aDocument({ authorizationId: 'stray' })) } },
      },
      'acting: Secrets Manager asks for a rotation | mint +cur +stray',
    ],
    'does not wait for what an attempt of its own left': [
      { ...asked, rows: [aRow('cur'), { ...young, id: 'next', description: aRow('next').description }] },
      'acting: Secrets Manager asks for a rotation | mint +cur',
    ],
    'waits for the young token of a run': [
      { ...asked, rows: [aRow('cur'), young] },
      'waiting: Secrets Manager asks for a rotation, but authorization stray is younger than the lease until 2026-06-01T00:20:00.000Z: a run may be at work on it',
    ],
    'is made beside one other live token': [
      { ...asked, document: ledger(HOUR), rows: [aRow('cur'), aRow('old')] },
      'acting: Secrets Manager asks for a rotation | mint +cur old',
    ],
    'is not made beside two': [
      { ...asked, document: ledger(HOUR), rows: [aRow('cur'), aRow('old'), aRow('stray', { age: HOUR })] },
      'waiting: Secrets Manager asks for a rotation, but authorization old is still live until 2026-06-01T23:30:00.000Z',
    ],
    'is not made with rotation off': [{ ...asked, description: {} }, off],
  });
});
