import type { Figure } from '../figure.ts';
import type { Programs } from '../programs/programs.ts';
import { measureCold } from './cold.ts';
import { measureIdleMonth } from './idle-month.ts';
import { measureLife } from './life.ts';
import { LARGE_MB, measureMemory, type Population, SMALL_MB } from './memory.ts';
import { measureRival } from './rival.ts';
import { measureRuns } from './runs.ts';
import { measureSize } from './size.ts';
import { measureThrottling } from './throttling.ts';

export interface PartOptions {
  readonly programs: Programs;
  /** Fewer, and for less. */
  readonly quick: boolean;
  /** How often each pair is repeated, where it is not counted or simulated. */
  readonly pairs: number;
  /** The largest population. */
  readonly most: number;
}

type Part = (options: PartOptions) => Promise<Figure[]>;

/** In the order in which they are measured and shown. */
export const PARTS = {
  life: () => measureLife(),
  rival: async () => measureRival(),
  idle: ({ programs, quick, pairs, most }) =>
    measureRuns('idle', { programs, pairs, sizes: upTo(most, quick ? [20, 1000] : SIZES) }),
  due: ({ programs, quick, pairs, most }) =>
    measureRuns('due', { programs, pairs, sizes: upTo(most, quick ? [20, 200] : SIZES) }),
  memory: ({ programs, quick, pairs, most }) => {
    const populations = (quick ? QUICK_POPULATIONS : POPULATIONS).filter(({ consumers }) => consumers <= most);
    return measureMemory({ programs, pairs: Math.ceil(pairs / 2), populations });
  },
  cold: ({ programs, quick, pairs, most }) =>
    measureCold({
      ...{ programs, inRuntime: !quick, starts: 5 * pairs },
      sizes: upTo(most, quick ? [1] : [1, 1000, 10_000]),
    }),
  size: async ({ programs }) => measureSize(programs),
  throttling: ({ programs, quick }) =>
    measureThrottling({ programs, consumers: 200, quotas: quick ? [50] : [50, 25, 10, 8] }),
  cost: ({ programs }) => measureIdleMonth(programs),
} as const satisfies Record<string, Part>;

export type PartName = keyof typeof PARTS;

const SIZES: readonly number[] = [1, 20, 200, 1000, 10_000];

const upTo = (most: number, sizes: readonly number[]) => sizes.filter((size) => size <= most);

const QUICK_POPULATIONS: readonly Population[] = [{ consumers: 10_000, memoryMb: SMALL_MB }];

const POPULATIONS: readonly Population[] = [
  { consumers: 10, memoryMb: SMALL_MB },
  { consumers: 1000, memoryMb: SMALL_MB },
  { consumers: 10_000, memoryMb: SMALL_MB },
  { consumers: 50_000, memoryMb: LARGE_MB },
  { consumers: 10, foreign: 10_000, memoryMb: SMALL_MB },
  { consumers: 10, foreign: 100_000, memoryMb: SMALL_MB },
];
