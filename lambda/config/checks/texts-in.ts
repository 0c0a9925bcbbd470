/** Every text in a value that was parsed from JSON, with the path to it. */
export function textsIn(
  value: unknown,
  path: readonly PropertyKey[] = [],
): { readonly text: string; readonly path: readonly PropertyKey[] }[] {
  if (typeof value === 'string') return [{ text: value, path }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    textsIn(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
