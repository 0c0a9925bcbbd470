import { describe, expect, it } from 'vitest';
import { CallCounts } from '../../../../lambda/calls/call-counts.ts';
import { ageOfOldestCurrent, countUp } from '../../../../lambda/engine/report/counts.ts';
import type { ActionReport, ConsumerReport, TokenReport } from '../../../../lambda/engine/report/report.ts';
import { DAY, HOUR } from '../../../builders/a-configuration.ts';
import { NOW } from '../../../builders/a-scenario.ts';

const consumer = (state: ConsumerReport['state'], rest: Partial<ConsumerReport> = {}) =>
  ({ state, actions: [], tokens: [], ...rest }) as unknown as ConsumerReport;

const CALLS = new CallCounts();

describe('the counts of a run', () => {
  const token = (overdue: boolean) => ({ overdue }) as TokenReport;
  const action = (kind: ActionReport['kind'], outcome: ActionReport['outcome'] = 'done') =>
    ({ kind, outcome }) as ActionReport;

  it('are of what was done, not of what was planned or failed', () => {
    const actions = [
      action('rotate'),
      action('rotate', 'failed'),
      action('switch-off'),
      action('switch-off'),
      action('switch-off', 'planned'),
      action('delete'),
      action('delete'),
      action('delete'),
      action('copy-forward'),
    ];
    expect(countUp([consumer('acting', { actions })], 0, CALLS)).toMatchObject({
      rotated: 1,
      switchedOff: 2,
      deleted: 3,
    });
  });

  it('call a consumer failed that nobody would rotate, and one blocked that waits for a person', () => {
    const states = ['failed', 'not-attempted', 'blocked', 'idle', 'waiting', 'acting', 'changed'] as const;
    expect(
      countUp(
        states.map((state) => consumer(state)),
        0,
        CALLS,
      ),
    ).toMatchObject({ failed: 2, blocked: 1 });
  });

  it('are of every overdue token', () => {
    const overdue = consumer('idle', { tokens: [token(true), token(false), token(true)] });
    expect(countUp([overdue, consumer('idle')], 0, CALLS)).toMatchObject({ overdue: 2 });
  });

  it('are of what nothing manages, and of calls, too', () => {
    expect(countUp([], 3, { retried: 2, throttled: 1 })).toEqual({
      ...{
        rotated: 0,
        switchedOff: 0,
        deleted: 0,
        failed: 0,
        notAttempted: 0,
        blocked: 0,
        withoutAccess: 0,
        proven: 0,
        refused: 0,
        overdue: 0,
      },
      unmanaged: 3,
      retriedCalls: 2,
      throttledCalls: 1,
    });
  });
});

describe('the age of the oldest token, in seconds,', () => {
  const token = (role: TokenReport['role'], ageMs: number | undefined) =>
    ({ role, mintedAt: ageMs === undefined ? undefined : new Date(NOW - ageMs).toISOString() }) as TokenReport;
  const oldest = (...tokens: (readonly TokenReport[])[]) =>
    ageOfOldestCurrent(
      tokens.map((each) => consumer('idle', { tokens: each })),
      NOW,
    );

  it('is that of the oldest current one of all consumers', () => {
    expect(oldest([token('current', HOUR)], [token('current', DAY)], [])).toBe(24 * 60 * 60);
    expect(oldest([token('current', 1_600)])).toBe(2);
  });

  it.each([
    ['is not current', [token('superseded', 9 * DAY), token('stray', 9 * DAY), token('pending', 9 * DAY)]],
    ['has no time', [token('current', undefined)]],
  ])('leaves out what %s', (_name, others) => {
    expect(oldest([token('current', HOUR), ...others])).toBe(60 * 60);
    expect(oldest(others)).toBeUndefined();
  });

  it('is not known without any', () => {
    expect(oldest()).toBeUndefined();
  });
});
