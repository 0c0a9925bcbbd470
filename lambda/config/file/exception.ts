import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1), z.maxLength(500));

/** Only days that exist. */
const DAY_OR_TIME = new RegExp([z.iso.date(), z.iso.datetime({ offset: true })].map(patternOf).join('|'));

/** `z.regexes` would bring all patterns of zod into the bundle. */
function patternOf({ _zod: { def } }: z.ZodMiniISODate | z.ZodMiniISODateTime): string {
  return def.pattern?.source ?? '';
}

/** Why the age of a consumer's token is no reason to rotate it, and until when. */
export const ExceptionFile = z.strictObject({
  reason: text,
  approvedBy: text,
  until: z.string().check(z.regex(DAY_OR_TIME)),
});
