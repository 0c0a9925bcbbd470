import { isDeepStrictEqual } from 'node:util';
import { isPlain, type Json, type JsonObject } from './json.ts';

/** Names the condition under which one of these options is on. */
export type AnyOf = (options: readonly string[]) => string;

type Objects = ReadonlyMap<string, JsonObject>;

const NO_VALUE: Json = { Ref: 'AWS::NoValue' };

/**
 * One value for all of them: where an option changes something, CloudFormation decides.
 * @param base what it is without options; undefined for nothing.
 * @param variants what it is with one option each.
 * @throws {Error} where two options want different things.
 */
export function foldOptions(
  base: Json | undefined,
  variants: ReadonlyMap<string, Json | undefined>,
  anyOf: AnyOf,
): Json | undefined {
  const changed = [...variants].filter(([, value]) => !isDeepStrictEqual(value, base));
  if (changed.length === 0) return base;
  const values = changed.map(([, value]) => value);
  const inner = inside(base, new Map(changed), anyOf);
  if (inner !== undefined && base !== undefined) return inner;
  if (inner === undefined && values.some((value) => !isDeepStrictEqual(value, values[0])))
    throw new Error(`options disagree about ${JSON.stringify(values)}`);
  const condition = anyOf(changed.map(([name]) => name));
  return { 'Fn::If': [condition, inner ?? values[0] ?? NO_VALUE, base ?? NO_VALUE] };
}

/** Undefined if these are no objects, nor lists whose entries have names, or are all the same. */
function inside(
  base: Json | undefined,
  changed: ReadonlyMap<string, Json | undefined>,
  anyOf: AnyOf,
): Json | undefined {
  const values = [...changed.values()];
  if (base === undefined && values.every((value) => isDeepStrictEqual(value, values[0]))) return undefined;
  const all = base === undefined ? values : [base, ...values];
  if (all.every(isPlain)) return foldObjects(isPlain(base) ? base : common(all), changed as Objects, anyOf);
  const lists = all.map(byName);
  if (lists.some((list) => list === undefined)) return undefined;
  const named = new Map([...changed].map(([name, value]) => [name, byName(value) ?? {}]));
  return Object.values(foldObjects(byName(base) ?? {}, named, anyOf));
}

/** The objects that are in all of them, without what is in these: no condition of their own is needed for them. */
function common(objects: readonly JsonObject[]): JsonObject {
  const keys = orderedKeys(objects).filter((key) => objects.every((object) => isPlain(object[key])));
  return Object.fromEntries(keys.map((key) => [key, {}]));
}

export function foldObjects(base: JsonObject, variants: Objects, anyOf: AnyOf): JsonObject {
  const folded = orderedKeys([base, ...variants.values()]).map((key) => {
    const ofKey = new Map([...variants].map(([name, value]) => [name, value[key]]));
    return [key, foldOptions(base[key], ofKey, anyOf)] as const;
  });
  return Object.fromEntries(folded.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/** A key that only some have stands where it stands there. */
export function orderedKeys(objects: readonly JsonObject[]): readonly string[] {
  const keys: string[] = [];
  for (const object of objects) {
    let last = -1;
    for (const key of Object.keys(object)) {
      const at = keys.indexOf(key);
      if (at === -1) keys.splice(last + 1, 0, key);
      last = at === -1 ? last + 1 : at;
    }
  }
  return keys;
}

/** The entries of a list of statements or policies by their names. */
function byName(list: Json | undefined): JsonObject | undefined {
  if (!Array.isArray(list)) return undefined;
  const named = list.map((each: Json) => [isPlain(each) ? (each.Sid ?? each.PolicyName) : undefined, each] as const);
  return named.every(([name]) => typeof name === 'string') ? Object.fromEntries(named) : undefined;
}
