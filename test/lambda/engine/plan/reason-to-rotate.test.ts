import { describe, expect, it } from 'vitest';
import { mintedAt } from '../../../../lambda/engine/plan/reason-to-rotate.ts';
import { DAY, HOUR, LIMITS, MINUTE } from '../../../builders/a-configuration.ts';
import {
  aDocument,
  anEntry,
  aRow,
  CLOCK,
  DUE,
  dueRow,
  edited,
  factsOf,
  holdTo,
  ledger,
  NOW,
  rotationEnabled,
  type Scenario,
  SETTLED,
  UNRESOLVED,
  versionOf,
  young,
} from '../../../builders/a-scenario.ts';

const COMPROMISED = { superseded: [anEntry('cur', HOUR, { compromised: true })] };

describe('why a working token is replaced', () => {
  holdTo({
    'R8: due': [{ document: DUE, rows: [dueRow] }, 'acting: due: older than 30 days | mint +cur'],
    'R8: due in this very moment': [
      { document: { mintedAt: NOW - 30 * DAY }, rows: [aRow('cur', { age: 30 * DAY })] },
      'acting: due: older than 30 days | mint +cur',
    ],
    'R8: due early, by its part of the spread': [
      { settings: { rotateEarlyMs: 10 * DAY } },
      'acting: due: older than 20 days, which is "rotateEvery" less its part of "spread" | mint +cur',
    ],
    'R8: due by it in an hour': [{ settings: { rotateEarlyMs: 10 * DAY - HOUR } }, 'idle: next rotation in 1 hour'],
    'T4: due by it for a day, and still a row is young: an alarm': [
      { settings: { rotateEarlyMs: 11 * DAY }, rows: [aRow('cur'), young] },
      'blocked: due: older than 19 days, which is "rotateEvery" less its part of "spread", but authorization stray is younger than the lease until 2026-06-01T00:20:00.000Z: a run may be at work on it',
    ],
    'R8: due in an hour': [
      { document: { mintedAt: NOW - 30 * DAY + HOUR }, rows: [aRow('cur', { age: 30 * DAY - HOUR })] },
      'idle: next rotation in 1 hour',
    ],
    'R8: a date in the document that differs from the row by no more than clocks do': [
      { document: { mintedAt: NOW - 30 * DAY }, rows: [aRow('cur', { age: 30 * DAY - LIMITS.clockToleranceMs })] },
      'acting: due: older than 30 days | mint +cur',
    ],
    'R8: the age is that of the token, not of an edited version': [
      { document: { ...DUE, ...edited }, rows: [dueRow], versionAge: HOUR },
      'acting: due: older than 30 days | mint +cur',
    ],
    'R8: a date in the document that the row contradicts': [
      { document: { mintedAt: NOW }, rows: [dueRow] },
      'acting: due: older than 30 days | mint +cur',
    ],
    'R8: permissions changed': [
      { rows: [aRow('cur', { permissions: [] })] },
      'acting: permissions changed | mint +cur',
    ],
    'R8: owner changed': [
      { target: { ...factsOf({}).target, userId: 'eeeeeeeeeeeeeeee' } as Scenario['target'] & object },
      'acting: owner changed | mint +cur',
    ],
    'R8: an owner that has yet to be made': [
      {
        target: {
          kind: 'resolved',
          orgId: 'aaaaaaaaaaaaaaaa',
          userId: undefined,
          grant: (userId) => (userId === aRow('cur').userId ? aRow('cur').permissions : []),
        },
      },
      'acting: owner changed | mint +cur',
    ],
    'R8: due, and the current row is young': [
      { document: DUE, rows: [aRow('cur', { age: MINUTE, permissions: [] })] },
      'acting: permissions changed | mint +cur',
    ],
    'R8: due, and the other marked row is switched off': [
      { document: { ...DUE, ...ledger(HOUR) }, rows: [dueRow, aRow('old', { status: 'inactive' })] },
      'acting: due: older than 30 days | mint +cur old',
    ],
    'R8: due, but a row is young': [
      { document: DUE, rows: [dueRow, young] },
      'waiting: due: older than 30 days, but authorization stray is younger than the lease until 2026-06-01T00:20:00.000Z: a run may be at work on it',
    ],
    'R8: due, but another token is live': [
      { document: { ...DUE, ...ledger(HOUR) }, rows: [dueRow, aRow('old')] },
      `waiting: due: older than 30 days, but authorization old is still live until ${new Date(NOW - HOUR + SETTLED).toISOString()}`,
    ],
    'R8: due, and the other live token ends in this very run (F13)': [
      { document: { ...DUE, ...ledger(9 * DAY) }, rows: [dueRow, aRow('old')] },
      'acting: due: older than 30 days | switch-off old | mint +cur old',
    ],
    'T4: due for a day, and still a row is young: an alarm': [
      { document: { mintedAt: NOW - 31 * DAY }, rows: [aRow('cur', { age: 31 * DAY }), young] },
      'blocked: due: older than 30 days, but authorization stray is younger than the lease until 2026-06-01T00:20:00.000Z: a run may be at work on it',
    ],
    'T4: due, but another token is kept for longer than a day: an alarm': [
      {
        document: { ...DUE, ...ledger(HOUR) },
        rows: [dueRow, aRow('old', { notes: `keep-until=${new Date(NOW + DAY + 1).toISOString()}` })],
      },
      `blocked: due: older than 30 days, but authorization old is still live until ${new Date(NOW + DAY + 1).toISOString()}`,
    ],
    'T4: the same, but for a day at most': [
      {
        document: { ...DUE, ...ledger(HOUR) },
        rows: [dueRow, aRow('old', { notes: `keep-until=${new Date(NOW + DAY).toISOString()}` })],
      },
      `waiting: due: older than 30 days, but authorization old is still live until ${new Date(NOW + DAY).toISOString()}`,
    ],
    'T4: due, and a row with a copied marker is young, or live: its owner is none of ours': [
      {
        document: DUE,
        rows: [
          dueRow,
          aRow('copy', { userId: 'dddddddddddddddd', age: MINUTE }),
          aRow('more', { userId: 'dddddddddddddddd', notes: 'keep-until=2099-01-01' }),
        ],
        description: { pending: versionOf('more') },
      },
      'acting: due: older than 30 days | mint +cur',
    ],
    'T3: permissions and owner are those of the row, whatever the document says of them': [
      { document: { permissionsHash: 'sha256:forged', userId: 'dddddddddddddddd' } },
      'idle: next rotation in 10 days',
    ],
    'T3: due, while too many others are missing: it works, and is replaced': [
      { document: DUE, rows: [dueRow], tooManyMissing: { missing: 4, limit: 3 } },
      'acting: due: older than 30 days | mint +cur',
    ],
    'T2: compromised, though a row is young': [
      { document: COMPROMISED, rows: [aRow('cur'), young] },
      'acting: the current authorization cur is compromised | mint +cur',
    ],
    'T2: compromised, though another token is live': [
      {
        document: { superseded: [...COMPROMISED.superseded, anEntry('old', HOUR)] },
        rows: [aRow('cur'), aRow('old')],
      },
      'acting: the current authorization cur is compromised | mint +cur old',
    ],
    'T2: compromised, though the clocks disagree': [
      { document: COMPROMISED, clocks: CLOCK },
      'acting: the current authorization cur is compromised | mint +cur',
    ],
    'T2: compromised, but a name cannot be resolved': [
      { document: COMPROMISED, target: UNRESOLVED },
      'failed: bucket "x" not found',
    ],
    'R8: due, but Secrets Manager itself rotates': [
      { document: DUE, rows: [dueRow], description: rotationEnabled },
      'failed: Secrets Manager itself rotates secret influxdb/acme/telegraf (RotationEnabled), but this deployment rotates it by schedule: end one of the two (aws secretsmanager cancel-rotate-secret --secret-id influxdb/acme/telegraf), or set "rotation": "secrets-manager"',
    ],
    'R8: due, but a name cannot be resolved: retirement goes on': [
      { document: { ...DUE, ...ledger(9 * DAY) }, rows: [dueRow, aRow('old')], target: UNRESOLVED },
      'failed: bucket "x" not found | switch-off old',
    ],
  });
});

describe('the age of a token', () => {
  const document = aDocument({ mintedAt: NOW - DAY });
  const age = (rowAge: number) => mintedAt(document, aRow('cur', { age: rowAge }), LIMITS.clockToleranceMs);

  it.each([
    ['earlier', DAY + LIMITS.clockToleranceMs],
    ['later', DAY - LIMITS.clockToleranceMs],
  ])('is that of the document where the row is %s by what clocks may differ', (_name, rowAge) => {
    expect(age(rowAge)).toBe(NOW - DAY);
  });

  it.each([
    ['earlier', DAY + LIMITS.clockToleranceMs + 1],
    ['later', DAY - LIMITS.clockToleranceMs - 1],
  ])('is that of the row where it is %s by more', (_name, rowAge) => {
    expect(age(rowAge)).toBe(NOW - rowAge);
  });
});
