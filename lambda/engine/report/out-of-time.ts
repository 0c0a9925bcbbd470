import { DAY_MS } from '../../config/duration.ts';
import { waitsSince } from '../plan/turns.ts';
import type { Planned } from './consumer-report.ts';
import type { ConsumerReport, ErrorReport } from './report.ts';

/** True for a consumer that this run had no time for: nothing is wrong with it, and the next run goes on there. */
export function isOutOfTime({ state, errorCode }: Pick<ConsumerReport, 'state' | 'errorCode'>): boolean {
  return state === 'not-attempted' && errorCode === 'OUT_OF_TIME';
}

/** The same, if there was not even time to decide: so it may be blocked, say, and nobody knows it. */
export function isUndecided(consumer: ConsumerReport): boolean {
  const { code } = consumer.obstacle ?? consumer.why;
  return isOutOfTime(consumer) && (code === 'NOT_PLANNED' || code === 'NAME_UNRESOLVED');
}

/** How it is, this run knows. Of what it did not come to, or could not read, it knows nothing. */
export function wasSeen(consumer: Pick<ConsumerReport, 'state' | 'errorCode' | 'why'>): boolean {
  if (consumer.why.code === 'NOT_PLANNED') return false;
  return consumer.state !== 'not-attempted' || isOutOfTime(consumer);
}

/**
 * Of the consumers that the run had no time for, since when the first has been waiting: from then on something was due
 * for it. In milliseconds since the epoch; undefined where there are none, or where nothing tells.
 */
export function longestWaitSince(
  planned: readonly Planned[],
  consumers: readonly ConsumerReport[],
): number | undefined {
  const left = new Set(consumers.filter(isOutOfTime).map(({ consumer }) => consumer));
  if (left.size === 0) return undefined;
  const times = planned.flatMap(({ facts }) => (left.has(facts.settings.name) ? (waitsSince(facts) ?? []) : []));
  return times.length === 0 ? undefined : times.reduce((one, other) => Math.min(one, other));
}

/** T4: no wait is without an end. Once somebody has waited for a day, that is an error of the run: one, however many wait. */
export function tooLongWaits(
  since: number | undefined,
  consumers: readonly ConsumerReport[],
  now: number,
): ErrorReport[] {
  if (since === undefined || since + DAY_MS >= now) return [];
  const many = `${consumers.filter(isOutOfTime).length} of ${consumers.length} consumers`;
  const message = `the runs have too little time: this one did not come to ${many}, of which the first waits since ${new Date(since).toISOString()}; give them a longer limits.functionTimeout, run them more often, or split the deployment`;
  return [{ code: 'OUT_OF_TIME', message }];
}
