import type { Hour } from './soak.ts';

/** What a heap may gain between the first hours and the last, in MB: what the engine of JavaScript itself keeps. */
const MOST_GROWTH_MB = 2;

/** The first run loads what is loaded at need. */
const WARM_AFTER = 1;

/** Of the medians of the first and the last third of the hours, in MB. */
export function growthMb(hours: readonly Pick<Hour, 'keptMb'>[]): number {
  const warm = hours.slice(WARM_AFTER).map(({ keptMb }) => keptMb);
  const third = Math.max(1, Math.floor(warm.length / 3));
  return median(warm.slice(-third)) - median(warm.slice(0, third));
}

/** Whatever must not be after these hours, of which the last was without faults; in sentences. */
export function problemsOf(hours: readonly Hour[], consumers: number): string[] {
  const growth = growthMb(hours);
  const last = hours.at(-1);
  return [
    ...hours.flatMap(({ problems }, hour) => problems.map((problem) => `hour ${hour}: ${problem}`)),
    ...hours.flatMap(({ leaked }, hour) => (leaked.length === 0 ? [] : [`hour ${hour}: ${leaked.join(', ')} left`])),
    ...(growth > MOST_GROWTH_MB ? [`the heap grew by ${growth.toFixed(1)} MB`] : []),
    ...(last !== undefined && last.failedConsumers > 0
      ? [`${last.failedConsumers} consumers fail without a fault`]
      : []),
    ...(last !== undefined && last.liveTokens < consumers ? [`only ${last.liveTokens} tokens live`] : []),
    ...(last !== undefined && last.liveTokens > 2 * consumers ? [`${last.liveTokens} tokens live`] : []),
  ];
}

function median(all: readonly number[]): number {
  return all.toSorted((one, other) => one - other)[all.length >> 1] ?? Number.NaN;
}
