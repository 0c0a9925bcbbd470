import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAYS, type FreezeFile, type WindowFile } from '../../../../lambda/config/file/when.ts';
import { type Allowed, freezeOf, windowOf } from '../../../../lambda/config/when.ts';
import { freezeAt, nextAllowed } from '../../../../lambda/engine/plan/allowed.ts';
import { DAY, HOUR, MINUTE } from '../../../builders/a-configuration.ts';

const when = (window?: WindowFile, freezes: FreezeFile[] = []): Allowed => ({
  window: windowOf(window),
  freezes: freezes.map(freezeOf),
});
const at = (text: string) => Date.parse(text);
const next = (time: string, window?: WindowFile, freezes?: FreezeFile[]) =>
  new Date(nextAllowed(when(window, freezes), at(time))).toISOString().replace(':00.000Z', 'Z');

const BERLIN = { timeZone: 'Europe/Berlin' };
const NIGHT: WindowFile = { hours: '22:00-04:00', ...BERLIN };

describe('the next moment at which a token may be replaced', () => {
  it.each<[string, WindowFile | undefined, string, string]>([
    ['is now without a window', undefined, '2026-06-01T12:34Z', '2026-06-01T12:34Z'],
    ['is now where the window never closes', {}, '2026-06-01T12:34Z', '2026-06-01T12:34Z'],
    ['is now while the window is open', NIGHT, '2026-06-01T21:00Z', '2026-06-01T21:00Z'],
    ['is when the window opens, by the clock there', NIGHT, '2026-06-01T12:34Z', '2026-06-01T20:00Z'],
    ['and an hour later by UTC in winter', NIGHT, '2026-12-01T12:34Z', '2026-12-01T21:00Z'],
    ['is not the minute in which it closes', NIGHT, '2026-06-01T02:00Z', '2026-06-01T20:00Z'],
    ['is the last minute before that', NIGHT, '2026-06-01T01:59Z', '2026-06-01T01:59Z'],
    ['is on one of its days', { days: ['sat'], hours: '02:00-05:00' }, '2026-06-01T12:00Z', '2026-06-06T02:00Z'],
    ['is now where it began yesterday', { ...NIGHT, days: ['sun'] }, '2026-06-01T01:00Z', '2026-06-01T01:00Z'],
    ['and not where it did not', { ...NIGHT, days: ['mon'] }, '2026-06-01T01:00Z', '2026-06-01T20:00Z'],
    ['is now on a whole day', { days: ['mon', 'sun'] }, '2026-06-07T23:59Z', '2026-06-07T23:59Z'],
    [
      'and on the next, from one week into the other',
      { days: ['mon', 'sun'] },
      '2026-06-08T00:00Z',
      '2026-06-08T00:00Z',
    ],
    [
      'is an hour later on the day without the hour',
      { hours: '02:00-05:00', ...BERLIN },
      '2026-03-29T00:30Z',
      '2026-03-29T01:00Z',
    ],
    [
      'is on the next day, where the whole window is missing',
      { hours: '02:00-02:30', ...BERLIN },
      '2026-03-29T00:30Z',
      '2026-03-30T00:00Z',
    ],
    [
      'is in the next week, where the only window is missing',
      { days: ['sun'], hours: '02:00-02:30', ...BERLIN },
      '2026-03-25T00:00Z',
      '2026-04-05T00:00Z',
    ],
    [
      'comes again, where the hour comes twice',
      { hours: '02:00-02:30', ...BERLIN },
      '2026-10-25T00:30Z',
      '2026-10-25T01:00Z',
    ],
  ])('%s', (_name, window, now, expected) => {
    expect(next(now, window)).toBe(expected);
  });

  const freeze = (from: string, to: string, everything?: boolean): FreezeFile => ({
    ...{ from, to, reason: `until ${to}` },
    ...(everything === undefined ? {} : { everything }),
  });

  it.each<[string, WindowFile | undefined, FreezeFile[], string, string]>([
    [
      'is when a freeze is over',
      undefined,
      [freeze('2026-06-01T00:00Z', '2026-06-03T00:00Z')],
      '2026-06-01T00:00Z',
      '2026-06-03T00:00Z',
    ],
    [
      'is now before it',
      undefined,
      [freeze('2026-06-02T00:00Z', '2026-06-03T00:00Z')],
      '2026-06-01T23:59Z',
      '2026-06-01T23:59Z',
    ],
    [
      'is now in the moment in which it is over',
      undefined,
      [freeze('2026-06-01T00:00+02:00', '2026-06-03T00:00+02:00')],
      '2026-06-02T22:00Z',
      '2026-06-02T22:00Z',
    ],
    [
      'is when the last of several is over that follow one another',
      undefined,
      [freeze('2026-06-02T00:00Z', '2026-06-04T00:00Z'), freeze('2026-06-01T00:00Z', '2026-06-02T12:00Z')],
      '2026-06-01T06:00Z',
      '2026-06-04T00:00Z',
    ],
    [
      'is when the window opens after it',
      NIGHT,
      [freeze('2026-06-01T00:00Z', '2026-06-03T12:00Z')],
      '2026-06-01T01:00Z',
      '2026-06-03T20:00Z',
    ],
    [
      'is in the next window, where it covers this one',
      NIGHT,
      [freeze('2026-06-01T18:00Z', '2026-06-02T03:00Z')],
      '2026-06-01T12:00Z',
      '2026-06-02T20:00Z',
    ],
  ])('%s', (_name, window, freezes, now, expected) => {
    expect(next(now, window, freezes)).toBe(expected);
  });

  it('a freeze of everything is the one that is shown, where two are on', () => {
    const both = [
      freeze('2026-06-01T00:00Z', '2026-06-05T00:00Z'),
      freeze('2026-06-01T00:00Z', '2026-06-03T00:00Z', true),
    ];
    expect(freezeAt(when(undefined, both), at('2026-06-02T00:00Z'))).toMatchObject({ everything: true });
    expect(freezeAt(when(undefined, both), at('2026-06-03T00:00Z'))).toMatchObject({ everything: false });
    expect(freezeAt(when(undefined, both), at('2026-06-05T00:00Z'))).toBeUndefined();
  });
});

