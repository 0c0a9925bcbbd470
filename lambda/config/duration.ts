import parseDuration from 'parse-duration';
import prettyMilliseconds from 'pretty-ms';

/** One or more whole numbers, each with a unit: `90s`, `24h`, `30d`, `1h30m`. The parser behind it accepts more. */
export const DURATION = /^(\d+(s|m|h|d|w))+$/;

/** In milliseconds; undefined for anything that does not match `DURATION`. */
export function parseDurationText(text: unknown): number | undefined {
  if (typeof text !== 'string' || !DURATION.test(text)) return undefined;
  return parseDuration(text, 'ms') ?? undefined;
}

/** For people: `1 day 6 hours`. */
export function formatDuration(ms: number): string {
  return prettyMilliseconds(ms, { verbose: true, unitCount: 2, secondsDecimalDigits: 0 });
}
