import { describe, expect, it } from 'vitest';
import { RateLimiter, type RateLimits } from '../../../lambda/calls/rate-limiter.ts';
import { sideBySide } from '../../../lambda/calls/side-by-side.ts';
import { WriteQuota } from '../../../local/secrets-manager/write-quota.ts';
import { SECOND } from '../../builders/a-configuration.ts';
import { OverlappingClock } from '../../builders/overlapping-clock.ts';

const WRITES: RateLimits = { perSecond: 40, burst: 10 };
const inTime = () => {};

/** Sends so many writes to a service that takes so many a second; a throttled one is repeated. */
async function send(writes: number, quotaAt: (now: number) => number, limits = WRITES) {
  const clock = new OverlappingClock(0);
  const limiter = new RateLimiter(clock, limits);
  const quotas = new Map<number, WriteQuota>();
  let throttled = 0;
  const isTaken = (): boolean => {
    const perSecond = quotaAt(clock.now());
    const quota = quotas.get(perSecond) ?? new WriteQuota(perSecond, clock.now);
    quotas.set(perSecond, quota);
    try {
      quota.take('PutSecretValue');
      return true;
    } catch {
      return false;
    }
  };
  const write = async () => {
    for (;;) {
      const turn = await limiter.turn(1, inTime);
      await clock.sleep(4);
      const taken = isTaken();
      await clock.sleep(4);
      if (taken) return;
      throttled += 1;
      limiter.refused(turn, 1);
      await clock.sleep(250);
    }
  };
  await sideBySide(Array.from({ length: writes }), write);
  return { seconds: clock.now() / SECOND, throttled };
}

describe('a rate', () => {
  it('is never passed, but for a burst after a rest', async () => {
    const clock = new OverlappingClock(0);
    const limiter = new RateLimiter(clock, WRITES);
    const sent: number[] = [];
    const all = Array.from({ length: 200 }, () => limiter.turn(1, inTime).then(() => sent.push(clock.now())));
    await Promise.all(all);
    const inSecondFrom = (from: number) => sent.filter((at) => at >= from && at < from + SECOND).length;
    expect(Math.max(...sent.map(inSecondFrom))).toBeLessThanOrEqual(50);
    expect(clock.now()).toBeGreaterThanOrEqual(((200 - 11) / 40) * SECOND);
    expect(clock.now()).toBeLessThan(((200 - 10) / 40) * SECOND * 1.03);
  });

  it.each([50, 40])('of 40 a second is never throttled where %s are allowed', async (quota) => {
    expect(await send(400, () => quota)).toMatchObject({ throttled: 0 });
  });

  it.each([
    { quota: 25, share: 0.03 },
    { quota: 10, share: 0.05 },
    { quota: 8, share: 0.06 },
  ])('falls to $quota a second where only these are allowed, and few are throttled', async ({ quota, share }) => {
    const { seconds, throttled } = await send(400, () => quota);
    expect(seconds).toBeLessThan(((400 - quota) / quota) * 1.03);
    expect(throttled).toBeLessThan(400 * share);
  });

  it('rises again to its ceiling when more are allowed', async () => {
    const { seconds } = await send(4000, (now) => (now < 20 * SECOND ? 5 : 50));
    // The first 100 take 20 seconds; at 40 a second, the others take 97.
    expect(seconds).toBeLessThan(20 + 3900 / 40 + 15);
  });

  it('of calls that cost more than the bucket holds is kept, too', async () => {
    const clock = new OverlappingClock(0);
    const limiter = new RateLimiter(clock, { perSecond: 10, burst: 10 });
    const batches = Promise.all(Array.from({ length: 11 }, () => limiter.turn(20, inTime)));
    await batches;
    expect(clock.now() / SECOND).toBeCloseTo(20 - 0.9, 0);
  });

  it('falls once for all that was sent before it fell', async () => {
    const clock = new OverlappingClock(0);
    const limiter = new RateLimiter(clock, WRITES);
    const turns = await Promise.all(Array.from({ length: 30 }, () => limiter.turn(1, inTime)));
    for (const turn of turns) limiter.refused(turn, 1);
    const before = clock.now();
    await Promise.all(Array.from({ length: 25 }, () => limiter.turn(1, inTime)));
    expect((clock.now() - before) / SECOND).toBeLessThan(25 / (0.8 * 0.8 * 40));
  });
});

describe('who waits for a turn', () => {
  it('gets it in the order of asking', async () => {
    const clock = new OverlappingClock(0);
    const limiter = new RateLimiter(clock, { perSecond: 5, burst: 1 });
    const order: number[] = [];
    const turns = [0, 1, 2, 3].map((each) => limiter.turn(1, inTime).then(() => order.push(each)));
    await Promise.all(turns);
    expect(order).toEqual([0, 1, 2, 3]);
  });

  it('is asked before each wait whether it is still in time, and lets the next one go on', async () => {
    const clock = new OverlappingClock(0);
    const limiter = new RateLimiter(clock, { perSecond: 1, burst: 1 });
    await limiter.turn(5, inTime);
    const assertInTime = () => {
      if (clock.now() >= 2 * SECOND) throw new Error('too late');
    };
    const late = limiter.turn(1, assertInTime).catch(() => clock.now());
    const next = limiter.turn(1, inTime);
    expect(await late).toBe(2 * SECOND);
    await next;
    expect(clock.now()).toBe(5 * SECOND);
  });
});
