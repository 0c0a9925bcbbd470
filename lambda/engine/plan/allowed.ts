import { MINUTES_A_WEEK, minuteOfWeek } from '../../config/time-zone.ts';
import type { Allowed, Freeze, Window } from '../../config/when.ts';

const MINUTE_MS = 60 * 1000;

/** The first moment from `from` on at which a token that works may be replaced, in milliseconds since the epoch. */
export function nextAllowed({ window, freezes }: Allowed, from: number): number {
  let at = from;
  for (;;) {
    const moment = nextOpen(window, freezes.find((each) => isFrozen(each, at))?.to ?? at);
    if (moment === at) return at;
    at = moment;
  }
}

/** The freeze that is on; one of everything, if there are several. */
export function freezeAt({ freezes }: Allowed, now: number): Freeze | undefined {
  const on = freezes.filter((each) => isFrozen(each, now));
  return on.find(({ everything }) => everything) ?? on[0];
}

function isFrozen({ from, to }: Freeze, at: number): boolean {
  return from <= at && at < to;
}

/**
 * A window is what a clock on the wall shows, so only that is read, and nothing is reckoned with dates. No opening is
 * missed by a leap over which the clock goes on by as much. Over a change of the clocks the leaps get shorter.
 */
function nextOpen(window: Window | undefined, from: number): number {
  if (window === undefined || awayFrom(window, from) === 0) return from;
  const { timeZone } = window;
  let at = Math.ceil(from / MINUTE_MS) * MINUTE_MS;
  for (;;) {
    const away = awayFrom(window, at);
    if (away === 0) return at;
    const shown = minuteOfWeek(at, timeZone);
    const goesOn = (minutes: number) => since(shown, minuteOfWeek(at + minutes * MINUTE_MS, timeZone)) === minutes;
    at += ([away, 60].find((minutes) => minutes <= away && goesOn(minutes)) ?? 1) * MINUTE_MS;
  }
}

/** How many minutes lie between what the clock shows and the next opening; none while it is open. */
function awayFrom({ openings, timeZone }: Window, at: number): number {
  const minute = minuteOfWeek(at, timeZone);
  const isOpen = openings.some(({ from, length }) => since(from, minute) < length);
  return isOpen ? 0 : Math.min(...openings.map(({ from }) => since(minute, from)));
}

/** From one minute of the week to another, round the week. */
function since(from: number, to: number): number {
  return (to - from + MINUTES_A_WEEK) % MINUTES_A_WEEK;
}
