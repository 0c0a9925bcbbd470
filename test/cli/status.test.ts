import { expect, it } from 'vitest';
import { statusOf } from '../../cli/status/status.ts';
import { livesOf } from '../../cli/status/token-lives.ts';
import { reportUnseen } from '../../lambda/engine/report/consumer-report.ts';
import type { ActionReport, ConsumerReport, RunReport, TokenReport } from '../../lambda/engine/report/report.ts';
import { aConsumer } from '../builders/a-configuration.ts';
import { NOW } from '../builders/a-scenario.ts';

const COUNTS = { failed: 0, blocked: 0, withoutAccess: 0, overdue: 0 };

function statusWith(consumers: readonly ConsumerReport[], counts: Partial<typeof COUNTS> = {}) {
  const report = { consumers, notices: [], errors: [], omitted: { consumers: 9, notices: 0 } };
  const whole = { ...report, deployment: 'prod', startedAt: '', counts: { ...COUNTS, ...counts } };
  return statusOf(whole as unknown as RunReport, (command) => command);
}

const outOfPolicy = (counts: Partial<typeof COUNTS>) => statusWith([], counts).outOfPolicy;

const AT = '2026-06-02T00:00:00.000Z';
const CURRENT: TokenReport = {
  ...{ authorizationId: 'a2', role: 'current', status: 'active', mintedAt: '2026-05-31T00:00:00.000Z' },
  ...{ supersededAt: undefined, overdueAt: '2026-07-05T00:00:00.000Z', inactiveSince: undefined, endsAt: undefined },
  overdue: false,
};
const WELL: ConsumerReport = {
  ...reportUnseen(aConsumer(), NOW),
  ...{ state: 'idle', access: 'works', tokens: [CURRENT] },
  ...{ reason: 'next rotation in 29 days 23 hours', why: { code: 'NEXT_ROTATION', until: AT } },
};
const DELETION: ActionReport = {
  ...{ kind: 'delete', authorizationId: 'a1', reason: 'superseded, switched off, and held long enough' },
  ...{ reasonCode: 'HOLD_OVER', outcome: 'planned', error: undefined, errorCode: undefined },
};
const RETIRED: ConsumerReport = {
  ...{ ...WELL, access: 'retired', reason: 'retired', why: { code: 'RETIRED' } },
  notes: [{ code: 'RETIRED_SETTLES', authorizationId: 'a2', until: AT, note: 'it waits' }],
};

it.each([
  [{}, 0],
  [{ blocked: 2, failed: 1 }, 3],
  [{ withoutAccess: 4, blocked: 1 }, 4],
  // Of tokens, not of consumers.
  [{ overdue: 5 }, 1],
])('consumers that an answer had no room for are out of policy by its figures: %j', (counts, expected) => {
  expect(outOfPolicy(counts)).toBe(expected);
});

it('what is due is told, also where only an older token ends', () => {
  expect(statusWith([{ ...WELL, state: 'acting', actions: [DELETION] }]).consumers[0]).toMatchObject({
    health: 'due',
    reason: 'the next run deletes token a1 (superseded, switched off, and held long enough)',
    code: 'HOLD_OVER',
  });
});

it('the token of a retired consumer is old, and has its end', () => {
  const [seen] = statusWith([RETIRED]).consumers;
  expect(seen).toMatchObject({ health: 'retired', older: [{ authorizationId: 'a2', phase: 'works', until: AT }] });
  expect(livesOf(RETIRED, [])).toMatchObject([
    { is: 'was current, active', stages: [{ what: 'made' }, { what: 'works until', at: AT }] },
  ]);
});

it('an end of a retired consumer that is due is told', () => {
  const [seen] = statusWith([{ ...RETIRED, state: 'acting', actions: [DELETION] }]).consumers;
  expect(seen).toMatchObject({ health: 'due', reason: expect.stringMatching(/^the next run deletes token a1/) });
});
