import { isObject } from '../../../lambda/config/is-object.ts';

/**
 * Makes a large value of JSON small before it is compressed: lists of objects become columns, and whole numbers and
 * times in a list the differences from one to the next, times in seconds. `browser/unpack.js` undoes it.
 */
export function pack(value: unknown): unknown {
  if (Array.isArray(value)) return packList(value);
  return isObject(value) ? mapped(value) : value;
}

const TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

function packList(list: readonly unknown[]): unknown {
  if (list.length < 2) return list.map(pack);
  if (list.every(isObject)) {
    const keys = [...new Set(list.flatMap((each) => Object.keys(each)))];
    const columns = Object.fromEntries(keys.map((key) => [key, pack(list.map((each) => each[key] ?? null))]));
    return { $columns: columns, length: list.length };
  }
  const known = list.filter((each) => each !== null);
  if (known.length === 0) return list;
  if (known.every((each) => Number.isInteger(each))) return { $numbers: differences(list as (number | null)[]) };
  if (known.every((each) => typeof each === 'string' && TIME.test(each)))
    return {
      $times: differences(list.map((each) => (each === null ? null : Math.floor(Date.parse(String(each)) / 1000)))),
    };
  return list.map(pack);
}

function differences(numbers: readonly (number | null)[]): string {
  let last = 0;
  return numbers
    .map((each) => {
      if (each === null) return '';
      const difference = each - last;
      last = each;
      return String(difference);
    })
    .join(' ');
}

function mapped(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, pack(each)]));
}
