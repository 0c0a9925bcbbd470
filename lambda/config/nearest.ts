/**
 * The candidate that somebody meant who wrote `word`; undefined if none is near. Case and separators do not count, a
 * longer word may have more mistakes, and the last part of a single candidate is enough.
 */
export function nearest<T extends string>(word: string, candidates: readonly T[]): T | undefined {
  const given = bare(word);
  const most = given.length <= 4 ? 1 : given.length <= 8 ? 2 : 3;
  const measured = candidates
    .map((candidate) => ({ candidate, distance: distance(given, bare(candidate)) }))
    .toSorted((one, other) => one.distance - other.distance);
  const [best] = measured;
  if (best !== undefined && best.distance <= most) return best.candidate;
  const [ending, ...others] = candidates.filter((candidate) => bare(candidate).endsWith(given));
  return given.length >= 5 && others.length === 0 ? ending : undefined;
}

/** Longer words are no misspelt keys, and comparing them would take time. */
const LONGEST = 64;

function bare(word: string): string {
  return word
    .slice(0, LONGEST)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '');
}

/** Characters to insert, remove, replace or swap with their neighbour (optimal string alignment). */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const replaced = at(last, j - 1) + (one[i - 1] === other[j - 1] ? 0 : 1);
      const swaps = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const swapped = swaps ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, replaced, swapped));
    }
    before = last;
    last = row;
  }
  return at(last, other.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
