import { parseDurationText } from './duration.ts';
import { CONSUMER_DEFAULTS, DURATION_KEYS, LIMIT_DEFAULTS, MAY_BE_ZERO, SCHEDULE_DEFAULT } from './file/schema.ts';
import { objectAt } from './is-object.ts';

/** Durations in milliseconds by key; undefined if the given value is none, or one that is refused by itself. */
export type Durations = Readonly<Record<string, number | undefined>>;

/** The durations that apply to a consumer: its own, else those in `defaults`, else the built-in ones. */
export function readDurations(file: Record<string, unknown>, consumer: Record<string, unknown>): Durations {
  const own: Record<string, unknown> = { ...CONSUMER_DEFAULTS, ...objectAt(file, 'defaults'), ...consumer };
  const general: Record<string, unknown> = {
    ...{ ...LIMIT_DEFAULTS, ...objectAt(file, 'limits') },
    schedule: 'schedule' in file ? file.schedule : SCHEDULE_DEFAULT,
  };
  // A key at a wrong place is a problem of its own, and its value no reason for another.
  const isGeneral = (key: string) => key === 'schedule' || key in LIMIT_DEFAULTS;
  const given = (key: string) => (isGeneral(key) ? general : own)[key];
  return Object.fromEntries([...DURATION_KEYS].map((key) => [key, usable(key, parseDurationText(given(key)))]));
}

function usable(key: string, ms: number | undefined): number | undefined {
  return ms === 0 && !MAY_BE_ZERO.has(key) ? undefined : ms;
}
