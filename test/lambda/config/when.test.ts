import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../lambda/config/configuration.ts';
import type { WindowFile } from '../../../lambda/config/file/when.ts';
import { windowOf } from '../../../lambda/config/when.ts';
import { longestWaitMs } from '../../../lambda/config/worst-wait.ts';
import { nextAllowed } from '../../../lambda/engine/plan/allowed.ts';
import { DAY, HOUR, MINUTE } from '../../builders/a-configuration.ts';
import { file, type Json, problemsOf } from './a-file.ts';

const whenOf = (input: Json) => {
  const [{ window, freezes } = {}] = parseConfiguration(input).consumers;
  return { window, freezes };
};
const freeze = (from: string, to: string, rest: Json = {}) => ({ from, to, reason: 'release', ...rest });

describe('when a consumer is rotated', () => {
  it.each<[string, WindowFile, unknown]>([
    [
      'one opening a day',
      { days: ['mon', 'wed'], hours: '01:30-04:00' },
      [
        [90, 150],
        [2 * 1440 + 90, 150],
      ],
    ],
    ['one that goes on after midnight', { days: ['sun'], hours: '22:00-04:00' }, [[6 * 1440 + 1320, 360]]],
    ['whole days, joined', { days: ['tue', 'mon'] }, [[0, 2880]]],
    ['whole days, joined over the end of the week', { days: ['mon', 'tue', 'sun'] }, [[6 * 1440, 3 * 1440]]],
    ['nights that touch each other', { days: ['mon', 'tue'], hours: '12:00-12:00' }, [[720, 2880]]],
    ['to the end of the day', { days: ['mon'], hours: '20:00-24:00' }, [[1200, 240]]],
  ])('%s', (_name, window, openings) => {
    expect(windowOf(window)?.openings.map(({ from, length }) => [from, length])).toEqual(openings);
  });

  it.each<[string, WindowFile]>([
    ['nothing', {}],
    ['a time zone alone', { timeZone: 'Europe/Berlin' }],
    ['every day', { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] }],
    ['whole days by their hours', { hours: '00:00-24:00' }],
  ])('%s is at any time', (_name, window) => {
    expect(windowOf(window)).toBeUndefined();
  });

  it('a window of its own replaces that of "defaults"', () => {
    const defaults = {
      window: { days: ['sat', 'sun'], hours: '02:00-06:00', timeZone: 'Europe/Berlin' },
      maxTokenAge: '60d',
    };
    expect(whenOf(file({ defaults })).window?.text).toBe('sat, sun 02:00-06:00 Europe/Berlin');
    expect(whenOf(file({ defaults, consumer: { window: { days: ['mon'] } } })).window?.text).toBe('mon UTC');
    expect(whenOf(file({ defaults, consumer: { window: {} } })).window).toBeUndefined();
  });

  it('freezes of its own come on top of those of all', () => {
    const all = freeze('2026-12-18T18:00:00+01:00', '2026-12-20T08:00:00+01:00', { everything: true });
    const own = freeze('2026-06-01T00:00:00Z', '2026-06-02T00:00:00Z');
    expect(whenOf(file({ freezes: [all], consumer: { freezes: [own] } })).freezes).toEqual([
      { from: Date.UTC(2026, 11, 18, 17), to: Date.UTC(2026, 11, 20, 7), reason: 'release', everything: true },
      { from: Date.UTC(2026, 5, 1), to: Date.UTC(2026, 5, 2), reason: 'release', everything: false },
    ]);
  });
});

const TIME = 'must be a date and a time with its offset from UTC, such as "2026-12-18T18:00:00+01:00"';
const FREE = 'the age that a token reaches before it is switched off';

