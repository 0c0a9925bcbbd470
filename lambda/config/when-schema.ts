import * as z from 'zod/mini';
import { DURATION } from './duration.ts';

// When a token may be replaced: what people write for it. `when.ts` reads it, and `when-checks.ts` checks it.

/** In the order in which a week is counted. */
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** From a minute of the day to another: `22:00-04:00`. `24:00` is the end of the day. */
export const HOURS = /^(?:[01]\d|2[0-3]):[0-5]\d-(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/;

export const SOAK_DEFAULT = '24h';

const described = (description: string) => z.meta({ description });
const text = (description: string) => z.string().check(z.minLength(1), described(description));
const time = (description: string) =>
  z.iso.datetime({ offset: true }).check(z.meta({ description, examples: ['2026-12-18T18:00:00+01:00'] }));

const window = z.strictObject({
  days: z.optional(
    z.array(z.enum(DAYS)).check(z.minLength(1), described('Days on which it opens; by default every day')),
  ),
  hours: z.optional(
    z
      .string()
      .check(
        z.regex(HOURS),
        z.meta({ description: 'From when to when, as a clock on the wall shows it', examples: ['22:00-04:00'] }),
      ),
  ),
  timeZone: z.optional(text('IANA time zone of that clock, e.g. Europe/Berlin; by default UTC')),
});

const freeze = z.strictObject({
  from: time('When it begins, with its offset from UTC'),
  to: time('When it is over, with its offset from UTC'),
  reason: text('Why, for whoever asks why nothing is rotated'),
  everything: z.optional(
    z.boolean().check(described('Also switch off and delete no token that was superseded, until it is over')),
  ),
});

const freezes = (description: string) => z.optional(z.array(freeze).check(described(description)));

/** Allowed in `defaults` and in each consumer. */
export const overridableWhen = {
  window: z.optional(window.check(described('When tokens that work may be replaced; {} for at any time'))),
  spread: z.optional(
    z.string().check(
      z.regex(DURATION),
      z.meta({
        description: 'How much earlier than rotateEvery a token may fall due, so that not all do at once',
        examples: ['0s', '12h', '3d'],
      }),
    ),
  ),
};

/** Allowed in each consumer, beside what holds for all. */
export const consumerWhen = {
  freezes: freezes('Times in which no token of this consumer that works is replaced, beside those of all'),
};

/** Allowed at the top level. */
export const deploymentWhen = {
  freezes: freezes('Times in which no token that works is replaced'),
  canaries: z.optional(
    z
      .strictObject({
        consumers: z
          .array(z.string())
          .check(z.minLength(1), described('Names of the consumers whose tokens are replaced first')),
        soak: z.optional(
          z.string().check(
            z.regex(DURATION),
            z.meta({
              description: 'How long each of them must be well with its new token before the others follow',
              examples: ['2h', '24h'],
            }),
          ),
        ),
      })
      .check(described('Consumers that rotate before all others')),
  ),
};

export type WindowFile = z.infer<typeof window>;
export type FreezeFile = z.infer<typeof freeze>;
