const MOST_NAMED = 5;

/** What is said of the first five, and how many more there are. */
export function firstFew<T>(some: readonly T[], say: (one: T) => string): string[] {
  const more = some.length - MOST_NAMED;
  return [...some.slice(0, MOST_NAMED).map(say), ...(more > 0 ? [`and ${more} more`] : [])];
}