describe('is refused:', () => {
  it.each<[string, Json, ...string[]]>([
    [
      'a time zone that does not exist',
      { defaults: { window: { timeZone: 'Europe/Belrin' } } },
      'defaults.window.timeZone: must be a time zone of the IANA database, such as "Europe/Berlin" or "UTC": did you mean "Europe/Berlin"?',
    ],
    [
      'hours that are none',
      { consumer: { window: { hours: '22-4' } } },
      'consumers[0].window.hours: must be two times of a day, such as "22:00-04:00" (found "22-4")',
    ],
    [
      'hours without a length',
      { consumer: { window: { hours: '02:00-02:00' } } },
      'consumers[0].window.hours: must not begin and end at the same time: leave "hours" out for the whole day',
    ],
    [
      'a day that is none',
      { consumer: { window: { days: ['monday'] } } },
      'consumers[0].window.days[0]: must be one of "mon", "tue", "wed", "thu", "fri", "sat", "sun" (found "monday")',
    ],
    ['no day', { consumer: { window: { days: [] } } }, 'consumers[0].window.days: must not be empty (found [])'],
    [
      'a misspelt key',
      { defaults: { window: { timezone: 'UTC' } } },
      'defaults.window.timezone: is not a known key here: did you mean "timeZone"?',
    ],
    [
      'a freeze by dates alone',
      { freezes: [freeze('2026-12-18', '2027-01-04')] },
      `freezes[0].from: ${TIME} (found "2026-12-18")`,
      `freezes[0].to: ${TIME} (found "2027-01-04")`,
    ],
    [
      'a freeze on a day that does not exist',
      { freezes: [freeze('2026-02-30T00:00:00Z', '2026-03-01T00:00:00Z')] },
      `freezes[0].from: ${TIME} (found "2026-02-30T00:00:00Z")`,
    ],
    [
      'a freeze that ends before it begins',
      { consumer: { freezes: [freeze('2026-12-18T00:00:00Z', '2026-12-18T00:00:00+01:00')] } },
      'consumers[0].freezes[0].to: must be later than "from", 2026-12-18T00:00:00Z',
    ],
    [
      'a freeze in "defaults"',
      { defaults: { freezes: [] } },
      'defaults.freezes: is not a known key here: it belongs in a consumer',
    ],
    [
      'a freeze without a reason',
      { freezes: [{ from: '2026-12-18T00:00:00Z', to: '2026-12-19T00:00:00Z' }] },
      'freezes[0].reason: is missing: it must be a text',
    ],
    [
      'a window that no run may ever meet',
      { schedule: '1d', defaults: { window: { hours: '02:00-05:00' } } },
      'defaults.window: must be open for at least 1 day 15 minutes at a time, the longest time from one run to the next (schedule, and how late a run may be), or no run may ever begin in it (is open for 3 hours)',
    ],
    [
      'a window shorter than the schedule and its delay',
      { consumer: { window: { hours: '02:00-03:14' } } },
      'consumers[0].window: must be open for at least 1 hour 15 minutes at a time, the longest time from one run to the next (schedule, and how late a run may be), or no run may ever begin in it (is open for 1 hour 14 minutes)',
    ],
    [
      'a window that comes too rarely',
      { defaults: { window: { days: ['sun'], hours: '02:00-05:00' } } },
      `consumers[0].maxTokenAge: must be at least rotateEvery + the longest wait for the window "sun 02:00-05:00 UTC" (6 days 23 hours) + gracePeriod + lease = 37 days 23 hours, ${FREE} (is 35 days)`,
    ],
    [
      'one whose only opening a change of the clocks may take away',
      { defaults: { window: { days: ['sun'], hours: '02:00-04:00', timeZone: 'Europe/Berlin' }, maxTokenAge: '40d' } },
      `consumers[0].maxTokenAge: must be at least rotateEvery + the longest wait for the window "sun 02:00-04:00 Europe/Berlin" (14 days) + gracePeriod + lease = 45 days 30 minutes, ${FREE} (is 40 days)`,
    ],
    [
      'a long freeze',
      { freezes: [freeze('2026-12-18T18:00:00+01:00', '2027-01-04T08:00:00+01:00')] },
      `consumers[0].maxTokenAge: must be at least rotateEvery + schedule + the freeze "release" and the wait after it (16 days 15 hours) + gracePeriod + lease = 47 days 16 hours, ${FREE} (is 35 days)`,
    ],
    [
      'two freezes without the time for a rotation between them',
      {
        freezes: [freeze('2026-12-18T00:00:00Z', '2026-12-20T00:00:00Z')],
        consumer: { freezes: [freeze('2026-12-20T00:59:00Z', '2026-12-23T00:00:00Z')] },
      },
      `consumers[0].maxTokenAge: must be at least rotateEvery + schedule + the freeze "release" and the wait after it (5 days 1 hour) + gracePeriod + lease = 36 days 2 hours, ${FREE} (is 35 days)`,
    ],
    [
      'two freezes of everything without the time for an end between them',
      {
        freezes: [
          freeze('2026-12-21T00:00:00Z', '2026-12-23T00:00:00Z', { everything: true }),
          freeze('2026-12-18T00:00:00Z', '2026-12-20T00:00:00Z'),
        ],
      },
      `consumers[0].maxTokenAge: must be at least rotateEvery + schedule + the freeze "release" and the wait after it (5 days 1 hour) + gracePeriod + lease = 36 days 2 hours, ${FREE} (is 35 days)`,
    ],
    [
      'several at once',
      {
        freezes: [freeze('2026-12-18T00:00:00Z', '2026-12-18T00:00:00Z')],
        defaults: { window: { timeZone: 'Mars/Olympus', hours: '01:00-01:00' } },
        consumer: { gracePeriod: '1h' },
      },
      'defaults.window.timeZone: must be a time zone of the IANA database, such as "Europe/Berlin" or "UTC"',
      'defaults.window.hours: must not begin and end at the same time: leave "hours" out for the whole day',
      'freezes[0].to: must be later than "from", 2026-12-18T00:00:00Z',
      'consumers[0].gracePeriod: must be longer than consumerCacheTtl (1 hour), or an application could still use a cached token that no longer works (is 1 hour)',
    ],
  ])('%s', (_name, given, ...expected) => {
    expect(problemsOf(file(given))).toEqual(expected);
  });
});

