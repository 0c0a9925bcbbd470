import type { RunReport } from '../../lambda/engine/report/report.ts';
import type { EventCode } from '../../lambda/log/events.ts';
import type { Past } from '../log/past.ts';
import type { Health } from './health.ts';

/** What each run says of a consumer that is so. */
const SAID: Partial<Record<Health, EventCode>> = {
  failed: 'CONSUMER_FAILED',
  blocked: 'CONSUMER_BLOCKED',
  waiting: 'CONSUMER_WAITING',
};

/**
 * Since when each run said that a consumer is so, without one between that did not.
 * @returns undefined where the log does not show its beginning for certain.
 */
export function sinceInLog(
  health: Health,
  consumer: string,
  { startedAt, scheduleMs }: Pick<RunReport, 'startedAt' | 'scheduleMs'>,
  past: Past,
): string | undefined {
  const code = SAID[health];
  if (code === undefined || past.consumer !== consumer || past.problem !== undefined) return undefined;
  // The schedule may begin a run a quarter of its period late. Two periods would have room for a run that said otherwise.
  const apart = 1.5 * scheduleMs;
  let first = startedAt;
  for (const { at } of past.events.filter((event) => event.code === code)) {
    if (Date.parse(first) - Date.parse(at) > apart) break;
    first = at;
  }
  return first === startedAt || Date.parse(first) - past.since <= apart ? undefined : first;
}
