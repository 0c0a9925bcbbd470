import { expect, it } from 'vitest';
import { statusOf } from '../../cli/status/status.ts';
import type { RunReport } from '../../lambda/engine/report/report.ts';

const COUNTS = { failed: 0, blocked: 0, withoutAccess: 0, overdue: 0 };

function outOfPolicy(counts: Partial<typeof COUNTS>): number {
  const report = { consumers: [], notices: [], errors: [], omitted: { consumers: 9, notices: 0 } };
  const whole = { ...report, deployment: 'prod', startedAt: '', counts: { ...COUNTS, ...counts } };
  return statusOf(whole as unknown as RunReport, (command) => command).outOfPolicy;
}

it.each([
  [{}, 0],
  [{ blocked: 2, failed: 1 }, 3],
  [{ withoutAccess: 4, blocked: 1 }, 4],
  // Of tokens, not of consumers.
  [{ overdue: 5 }, 1],
])('consumers that an answer had no room for are out of policy by its figures: %j', (counts, expected) => {
  expect(outOfPolicy(counts)).toBe(expected);
});
