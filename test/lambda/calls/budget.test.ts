import { describe, expect, it } from 'vitest';
import { Budget, OutOfTimeError } from '../../../lambda/calls/budget.ts';
import { call } from '../../../lambda/calls/call.ts';
import { CallError } from '../../../lambda/calls/call-error.ts';
import { SimulatedClock } from '../../../local/simulated-clock.ts';
import { LIMITS, MINUTE, SECOND } from '../../builders/a-configuration.ts';

function budgetOf(ms: number) {
  const clock = new SimulatedClock(0);
  return { clock, budget: new Budget(clock, ms, LIMITS) };
}

describe('something that takes several calls', () => {
  it('has room if it fits before the end as often as it took lately, with two call time-outs left', () => {
    const { clock, budget } = budgetOf(10 * MINUTE);
    budget.took('rotate', 40 * SECOND);
    clock.advance(9 * MINUTE);
    expect(budget.hasRoomFor('rotate')).toBe(true);
    clock.advance(1);
    expect(budget.hasRoomFor('rotate')).toBe(false);
    expect(budget.hasRoomFor('switch-off')).toBe(true);
  });

  it('is thought to take a call time-out before it was done', () => {
    const { clock, budget } = budgetOf(10 * MINUTE);
    clock.advance(9 * MINUTE + 30 * SECOND);
    expect(budget.hasRoomFor('rotate')).toBe(true);
    clock.advance(1);
    expect(budget.hasRoomFor('rotate')).toBe(false);
  });

  it.each([21, 25, 60])('is begun in a run of %d seconds, too', (seconds) => {
    expect(budgetOf(seconds * SECOND).budget.hasRoomFor('rotate')).toBe(true);
  });

  it('is forgotten to have taken long, little by little', () => {
    const { budget } = budgetOf(100 * SECOND);
    budget.took('rotate', 90 * SECOND);
    expect(budget.hasRoomFor('rotate')).toBe(false);
    for (let times = 0; times < 10; times += 1) budget.took('rotate', SECOND);
    expect(budget.hasRoomFor('rotate')).toBe(true);
  });
});

describe('reading', () => {
  it('ends when the rest of the time is for something else, and only as long as that is so', async () => {
    const { clock, budget } = budgetOf(10 * MINUTE);
    await budget.leaving(5 * MINUTE, async () => {
      clock.advance(5 * MINUTE);
      expect(() => budget.assertMayBegin('read')).not.toThrow();
      clock.advance(1);
      expect(() => budget.assertMayBegin('read')).toThrow('the time for reading is over');
      expect(() => budget.assertMayBegin('write')).not.toThrow();
    });
    expect(() => budget.assertMayBegin('read')).not.toThrow();
  });

  it('leaves more in a part of it, and never less', async () => {
    const { budget } = budgetOf(10 * MINUTE);
    await budget.leaving(2 * MINUTE, async () => {
      await budget.leaving(5 * MINUTE, async () => expect(budget.leftToReadMs()).toBe(5 * MINUTE));
      await budget.leaving(0, async () => expect(budget.leftToReadMs()).toBe(8 * MINUTE));
      expect(budget.leftToReadMs()).toBe(8 * MINUTE);
    });
  });
});

it('an attempt that got no answer is told as that, and not as a call that was never sent', async () => {
  const { clock, budget } = budgetOf(25 * SECOND);
  const unanswered = new CallError('INFLUXDB_REFUSED', 'unanswered', 'no answer');
  const attempt = () => {
    clock.advance(6 * SECOND);
    return Promise.reject(unanswered);
  };
  const context = { clock, budget, limits: LIMITS };
  await expect(call(attempt, context, { retry: 'idempotent-write' })).rejects.toBe(unanswered);
  await expect(call(attempt, context, { retry: 'idempotent-write' })).rejects.toBeInstanceOf(OutOfTimeError);
});
