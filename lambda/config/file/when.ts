import * as z from 'zod/mini';
import { DURATION } from '../duration.ts';

// When a token may be replaced: what people write for it. `../when.ts` reads it, and `checks/when-checks.ts` checks it.

/** In the order in which a week is counted. */
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** From a minute of the day to another: `22:00-04:00`. `24:00` is the end of the day. */
export const HOURS = /^(?:[01]\d|2[0-3]):[0-5]\d-(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/;

export const SOAK_DEFAULT = '24h';

const text = z.string().check(z.minLength(1));
const time = z.iso.datetime({ offset: true });
const duration = z.string().check(z.regex(DURATION));

const window = z.strictObject({
  days: z.optional(z.array(z.enum(DAYS)).check(z.minLength(1))),
  hours: z.optional(z.string().check(z.regex(HOURS))),
  timeZone: z.optional(text),
});

const freeze = z.strictObject({ from: time, to: time, reason: text, everything: z.optional(z.boolean()) });
const freezes = z.optional(z.array(freeze));

/** Allowed in `defaults` and in each consumer. */
export const overridableWhen = { window: z.optional(window), spread: z.optional(duration) };

/** Allowed in each consumer, beside what holds for all. */
export const consumerWhen = { freezes };

/** Allowed at the top level. */
export const deploymentWhen = {
  freezes,
  canaries: z.optional(
    z.strictObject({ consumers: z.array(z.string()).check(z.minLength(1)), soak: z.optional(duration) }),
  ),
};

export type WindowFile = z.infer<typeof window>;
export type FreezeFile = z.infer<typeof freeze>;
