/** `Date.parse` alone takes "week-51" for a day in 1951. */
const ISO_DATE = /^\d{4}-\d\d-\d\d(?:T\S+)?$/;

/**
 * Until when an operator wants the authorization kept, as its description says; in milliseconds since the epoch. The
 * latest of several; infinite if one is not a date. It counts in any description, since an adopted authorization has no
 * marker, and a marker may be spoilt.
 */
export function keepUntilOf(description: string): number | undefined {
  return [...description.matchAll(/(?<![\w-])keep-until=([^\s;,]*)/gi)]
    .map(([, date = '']) => (ISO_DATE.test(date) ? Date.parse(date) : Number.NaN))
    .map((time) => (Number.isNaN(time) ? Number.POSITIVE_INFINITY : time))
    .reduce<number | undefined>((latest, date) => Math.max(latest ?? date, date), undefined);
}

/** Until when an operator keeps the authorization; undefined if nobody does, or no longer. */
export function keptUntil(description: string, now: number): number | undefined {
  const until = keepUntilOf(description);
  return until === undefined || until <= now ? undefined : until;
}

/** The description with which the authorization is kept until then, or longer, if it says so already. */
export function withKeepUntil(description: string, until: number): string {
  const present = keepUntilOf(description);
  if (present !== undefined && present >= until) return description;
  const rest = description.replaceAll(/\s*(?<![\w-])keep-until=[^\s;,]*/gi, '');
  return `${rest} keep-until=${new Date(until).toISOString()}`.trimStart();
}
