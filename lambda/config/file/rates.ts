import * as z from 'zod/mini';
import type { Rates } from '../rates.ts';

const rate = z.optional(z.int().check(z.minimum(1)));

/** The keys of `limits` that are rates. */
export const RATES = {
  secretsManagerWritesPerSecond: rate,
  secretsManagerReadsPerSecond: rate,
  influxdbCallsPerSecond: rate,
} satisfies Record<keyof Rates, typeof rate>;
