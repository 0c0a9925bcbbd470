import parseDuration from 'parse-duration';
import prettyMilliseconds from 'pretty-ms';

/** One or more whole numbers with a unit each: `90s`, `24h`, `30d`, `1h30m`. Stricter than the parser behind it. */
export const DURATION = /^(\d+(s|m|h|d|w))+$/;

/** Milliseconds; undefined for a text that is no duration as `DURATION` has it. */
export function parseDurationText(text: unknown): number | undefined {
  if (typeof text !== 'string' || !DURATION.test(text)) return undefined;
  return parseDuration(text, 'ms') ?? undefined;
}

/** For people: `1 day 6 hours`. */
export function formatDuration(ms: number): string {
  return prettyMilliseconds(ms, { verbose: true, unitCount: 2, secondsDecimalDigits: 0 });
}
