import { MINUTES_A_WEEK, yearlyShift } from './time-zone.ts';
import type { Allowed, Freeze, Window } from './when.ts';

export const MINUTE_MS = 60 * 1000;

/** How late the schedule may begin a run: a quarter of its period, and 15 minutes at most. */
const LATEST_MS = 15 * MINUTE_MS;

/** The longest time from the begin of one run to that of the next. */
export function longestRunPeriodMs(scheduleMs: number): number {
  return scheduleMs + Math.min(scheduleMs / 4, LATEST_MS);
}

/** The longest time for which a token that is due can wait for a run that may replace it. */
export function longestWaitMs({ window }: Pick<Allowed, 'window'>, scheduleMs: number): number {
  if (window === undefined) return scheduleMs;
  // The last run in one opening may end a period before it closes, and the first in the next come as late.
  return longestClosedMs(window, longestRunPeriodMs(scheduleMs)) + 2 * scheduleMs;
}

/**
 * The longest time without an opening that a run surely meets. On the day on which the clocks go forward, an opening may
 * be too short, or missing; on the day on which they go back, the time to the next is longer. That is not on one day.
 */
function longestClosedMs({ openings, timeZone }: Window, neededMs: number): number {
  const shift = yearlyShift(timeZone);
  const times = openings.map(({ from, length }, index) => {
    const next = openings[(index + 1) % openings.length] ?? { from, length };
    const closed = ((next.from - from - length + 2 * MINUTES_A_WEEK - 1) % MINUTES_A_WEEK) + 1;
    return { closed, next: next.length, isSure: (next.length - shift) * MINUTE_MS >= neededMs };
  });
  const longest = times.map(({ closed, next, isSure }, index) => {
    const after = times[(index + 1) % times.length]?.closed ?? closed;
    return isSure ? closed + shift : closed + next + after;
  });
  return Math.max(...longest) * MINUTE_MS;
}

/** Freezes with too little time between them for a rotation and its end count as one. */
export interface LongestFreeze {
  readonly ms: number;
  readonly last: Freeze;
}

/**
 * @param waitMs how long a token may wait for its rotation after a freeze.
 * @param endMs how long the token before it then works on; a freeze of everything makes that longer.
 */
export function longestFreeze(freezes: readonly Freeze[], waitMs: number, endMs: number): LongestFreeze | undefined {
  let begin = Number.NaN;
  let end = Number.NaN;
  let longest: LongestFreeze | undefined;
  for (const freeze of freezes.toSorted((one, other) => one.from - other.from)) {
    const goesOn = freeze.from < end + waitMs + (freeze.everything ? endMs : 0);
    begin = goesOn ? begin : freeze.from;
    end = goesOn ? Math.max(end, freeze.to) : freeze.to;
    if (longest === undefined || end - begin > longest.ms) longest = { ms: end - begin, last: freeze };
  }
  return longest;
}
