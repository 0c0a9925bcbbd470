import { parseDurationText } from './duration.ts';
import { CONSUMER_DEFAULTS, DURATION_KEYS, LIMIT_DEFAULTS, MAY_BE_ZERO, SCHEDULE_DEFAULT } from './schema.ts';

/** Durations in milliseconds by key; undefined if the given value is none, or one that is refused by itself. */
export type Durations = Readonly<Record<string, number | undefined>>;

/** The durations that apply to a consumer: its own, else those in `defaults`, else the built-in ones. */
export function readDurations(file: Record<string, unknown>, consumer: Record<string, unknown>): Durations {
  const given = {
    ...objectAt(file, 'limits'),
    ...objectAt(file, 'defaults'),
    ...consumer,
    ...('schedule' in file ? { schedule: file.schedule } : {}),
  };
  const all: Record<string, unknown> = {
    schedule: SCHEDULE_DEFAULT,
    ...LIMIT_DEFAULTS,
    ...CONSUMER_DEFAULTS,
    ...given,
  };
  return Object.fromEntries([...DURATION_KEYS].map((key) => [key, usable(key, parseDurationText(all[key]))]));
}

function usable(key: string, ms: number | undefined): number | undefined {
  return ms === 0 && !MAY_BE_ZERO.has(key) ? undefined : ms;
}

function objectAt(file: Record<string, unknown>, key: string): object {
  const value = file[key];
  return typeof value === 'object' && value !== null ? value : {};
}
