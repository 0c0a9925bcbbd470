import * as z from 'zod/mini';

const text = (description: string) => z.string().check(z.minLength(1), z.maxLength(500), z.meta({ description }));

/** Only days that exist. */
const DAY_OR_TIME = new RegExp([z.iso.date(), z.iso.datetime({ offset: true })].map(patternOf).join('|'));

/** `z.regexes` would bring all patterns of zod into the bundle. */
function patternOf({ _zod: { def } }: z.ZodMiniISODate | z.ZodMiniISODateTime): string {
  return def.pattern?.source ?? '';
}

/** Why the age of a consumer's token is no reason to rotate it, and until when. */
export const ExceptionFile = z
  .strictObject({
    reason: text('Why it is exempt'),
    approvedBy: text('Who approved that'),
    until: z.string().check(
      z.regex(DAY_OR_TIME),
      z.meta({
        description: 'The first moment at which it is exempt no longer: a day (its beginning, UTC), or a time',
        examples: ['2027-03-01', '2027-03-01T06:00:00+01:00'],
      }),
    ),
  })
  .check(z.meta({ description: 'Do not rotate this consumer because of age, until a date' }));
