import { describe, expect, it } from 'vitest';
import { complianceOf } from '../../../../lambda/engine/report/compliance.ts';
import { reportUnseen } from '../../../../lambda/engine/report/consumer-report.ts';
import type { ConsumerReport, TokenReport } from '../../../../lambda/engine/report/report.ts';
import { aConsumer } from '../../../builders/a-configuration.ts';
import { NOW } from '../../../builders/a-scenario.ts';

const WELL: ConsumerReport = {
  ...reportUnseen(aConsumer(), NOW),
  ...{ state: 'idle', access: 'works', reason: 'next rotation in 10 days', why: { code: 'NEXT_ROTATION' } },
};
const TOKEN: TokenReport = {
  ...{ authorizationId: 'a1', role: 'current', status: 'active', mintedAt: '2025-01-01T00:00:00.000Z' },
  ...{ supersededAt: undefined, overdueAt: '2026-01-01T00:00:00.000Z', inactiveSince: undefined, endsAt: undefined },
  overdue: true,
};
const IN_FORCE = {
  exception: { reason: 'vendor', approvedBy: 'ada', until: '2027-01-01T00:00:00.000Z', inForce: true },
};
const EXPIRED = { exception: { ...IN_FORCE.exception, until: '2026-01-01T00:00:00.000Z', inForce: false } };

describe('whether a consumer is as it was agreed', () => {
  it.each<[string, Partial<ConsumerReport>, string]>([
    ['all is well', {}, 'compliant'],
    ['it is due, and waits', { state: 'waiting', why: { code: 'DUE' } }, 'compliant'],
    ['an exception is in force', IN_FORCE, 'exempt'],
    ['it is retired', { access: 'retired', why: { code: 'RETIRED' } }, 'retired'],
    ['the run did not come to it', { state: 'not-attempted', why: { code: 'NOT_ATTEMPTED' } }, 'unknown'],
    [
      'it could not be read',
      { state: 'failed', errorCode: 'INFLUXDB_UNANSWERED', why: { code: 'NOT_PLANNED' } },
      'unknown',
    ],
    ['its token is too old', { tokens: [TOKEN] }, 'non-compliant TOKEN_OVERDUE'],
    [
      'it is retired, and a token of it is too old',
      { access: 'retired', tokens: [TOKEN] },
      'non-compliant TOKEN_OVERDUE',
    ],
    ['nobody has access', { access: 'none', state: 'acting', why: { code: 'MISSING' } }, 'non-compliant NO_ACCESS'],
    ['nobody has access, whatever is excused', { ...IN_FORCE, access: 'none' }, 'non-compliant NO_ACCESS'],
    [
      'a person must decide',
      { state: 'blocked', why: { code: 'DUE' }, obstacle: { code: 'OTHER_WRITER' } },
      'non-compliant OTHER_WRITER',
    ],
    ['a call failed', { state: 'failed', errorCode: 'INFLUXDB_REFUSED' }, 'non-compliant INFLUXDB_REFUSED'],
    ['an exception is over', EXPIRED, 'non-compliant EXCEPTION_EXPIRED'],
    [
      'an exception is over, and the run did not come to it',
      { ...EXPIRED, state: 'not-attempted', why: { code: 'NOT_ATTEMPTED' } },
      'non-compliant EXCEPTION_EXPIRED',
    ],
    [
      'all at once, the worst first',
      { ...EXPIRED, state: 'failed', why: { code: 'RIGHT_MISSING' }, tokens: [TOKEN] },
      'non-compliant RIGHT_MISSING TOKEN_OVERDUE EXCEPTION_EXPIRED',
    ],
  ])('%s', (_, differs, expected) => {
    const { verdict, breaches } = complianceOf({ ...WELL, ...differs });
    expect([verdict, ...breaches.map(({ code }) => code)].join(' ')).toBe(expected);
  });

  it('says what is wrong, and since when', () => {
    const { breaches } = complianceOf({ ...WELL, ...EXPIRED, tokens: [TOKEN] });
    expect(breaches.map(({ text }) => text)).toEqual([
      'its current token, authorization a1, is older than "maxTokenAge" since 2026-01-01T00:00:00.000Z',
      'its exception ended at 2026-01-01T00:00:00.000Z: remove "exception" from the configuration, or have it renewed; its reason was "vendor"',
    ]);
  });
});
