import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../lambda/config/configuration.ts';
import { defaultSpreadMs, partOfSpreadMs } from '../../../lambda/config/spread.ts';
import { DAY, HOUR, MINUTE } from '../../builders/a-configuration.ts';
import { CONSUMER, file, type Json, problemsOf } from './a-file.ts';

const DEFAULTS = {
  ...{ consumers: 1, scheduleMs: HOUR, leaseMs: 30 * MINUTE },
  ...{ rotateEveryMs: 30 * DAY, gracePeriodMs: DAY, holdPeriodMs: DAY },
};

const many = (count: number, more: Json = {}) =>
  file({
    consumers: Array.from({ length: count }, (_, index) => ({
      ...{ ...CONSUMER, name: `c${index}`, secret: `influxdb/c${index}` },
    })),
    ...more,
  });
const early = (input: Json) => parseConfiguration(input).consumers.map(({ rotateEarlyMs }) => rotateEarlyMs);

describe('without a spread in the configuration', () => {
  it.each([
    [1, 0],
    [10, 0],
    [11, HOUR],
    [20, HOUR],
    [21, 2 * HOUR],
    [1000, 3 * DAY],
    [500, 49 * HOUR],
    [100_000, 3 * DAY],
  ])('%i consumers are spread over %i ms', (consumers, spread) => {
    expect(defaultSpreadMs({ ...DEFAULTS, consumers })).toBe(spread);
  });

  it('it leaves the old token half of the time that it has', () => {
    const rotateEveryMs = 2 * DAY + 30 * MINUTE + 20;
    expect(defaultSpreadMs({ ...DEFAULTS, rotateEveryMs, consumers: 1000 })).toBe(10);
  });

  it('no token of a small deployment falls due early', () => {
    expect(new Set(early(many(10)))).toEqual(new Set([0]));
  });

  it('of a thousand consumers that were made together, few fall due in one hour', () => {
    const hours = early(many(1000)).map((ms) => Math.floor(ms / HOUR));
    const inOne = Map.groupBy(hours, (hour) => hour);
    expect(inOne.size).toBe(72);
    expect(Math.max(...[...inOne.values()].map(({ length }) => length))).toBeLessThan(30);
  });

  it('what passed without it passes with it', () => {
    const tight = { rotateEvery: '48h31m', maxTokenAge: '30d' };
    expect(problemsOf(many(200, { defaults: tight }))).toEqual([]);
    expect(Math.max(...early(many(200, { defaults: tight })))).toBeLessThan(30_000);
  });
});

describe('with a spread', () => {
  it.each<[string, Json, number]>([
    ['of its own', { defaults: { spread: '1d' }, consumer: { spread: '10d' } }, 10 * DAY],
    ['of "defaults"', { defaults: { spread: '1d' } }, DAY],
  ])('%s, a consumer falls due earlier by its part of that', (_name, given, spread) => {
    expect(early(file(given))).toEqual([partOfSpreadMs('prod', 'telegraf', spread)]);
    expect(partOfSpreadMs('prod', 'telegraf', spread)).toBeGreaterThan(0);
  });

  it('of nothing, none of many falls due early', () => {
    expect(new Set(early(many(1000, { defaults: { spread: '0s' } })))).toEqual(new Set([0]));
  });

  it('each falls due earlier, never later, never by more than that, and always by the same', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(365 * DAY), (deployment, consumer, spread) => {
        const part = partOfSpreadMs(deployment, consumer, spread);
        expect(part).toBeGreaterThanOrEqual(0);
        expect(part).toBeLessThan(Math.max(1, spread));
        expect(partOfSpreadMs(deployment, consumer, spread)).toBe(part);
      }),
    );
  });

  it.each<[string, Json, ...string[]]>([
    [
      'leaves the old token no time',
      { consumer: { spread: '28d' } },
      'consumers[0].rotateEvery: must be longer than gracePeriod + holdPeriod + lease + spread = 30 days 30 minutes, or the next rotation could come before the old token is gone (is 30 days)',
    ],
    [
      'is none',
      { defaults: { spread: 'a day' } },
      'defaults.spread: must be a duration: whole numbers, each with s, m, h, d or w, such as "90s", "24h", "30d" or "1h30m" (found "a day")',
    ],
  ])('it is refused if it %s', (_name, given, ...expected) => {
    expect(problemsOf(file(given))).toEqual(expected);
  });

  it('it is taken if it leaves a moment', () => {
    expect(problemsOf(file({ consumer: { spread: '27d23h' } }))).toEqual([]);
  });
});
