import type { LimitName } from './limits.ts';

/** The median of some repetitions, and the least and the most. */
export interface Measured {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** One thing that was measured. */
export interface Figure extends Measured {
  readonly part: string;
  /** What it is, where no limit names it. */
  readonly name: string;
  readonly unit: string;
  /** For how many consumers, or whatever else `counted` names. */
  readonly at: number;
  /** @default consumers */
  readonly counted?: string;
  readonly limit?: LimitName;
  /** What the figure is the ratio of, in `of`'s unit. */
  readonly ours?: Measured;
  readonly floor?: Measured;
  readonly of?: string;
  /** The most of the servers' time that a repetition took, from 0 to 1. */
  readonly busy?: number;
  readonly note?: string;
}

export function measured(all: readonly number[]): Measured {
  const sorted = all.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? at(sorted, middle) : (at(sorted, middle - 1) + at(sorted, middle)) / 2;
  return { median, least: at(sorted, 0), most: at(sorted, -1) };
}

/** What is counted, or else always the same. */
export const exactly = (value: number): Measured => ({ median: value, least: value, most: value });

function at(sorted: readonly number[], index: number): number {
  const value = sorted.at(index);
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}
