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
}

type Part = (options: PartOptions) => Promise<Figure[]>;

/** In the order in which they are measured and shown. */
export const PARTS = {
  life: () => measureLife(),
  rival: async () => measureRival(),
  idle: ({ programs, quick }) =>
    measureRuns('idle', { programs, pairs: quick ? 3 : 5, sizes: quick ? [20, 1000] : [1, 20, 200, 1000, 10_000] }),
  due: ({ programs, quick }) =>
    measureRuns('due', { programs, pairs: quick ? 3 : 5, sizes: quick ? [20, 200] : [1, 20, 200, 1000, 10_000] }),
  memory: ({ programs, quick }) =>
    measureMemory({ programs, pairs: quick ? 1 : 3, populations: quick ? [...QUICK_POPULATIONS] : [...POPULATIONS] }),
  cold: ({ programs, quick }) =>
    measureCold({ programs, starts: quick ? 7 : 25, sizes: quick ? [1] : [1, 1000, 10_000] }),
  size: async ({ programs }) => measureSize(programs),
  throttling: ({ programs, quick }) =>
    measureThrottling({ programs, consumers: quick ? 100 : 200, quotas: quick ? [50] : [50, 25, 10, 8] }),
  cost: ({ programs }) => measureIdleMonth(programs),
} as const satisfies Record<string, Part>;

export type PartName = keyof typeof PARTS;

const QUICK_POPULATIONS: readonly Population[] = [{ consumers: 10_000, memoryMb: SMALL_MB }];

const POPULATIONS: readonly Population[] = [
  { consumers: 10, memoryMb: SMALL_MB },
  { consumers: 1000, memoryMb: SMALL_MB },
  { consumers: 10_000, memoryMb: SMALL_MB },
  { consumers: 50_000, memoryMb: LARGE_MB },
  { consumers: 10, foreign: 10_000, memoryMb: SMALL_MB },
  { consumers: 10, foreign: 100_000, memoryMb: SMALL_MB },
];
