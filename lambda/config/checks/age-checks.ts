import { formatDuration } from '../duration.ts';
import type { Durations } from '../durations.ts';
import type { Allowed } from '../when.ts';
import { longestFreeze, longestWaitMs } from '../worst-wait.ts';

/**
 * Why a token may get older than `maxTokenAge` though every run goes well; undefined if it cannot.
 * @param canaryMs how long the canaries make it wait, where it follows some.
 */
export function ageProblem(
  { schedule, lease, rotateEvery, gracePeriod, maxTokenAge }: Durations,
  when: Allowed,
  canaryMs?: number,
): string | undefined {
  if (lease === undefined || gracePeriod === undefined || rotateEvery === undefined) return undefined;
  if (maxTokenAge === undefined || schedule === undefined) return undefined;
  const waitMs = longestWaitMs(when, schedule);
  const freeze = longestFreeze(when.freezes, waitMs, gracePeriod + lease);
  const terms: (readonly [name: string, ms: number])[] = [
    ['rotateEvery', rotateEvery],
    when.window === undefined
      ? ['schedule', schedule]
      : [`the longest wait for the window "${when.window.text}" (${formatDuration(waitMs)})`, waitMs],
  ];
  if (freeze !== undefined) {
    const ms = freeze.ms + waitMs;
    terms.push([`the freeze "${freeze.last.reason}" and the wait after it (${formatDuration(ms)})`, ms]);
  }
  if (canaryMs !== undefined)
    terms.push([`the wait for the canaries and their soak (${formatDuration(canaryMs)})`, canaryMs]);
  terms.push(['gracePeriod', gracePeriod], ['lease', lease]);
  const longest = terms.reduce((sum, [, ms]) => sum + ms, 0);
  if (longest <= maxTokenAge) return undefined;
  const sum = terms.map(([name]) => name).join(' + ');
  return `must be at least ${sum} = ${formatDuration(longest)}, the age that a token reaches before it is switched off (is ${formatDuration(maxTokenAge)})`;
}
