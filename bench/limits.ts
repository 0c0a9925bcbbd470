/** A figure that must not grow beyond a limit. */
export interface Limit {
  readonly figure: string;
  readonly unit: string;
  readonly most: number;
  /** How many consumers it holds for, or whatever else `of` names. */
  readonly at: readonly number[];
  /** @default consumers */
  readonly of?: string;
}

/** Every limit: the bench holds them, `--quick` with twice as much, and docs/performance.md has them all. */
export const LIMITS = {
  'life-calls': { figure: 'calls in the whole life of a token of one bucket', unit: 'calls', most: 12, at: [1] },
  'life-writes': { figure: 'of these, writes to Secrets Manager', unit: 'calls', most: 2, at: [1] },
  'idle-calls': {
    figure: 'idle: calls beyond one for each 20 consumers',
    ...{ unit: 'calls', most: 2, at: [1, 20, 200, 1000, 10_000] },
  },
  'due-wall': { figure: 'due: wall', unit: '× floor', most: 1.1, at: [20, 200, 1000, 10_000] },
  'idle-wall': { figure: 'idle: wall', unit: '× floor', most: 1.3, at: [1000, 10_000] },
  'due-cpu': { figure: 'due: CPU', unit: '× floor', most: 1.25, at: [20, 200, 1000, 10_000] },
  'idle-cpu': { figure: 'idle: CPU', unit: '× floor', most: 1.25, at: [20, 200, 1000, 10_000] },
  'quota-wall': {
    figure: 'due under a quota of writes a second: wall',
    ...{ unit: '× what the lower rate allows', most: 1.03, at: [50], of: 'writes a second' },
  },
  'quota-throttled': {
    figure: 'the same: throttled calls',
    ...{ unit: 'calls', most: 0, at: [50], of: 'writes a second' },
  },
  'quota-failed': {
    figure: 'the same: consumers that failed',
    ...{ unit: 'consumers', most: 0, at: [50, 25, 10, 8], of: 'writes a second' },
  },
  memory: { figure: 'idle: peak memory', unit: '× floor', most: 1.3, at: [10_000] },
  'memory-small': { figure: 'idle: peak memory', unit: 'MB', most: 256, at: [10_000] },
  'memory-large': { figure: 'idle: peak memory', unit: 'MB', most: 512, at: [50_000] },
  'memory-foreign': {
    figure: 'idle, 10 consumers among rows of others: peak memory',
    ...{ unit: 'MB', most: 256, at: [100_000], of: 'rows of others' },
  },
  cold: { figure: 'cold start to the first answer', unit: '× floor', most: 1.1, at: [1] },
  'cold-cpu': { figure: 'cold start: CPU', unit: '× floor', most: 1.25, at: [1] },
  'cold-runtime': { figure: 'cold start in the client of the Lambda runtime', unit: '× floor', most: 1.1, at: [1] },
  'idle-month': { figure: 'an idle month, hourly', unit: '$', most: 2.1, at: [1000] },
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitName = keyof typeof LIMITS;

/** @returns the limit of a figure; undefined where none is promised. */
export function limitOf(name: LimitName | undefined, at: number): Limit | undefined {
  const limit: Limit | undefined = name && LIMITS[name];
  return limit?.at.includes(at) ? limit : undefined;
}
