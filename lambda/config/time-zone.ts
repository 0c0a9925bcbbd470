import { nearest } from './nearest.ts';

const MINUTES_A_DAY = 24 * 60;
export const MINUTES_A_WEEK = 7 * MINUTES_A_DAY;

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

const clocks = new Map<string, Intl.DateTimeFormat>();

/** A clock on the wall there. @throws {RangeError} for a time zone that does not exist. */
function clockIn(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  clocks.set(timeZone, clock);
  return clock;
}

/**
 * What a clock on the wall shows there: minutes since Monday, 0:00. At a change of the clocks, minutes are missing or
 * come twice, as they do on the wall.
 * @param instant in milliseconds since the epoch.
 */
export function minuteOfWeek(instant: number, timeZone: string): number {
  const parts = Object.fromEntries(
    clockIn(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  return WEEKDAYS.indexOf(parts.weekday ?? '') * MINUTES_A_DAY + Number(parts.hour) * 60 + Number(parts.minute);
}

const WEEK_MS = MINUTES_A_WEEK * 60 * 1000;

/** Any year would do: governments change the rules rarely, and not by more than this. */
const WEEKS = Array.from({ length: 53 }, (_, week) => Date.UTC(2026, 0, 1) + week * WEEK_MS);

const shifts = new Map<string, number>();

/** By how many minutes the clocks there change within a year: mostly 60, or none at all. */
export function yearlyShift(timeZone: string): number {
  const shift = shifts.get(timeZone) ?? shiftWithin(WEEKS, timeZone);
  shifts.set(timeZone, shift);
  return shift;
}

function shiftWithin(instants: readonly number[], timeZone: string): number {
  const [first = 0, ...others] = instants.map((instant) => minuteOfWeek(instant, timeZone));
  const half = MINUTES_A_WEEK / 2;
  const moved = others.map((minute) => ((minute - first + half + MINUTES_A_WEEK) % MINUTES_A_WEEK) - half);
  return Math.max(0, ...moved) - Math.min(0, ...moved);
}

/** What is wrong with the name of a time zone; undefined if nothing is. */
export function timeZoneProblem(timeZone: string): string | undefined {
  // An offset has no daylight-saving time, and not every Node takes it.
  if (/^[A-Za-z]/.test(timeZone) && exists(timeZone)) return undefined;
  const near = nearest(timeZone, Intl.supportedValuesOf('timeZone'));
  const advice = near === undefined ? '' : `: did you mean "${near}"?`;
  return `must be a time zone of the IANA database, such as "Europe/Berlin" or "UTC"${advice}`;
}

function exists(timeZone: string): boolean {
  try {
    clockIn(timeZone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
