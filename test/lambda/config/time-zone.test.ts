import { describe, expect, it } from 'vitest';
import { minuteOfWeek, timeZoneProblem, yearlyShift } from '../../../lambda/config/time-zone.ts';
import { HOUR } from '../../builders/a-configuration.ts';

const MONDAY = Date.UTC(2026, 5, 1);

describe('a clock on the wall', () => {
  it.each([
    ['UTC', MONDAY, 0],
    ['UTC', MONDAY - 60_000, 7 * 24 * 60 - 1],
    ['Europe/Berlin', MONDAY, 120],
    ['America/New_York', MONDAY, 6 * 24 * 60 + 20 * 60],
    ['Asia/Kathmandu', MONDAY, 5 * 60 + 45],
    // 2026-03-29: from 02:00 to 03:00.
    ['Europe/Berlin', Date.UTC(2026, 2, 29, 0, 59), 6 * 24 * 60 + 119],
    ['Europe/Berlin', Date.UTC(2026, 2, 29, 1, 0), 6 * 24 * 60 + 180],
  ])('in %s shows at %i the minute %i of the week', (timeZone, instant, minute) => {
    expect(minuteOfWeek(instant, timeZone)).toBe(minute);
  });

  it.each([
    ['UTC', 0],
    ['Asia/Kolkata', 0],
    ['Europe/Berlin', 60],
    ['America/New_York', 60],
    ['Australia/Lord_Howe', 30],
    ['Antarctica/Troll', 120],
    // Back for Ramadan only.
    ['Africa/Casablanca', 60],
  ])('in %s is changed by %i minutes', (timeZone, minutes) => {
    expect(yearlyShift(timeZone)).toBe(minutes);
    expect(yearlyShift(timeZone)).toBe(minutes);
  });

  it('shows the hour after a whole day as an hour after midnight, not as 24', () => {
    expect(minuteOfWeek(MONDAY + 24 * HOUR, 'UTC')).toBe(24 * 60);
  });
});

describe('the name of a time zone', () => {
  const FORM = 'must be a time zone of the IANA database, such as "Europe/Berlin" or "UTC"';
  it.each([
    ['Europe/Berlin', undefined],
    ['UTC', undefined],
    ['Asia/Kolkata', undefined],
    ['Europe/Belrin', `${FORM}: did you mean "Europe/Berlin"?`],
    ['Berlin', `${FORM}: did you mean "Europe/Berlin"?`],
    ['Mars/Olympus', FORM],
    ['+02:00', FORM],
  ])('%s', (name, problem) => {
    expect(timeZoneProblem(name)).toBe(problem);
  });
});
