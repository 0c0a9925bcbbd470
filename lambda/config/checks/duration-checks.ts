import { DAY_MS, DURATION, LONGEST_DURATION, parseDurationText } from '../duration.ts';
import { DURATION_KEYS, MAY_BE_ZERO } from '../file/schema.ts';
import { formatPath, type Problem } from '../problems.ts';
import { textsIn } from './texts-in.ts';

/** Each duration by itself: what has the form of one, and still cannot be meant. */
export function durationProblems(file: unknown): Problem[] {
  return textsIn(file).flatMap(({ text, path }) => problemOf(text, path));
}

function problemOf(text: string, path: readonly PropertyKey[]): Problem[] {
  const key = String(path.at(-1));
  if (!DURATION_KEYS.has(key) || !DURATION.test(text)) return [];
  const ms = parseDurationText(text);
  const at = { path: formatPath(path), value: text };
  if (ms === undefined) return [{ ...at, message: `must be at most "${LONGEST_DURATION}", a hundred years` }];
  if (ms > 0 && path.length === 1 && key === 'schedule' && !isSchedule(ms)) return [{ ...at, message: SCHEDULE }];
  return ms > 0 || MAY_BE_ZERO.has(key) ? [] : [{ ...at, message: 'must be longer than zero' }];
}

const MINUTE_MS = 60_000;

/** An alarm looks back at most 7 days, and NoSuccessfulRun has to see two periods. */
const LONGEST_SCHEDULE_MS = 3 * DAY_MS;

function isSchedule(ms: number): boolean {
  return ms % MINUTE_MS === 0 && ms <= LONGEST_SCHEDULE_MS;
}

const SCHEDULE =
  'must be whole minutes, because EventBridge Scheduler counts in minutes, and at most 3d, because no alarm would notice missing runs beyond that';
