import { expect, it } from 'vitest';
import { Budget } from '../../../lambda/calls/budget.ts';
import { call } from '../../../lambda/calls/call.ts';
import { CallError } from '../../../lambda/calls/call-error.ts';
import { SimulatedClock } from '../../../local/simulated-clock.ts';
import { HOUR, SECOND } from '../../builders/a-configuration.ts';
import { file, problemsOf } from './a-file.ts';

/** How many attempts a call makes, each of which is answered by nothing until its time-out. */
async function attempts(limits: { readonly callTimeoutMs: number; readonly requestLifeMs: number }): Promise<number> {
  const clock = new SimulatedClock(0);
  let count = 0;
  const attempt = async (): Promise<never> => {
    count += 1;
    clock.advance(limits.callTimeoutMs);
    throw new CallError('INFLUXDB_UNANSWERED', 'unanswered', 'no answer');
  };
  const made = call(attempt, { clock, budget: new Budget(clock, HOUR, limits), limits }, { retry: 'read' });
  await expect(made).rejects.toThrow('no answer');
  return count;
}

it('the check of callTimeout lets pass exactly what leaves room for the second attempt that the code makes', async () => {
  for (let requestLife = 1; requestLife <= 24; requestLife += 1) {
    for (let callTimeout = 1; callTimeout <= 12; callTimeout += 1) {
      const limits = { requestLife: `${requestLife}s`, callTimeout: `${callTimeout}s` };
      const passes = problemsOf(file({ limits })).length === 0;
      const made = await attempts({ callTimeoutMs: callTimeout * SECOND, requestLifeMs: requestLife * SECOND });
      expect({ ...limits, passes }).toEqual({ ...limits, passes: made > 1 });
    }
  }
});

it('the pause is the one that the check counts with, to the millisecond', async () => {
  expect(await attempts({ callTimeoutMs: 1000, requestLifeMs: 2250 })).toBe(2);
  expect(await attempts({ callTimeoutMs: 1000, requestLifeMs: 2249 })).toBe(1);
});
