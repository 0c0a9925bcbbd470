/** The list in parts of at most so many, in its order: calls and lines have room for no more. Of an empty one there are none. */
export function pages<T>(list: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / most) }, (_, page) => list.slice(page * most, (page + 1) * most));
}
