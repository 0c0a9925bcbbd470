import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { healthOf, isOutOfPolicy } from '../../cli/status/health.ts';
import { complianceOf } from '../../lambda/engine/report/compliance.ts';
import { reportUnseen } from '../../lambda/engine/report/consumer-report.ts';
import type { ConsumerReport, TokenReport } from '../../lambda/engine/report/report.ts';
import { aConsumer } from '../builders/a-configuration.ts';
import { NOW } from '../builders/a-scenario.ts';

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

it('what the gate refuses is what is not compliant, or could not be looked at', () => {
  const anyReport: fc.Arbitrary<ConsumerReport> = fc
    .record({
      state: fc.constantFrom<ConsumerReport['state'][]>(
        'idle',
        'waiting',
        'acting',
        'blocked',
        'failed',
        'changed',
        'not-attempted',
      ),
      access: fc.constantFrom<ConsumerReport['access'][]>('works', 'none', 'unknown', 'retired'),
      why: fc.constantFrom<ConsumerReport['why'][]>({ code: 'DUE' }, { code: 'NOT_PLANNED' }),
      tokens: fc.constantFrom<(readonly TokenReport[])[]>([], [TOKEN], [{ ...TOKEN, overdue: false }]),
      exception: fc.constantFrom(undefined, IN_FORCE.exception, EXPIRED.exception),
    })
    .map(({ exception, ...rest }) => ({ ...WELL, ...rest, ...(exception && { exception }) }));
  void fc.assert(
    fc.property(anyReport, (report) => {
      const { verdict } = complianceOf(report);
      expect(isOutOfPolicy(healthOf(report))).toBe(verdict === 'non-compliant' || verdict === 'unknown');
    }),
  );
});
