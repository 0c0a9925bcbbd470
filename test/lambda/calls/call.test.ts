import { describe, expect, it } from 'vitest';
import { Budget } from '../../../lambda/calls/budget.ts';
import { call } from '../../../lambda/calls/call.ts';
import { CallCounts } from '../../../lambda/calls/call-counts.ts';
import { CallError } from '../../../lambda/calls/call-error.ts';
import { RateLimiter } from '../../../lambda/calls/rate-limiter.ts';
import { LIMITS, MINUTE, SECOND } from '../../builders/a-configuration.ts';
import { OverlappingClock } from '../../builders/overlapping-clock.ts';

const throttled = () => new CallError('SECRETS_MANAGER_THROTTLED', 'throttled', 'one too many');

function aContext(remainingMs = 15 * MINUTE, perSecond = 40) {
  const clock = new OverlappingClock(0);
  const counts = new CallCounts();
  const limiter = new RateLimiter(clock, { perSecond, burst: 1 });
  const context = { clock, budget: new Budget(clock, remainingMs, LIMITS), limits: LIMITS, counts };
  return { clock, counts, limiter, context, rate: { limiter, cost: 1 } };
}

describe('a call', () => {
  it('takes a turn for each of its attempts, and lowers the rate when it was one too many', async () => {
    const { clock, counts, limiter, context, rate } = aContext();
    const sentAt: number[] = [];
    const attempt = async () => {
      sentAt.push(clock.now());
      // Others take the turns that come meanwhile.
      if (sentAt.length === 1) for (let other = 0; other < 40; other += 1) void limiter.turn(1, () => {});
      if (sentAt.length < 3) throw throttled();
      return 'done';
    };
    expect(await call(attempt, context, { retry: 'idempotent-write', rate })).toBe('done');
    expect(counts).toEqual({ retried: 2, throttled: 2 });
    expect(sentAt[1]).toBeGreaterThan(SECOND);
  });

  it('sends nothing when it has waited so long that it could outlive its caller', async () => {
    const { clock, limiter, context, rate } = aContext(MINUTE, 1);
    await limiter.turn(1000, () => {});
    let sent = 0;
    const attempt = async () => {
      sent += 1;
    };
    const made = call(attempt, context, { retry: 'idempotent-write', rate });
    await expect(made).rejects.toMatchObject({ code: 'OUT_OF_TIME', kind: 'not-sent' });
    expect(sent).toBe(0);
    // One second of waiting was begun when there was still time.
    expect(clock.now()).toBeLessThanOrEqual(MINUTE - 2 * LIMITS.callTimeoutMs + SECOND);
  });

  it('sends nothing when it could land later than limits.requestLife after it was asked for', async () => {
    const { clock, limiter, context, rate } = aContext(15 * MINUTE, 1);
    await limiter.turn(1000, () => {});
    const made = call(async () => {}, context, { retry: 'single-effect', rate });
    await expect(made).rejects.toThrow('waited so long for its turn');
    expect(clock.now()).toBeLessThanOrEqual(LIMITS.requestLifeMs - LIMITS.callTimeoutMs + SECOND);
  });

  it('fails with what it was answered, where there is no time for another turn', async () => {
    const { limiter, context, rate } = aContext(15 * MINUTE, 1);
    const attempt = async () => {
      void limiter.turn(1000, () => {});
      throw throttled();
    };
    await expect(call(attempt, context, { retry: 'read', rate })).rejects.toThrow('one too many');
  });

  it('that was not answered because the service is too busy lowers the rate, even where it may not be repeated', async () => {
    const { counts, context, rate } = aContext();
    const attempt = async () => {
      throw new CallError('SECRETS_MANAGER_UNANSWERED', 'unanswered', '503', { isOverload: true });
    };
    await expect(call(attempt, context, { retry: 'single-effect', rate })).rejects.toThrow('503');
    expect(counts).toEqual({ retried: 0, throttled: 1 });
  });
});
