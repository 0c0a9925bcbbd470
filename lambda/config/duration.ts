import parseDuration from 'parse-duration';
import prettyMilliseconds from 'pretty-ms';

/** One or more whole numbers, each with a unit: `90s`, `24h`, `30d`, `1h30m`. The parser behind it accepts more. */
export const DURATION = /^(\d+(s|m|h|d|w))+$/;

/** A hundred years: long enough for "never", and short enough for every date that follows from it. */
export const LONGEST_DURATION = '36500d';
export const DAY_MS = 24 * 60 * 60 * 1000;
const LONGEST_MS = 36_500 * DAY_MS;

/** In milliseconds; undefined for anything that does not match `DURATION`, or is longer than `LONGEST_DURATION`. */
export function parseDurationText(text: unknown): number | undefined {
  if (typeof text !== 'string' || !DURATION.test(text)) return undefined;
  const ms = parseDuration(text, 'ms') ?? undefined;
  return ms !== undefined && ms <= LONGEST_MS ? ms : undefined;
}

/** For people: `1 day 6 hours`. */
export function formatDuration(ms: number): string {
  return prettyMilliseconds(ms, { verbose: true, unitCount: 2, secondsDecimalDigits: 0 });
}