describe('passes:', () => {
  it.each<[string, Json]>([
    ['a window just long enough', { consumer: { window: { hours: '02:00-03:15' } } }],
    [
      'a window for a consumer that is longer than that of "defaults"',
      { consumer: { window: { hours: '00:00-12:00' } } },
    ],
    [
      'a weekly window with room for it',
      { defaults: { window: { days: ['sun'], hours: '02:00-05:00' }, maxTokenAge: '40d' } },
    ],
    [
      'a weekly window that a change of the clocks only shortens',
      { defaults: { window: { days: ['sun'], hours: '02:00-05:00', timeZone: 'Europe/Berlin' }, maxTokenAge: '40d' } },
    ],
    ['a short freeze', { freezes: [freeze('2026-12-18T00:00:00Z', '2026-12-20T00:00:00Z')] }],
    [
      'two freezes with a run between them',
      {
        freezes: [
          freeze('2026-12-20T01:00:00Z', '2026-12-23T00:00:00Z'),
          freeze('2026-12-18T00:00:00Z', '2026-12-20T00:00:00Z'),
        ],
      },
    ],
  ])('%s', (_name, given) => {
    expect(problemsOf(file(given))).toEqual([]);
  });
});

describe('the longest wait', () => {
  const hours = fc.tuple(fc.nat(23), fc.nat(23)).filter(([from, to]) => from !== to);
  const windows: fc.Arbitrary<WindowFile> = fc.record({
    days: fc.uniqueArray(fc.constantFrom<'mon' | 'wed' | 'sat' | 'sun'>('mon', 'wed', 'sat', 'sun'), { minLength: 1 }),
    hours: hours.map((both) => both.map((hour) => `${String(hour).padStart(2, '0')}:00`).join('-')),
    timeZone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Antarctica/Troll', 'UTC'),
  });

  it('is never exceeded by a token that falls due at any time of a year', () => {
    const due = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) });
    fc.assert(
      fc.property(windows, due, fc.integer({ min: 5, max: 60 }), fc.nat(), (file, dueAt, minutes, phase) => {
        const window = windowOf(file);
        const schedule = minutes * MINUTE;
        if (window === undefined || window.openings.some(({ length }) => length * MINUTE < 1.25 * schedule)) return;
        const bound = longestWaitMs({ window }, schedule);
        let run = Math.ceil((dueAt - (phase % schedule)) / schedule) * schedule + (phase % schedule);
        while (nextAllowed({ window, freezes: [] }, run) !== run) {
          const next = nextAllowed({ window, freezes: [] }, run);
          run += Math.max(1, Math.ceil((next - run) / schedule)) * schedule;
        }
        expect(run - dueAt).toBeLessThanOrEqual(bound);
      }),
      { numRuns: 2000 },
    );
  });

  it('is a period of the schedule without a window', () => {
    expect(longestWaitMs({ window: undefined }, HOUR)).toBe(HOUR);
    expect(longestWaitMs({ window: windowOf({ hours: '00:00-12:00' }) }, HOUR)).toBe(DAY / 2 + 2 * HOUR);
  });
});
