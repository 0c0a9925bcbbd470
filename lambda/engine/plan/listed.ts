/** More than this many of a kind are counted in a report, not listed: anybody can make thousands. */
export const MOST_LISTED = 100;

/** What is listed of them, and how many are not. */
export function listed<T>(all: readonly T[]): { readonly shown: readonly T[]; readonly more: number } {
  return { shown: all.slice(0, MOST_LISTED), more: Math.max(0, all.length - MOST_LISTED) };
}
