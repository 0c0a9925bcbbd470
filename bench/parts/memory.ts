import { type Figure, measured } from '../figure.ts';
import type { LimitName } from '../limits.ts';
import { type Run, runOf } from '../pairs.ts';
import type { Programs } from '../programs/programs.ts';
import { Servers } from '../servers/servers.ts';

interface MemoryOptions {
  readonly programs: Programs;
  readonly pairs: number;
  /** How many consumers, and how many authorizations of others. */
  readonly populations: readonly Population[];
}

export interface Population {
  readonly consumers: number;
  readonly foreign?: number;
  /** Of the function, in MB: a program that needs more dies. */
  readonly memoryMb: number;
}

export const SMALL_MB = 256;
export const LARGE_MB = 512;

/** The most that is resident in two idle runs in one process, in MB. */
export async function measureMemory({ populations, ...options }: MemoryOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const population of populations) figures.push(...(await ofPopulation(population, options)));
  return figures;
}

async function ofPopulation(
  { memoryMb, ...population }: Population,
  { programs, pairs }: Omit<MemoryOptions, 'populations'>,
): Promise<Figure[]> {
  const servers = await Servers.open({ ...population, due: false });
  programs.configure(servers.configuration);
  const options = { programs, servers, memoryMb, pairs };
  const ours: number[] = [];
  const floor: number[] = [];
  try {
    for (let count = 0; count < pairs; count += 1) {
      ours.push(await peakOf(runOf('ours', options)));
      floor.push(await peakOf(runOf('floor', options)));
    }
  } finally {
    await servers.close();
  }
  const { consumers, foreign } = population;
  const at = foreign ?? consumers;
  const name =
    foreign === undefined ? 'idle: peak memory' : `idle, ${consumers} consumers among rows of others: peak memory`;
  const died = ours.includes(Number.POSITIVE_INFINITY) && { note: `died of ${memoryMb} MB` };
  const counted = foreign !== undefined && { counted: 'rows of others' };
  const of = { part: 'memory', name, at, ...counted, ...died, ours: measured(ours), floor: measured(floor) };
  const limit = ({ [LARGE_MB]: 'memory-large' } as Record<number, LimitName>)[memoryMb] ?? 'memory-small';
  return [
    { ...of, unit: 'MB', limit: foreign === undefined ? limit : 'memory-foreign', ...measured(ours) },
    {
      ...{ ...of, unit: '× floor', of: 'MB', ...(foreign === undefined && { limit: 'memory' as const }) },
      ...measured(ours.map((each, index) => each / (floor[index] ?? Number.NaN))),
    },
  ];
}

/** Without end where the program died of it. */
async function peakOf(run: Promise<Run>): Promise<number> {
  try {
    const { invoked } = await run;
    return invoked.peakMb;
  } catch (error) {
    if (error instanceof Error && /the program ended with SIG(?:ABRT|KILL)/.test(error.message))
      return Number.POSITIVE_INFINITY;
    throw error;
  }
}
