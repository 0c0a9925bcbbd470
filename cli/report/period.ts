import * as z from 'zod';
import { DAY_MS } from '../../lambda/config/duration.ts';
import { UsageError } from '../function/rotator.ts';

/** Of a report that does not say from when on. */
const USUAL_DAYS = 90;

/** In milliseconds since the epoch. */
export interface Period {
  readonly from: number;
  /** The first moment after it. */
  readonly to: number;
  /** It goes on until now. */
  readonly isPresent: boolean;
}

const DATE = z.iso.date();
const TIME = z.iso.datetime({ offset: true });

/**
 * Days are those of UTC, and the last one is part of the period.
 * @throws {UsageError}
 */
export function periodOf(given: { readonly from?: string; readonly to?: string }, now: number): Period {
  const end = given.to === undefined ? now : timeIn('--to', given.to, DAY_MS);
  const to = Math.min(end, now);
  const from = given.from === undefined ? midnight(to) - USUAL_DAYS * DAY_MS : timeIn('--from', given.from, 0);
  if (from >= to)
    throw new UsageError(
      `--from ${new Date(from).toISOString()} is not before the end of the period, ${new Date(to).toISOString()}: give an earlier one`,
    );
  return { from, to, isPresent: end >= now };
}

function timeIn(option: string, text: string, dayMs: number): number {
  if (DATE.safeParse(text).success) return Date.parse(text) + dayMs;
  if (TIME.safeParse(text).success) return Date.parse(text);
  throw new UsageError(
    `${option} ${text} is no time: write a date of UTC, such as 2026-03-31, or a time, such as 2026-03-31T08:00:00Z`,
  );
}

function midnight(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}
