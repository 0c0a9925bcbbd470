import { describe, expect, it } from 'vitest';
import { Budget } from '../../../lambda/calls/budget.ts';
import { call } from '../../../lambda/calls/call.ts';
import { CallError } from '../../../lambda/calls/call-error.ts';
import { Crew, MOST_WORKERS } from '../../../lambda/calls/crew.ts';
import { RateLimiter } from '../../../lambda/calls/rate-limiter.ts';
import { CONCURRENCY, sideBySide } from '../../../lambda/calls/side-by-side.ts';
import { LIMITS, MINUTE, SECOND } from '../../builders/a-configuration.ts';
import { OverlappingClock } from '../../builders/overlapping-clock.ts';

interface Service {
  /** How long an answer takes when so many calls are under way, in milliseconds. */
  readonly latencyMs: (underWay: number) => number;
  /** How long a consumer waits for nobody's answer, after each call. */
  readonly pauseMs?: number;
  readonly perSecond?: number;
  readonly isOneTooMany?: (underWay: number) => boolean;
}

/** Serves so many consumers with four calls each. */
async function serve(consumers: number, { latencyMs, pauseMs = 0, perSecond = 1e6, isOneTooMany }: Service) {
  const clock = new OverlappingClock(0);
  const crew = new Crew(clock);
  const limiter = new RateLimiter(clock, { perSecond, burst: perSecond / 4 });
  const context = { clock, budget: new Budget(clock, 60 * MINUTE, LIMITS), limits: LIMITS, crew };
  const rate = { limiter, cost: 1 };
  let atWork = 0;
  let underWay = 0;
  const sizes: number[] = [];
  const busiest = { underWay: 0, workers: 0 };
  const attempt = async () => {
    underWay += 1;
    busiest.underWay = Math.max(busiest.underWay, underWay);
    const refused = isOneTooMany?.(underWay);
    await clock.sleep(latencyMs(underWay));
    underWay -= 1;
    if (refused) throw new CallError('SECRETS_MANAGER_THROTTLED', 'throttled', 'one too many');
  };
  const one = async () => {
    atWork += 1;
    busiest.workers = Math.max(busiest.workers, atWork);
    for (let count = 0; count < 4; count += 1) {
      await call(attempt, context, { retry: 'read', rate });
      if (pauseMs > 0) await clock.sleep(pauseMs);
    }
    if (sizes.at(-1) !== crew.size) sizes.push(crew.size);
    atWork -= 1;
  };
  const all = Array.from({ length: consumers }, (_, index) => index);
  const results = await sideBySide(all, one, [all.entries()], crew);
  expect(results).toHaveLength(consumers);
  return { seconds: clock.now() / SECOND, sizes, ...busiest };
}

describe('a crew', () => {
  it('grows while the services answer as fast as before', async () => {
    const { seconds, workers } = await serve(1000, { latencyMs: () => 1_000 });
    expect(workers).toBe(MOST_WORKERS);
    expect(seconds).toBeLessThan(((1000 / CONCURRENCY) * 4) / 3);
  });

  it('grows while consumers wait for something else than answers', async () => {
    const { seconds, workers } = await serve(400, { latencyMs: () => 4, pauseMs: 2_500 });
    expect(workers).toBe(MOST_WORKERS);
    expect(seconds).toBeLessThan(((400 / CONCURRENCY) * 10) / 2);
  });

  it.each([
    { name: 'answers one call at a time', knee: 1, most: 24 },
    { name: 'answers 32 at a time', knee: 32, most: 54 },
    { name: 'answers 48 at a time', knee: 48, most: MOST_WORKERS },
  ])('does not drive a service further that $name', async ({ knee, most }) => {
    const { workers } = await serve(1000, { latencyMs: (underWay) => 100 * Math.max(1, underWay / knee) });
    expect(workers).toBeGreaterThanOrEqual(CONCURRENCY);
    expect(workers).toBeLessThanOrEqual(most);
  });

  it('does not grow where the rate holds calls back', async () => {
    expect(await serve(400, { latencyMs: () => 8, perSecond: 40 })).toMatchObject({ workers: CONCURRENCY });
  });

  it('shrinks to what it was where a service says that a call was one too many', async () => {
    const { sizes, workers } = await serve(2000, { latencyMs: () => 200, isOneTooMany: (underWay) => underWay > 40 });
    expect(workers).toBeLessThanOrEqual(54);
    expect(sizes.slice(0, 5)).toMatchInlineSnapshot(`
      [
        16,
        24,
        36,
        54,
        36,
      ]
    `);
  });

  it('has nobody at work who is not needed', async () => {
    expect(await serve(3, { latencyMs: () => 2_000 })).toMatchObject({ workers: 3, seconds: 8 });
  });
});