/** Zones with changes of an hour, of half an hour, of two hours, south of the equator, around Ramadan, and without. */
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'America/Santiago',
  'Australia/Lord_Howe',
  'Antarctica/Troll',
  'Africa/Casablanca',
  'Pacific/Chatham',
  'Asia/Kathmandu',
  'UTC',
];

/** What the clock shows, by other means than the code's. */
const shown = (timeZone: string) => {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit' });
  return (instant: number) => {
    const [day = '', time = ''] = format.format(instant).toLowerCase().split(' ');
    return { day: DAYS.indexOf(day.slice(0, 3) as (typeof DAYS)[number]), time };
  };
};

/** Whether the window is open, as a person reads it off. */
function reads(days: readonly (typeof DAYS)[number][], hours: string, timeZone: string): (instant: number) => boolean {
  const clock = shown(timeZone);
  const [from = '', to = ''] = hours.split('-');
  const onDay = (index: number) => days.some((day) => DAYS.indexOf(day) === (index + 7) % 7);
  return (instant) => {
    const { day, time } = clock(instant);
    if (from < to) return onDay(day) && from <= time && time < to;
    return (onDay(day) && from <= time) || (onDay(day - 1) && time < to);
  };
}

/** The hours of two years in which the clocks of a zone change. */
function changesIn(timeZone: string): number[] {
  const clock = shown(timeZone);
  const hours = Array.from({ length: 2 * 365 * 24 }, (_, hour) => Date.UTC(2026, 0, 1) + hour * HOUR);
  const hourOf = (instant: number) =>
    Number(clock(instant).time.slice(0, 2)) * 60 + Number(clock(instant).time.slice(3));
  return hours.filter((instant) => (hourOf(instant + HOUR) - hourOf(instant) + 24 * 60) % (24 * 60) !== 60);
}

const times = fc
  .tuple(fc.nat(23), fc.nat(59))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
const windows = fc.record({
  days: fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 1 }),
  hours: fc
    .tuple(times, times)
    .filter(([from, to]) => from !== to)
    .map((both) => both.join('-')),
});

/** From a change of the clocks: often a few hours only. */
const distance = fc.oneof(fc.integer({ min: -4 * HOUR, max: 4 * HOUR }), fc.integer({ min: -8 * DAY, max: 2 * DAY }));

describe.each(ZONES)('in %s', (timeZone) => {
  const changes = changesIn(timeZone);

  it('the next opening is the one that a person finds who looks at the clock each minute', () => {
    const near = changes.length === 0 ? fc.constant(Date.UTC(2026, 5, 1)) : fc.constantFrom(...changes);
    fc.assert(
      fc.property(windows, near, distance, (window, change, away) => {
        const now = change + away;
        const file = { ...window, timeZone };
        const isOpen = reads(window.days, window.hours, timeZone);
        const found = nextAllowed(when(file), now);
        expect(isOpen(found)).toBe(true);
        if (found !== now) expect(found % MINUTE).toBe(0);
        for (let minute = now; minute < found; minute += MINUTE)
          if (isOpen(minute)) throw new Error(`it is open at ${new Date(minute).toISOString()}`);
      }),
      { numRuns: 100 },
    );
  });
});

it('the clocks of the zones change twice a year, or never', () => {
  expect(ZONES.map((timeZone) => [timeZone, changesIn(timeZone).length > 0])).toEqual(
    ZONES.map((timeZone) => [timeZone, timeZone !== 'UTC' && timeZone !== 'Asia/Kathmandu']),
  );
});
