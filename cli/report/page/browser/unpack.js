// @ts-check

/** @import { Report } from '../../model.ts' */

/** The report that stands in the page, packed where it is large. @returns {Promise<Report>} */
export async function readReport() {
  const element = document.getElementById('report');
  const text = element?.textContent ?? '';
  return element?.dataset.packed === undefined ? JSON.parse(text) : unpack(JSON.parse(await inflate(text)));
}

/**
 * @param {string} text in base64
 */
async function inflate(text) {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = characters.charCodeAt(index);
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Response(inflated).text();
}

/**
 * Undoes `pack.ts`.
 * @param {any} value
 * @returns {any}
 */
function unpack(value) {
  if (Array.isArray(value)) return value.map(unpack);
  if (typeof value !== 'object' || value === null) return value;
  if (value.$numbers !== undefined) return summed(value.$numbers);
  if (value.$times !== undefined)
    return summed(value.$times).map((seconds) => (seconds === null ? null : new Date(seconds * 1000).toISOString()));
  if (value.$columns !== undefined) return rowsOf(value.$columns, value.length);
  /** @type {Record<string, unknown>} */
  const object = {};
  for (const [key, each] of Object.entries(value)) setWhenAsked(object, key, each);
  return object;
}

/**
 * What is packed is unpacked when somebody asks for it: most of a year is never looked at.
 * @param {Record<string, unknown>} object
 * @param {string} key
 * @param {any} packed
 */
function setWhenAsked(object, key, packed) {
  if (typeof packed !== 'object' || packed === null) {
    object[key] = packed;
    return;
  }
  const get = () => {
    const value = unpack(packed);
    Object.defineProperty(object, key, { value });
    return value;
  };
  Object.defineProperty(object, key, { get, configurable: true, enumerable: true });
}

/**
 * @param {string} differences
 */
function summed(differences) {
  let sum = 0;
  return differences.split(' ').map((each) => {
    if (each === '') return null;
    sum += Number(each);
    return sum;
  });
}

/**
 * Each row reads its columns.
 * @param {Record<string, any>} columns
 * @param {number} length
 */
function rowsOf(columns, length) {
  class Row {
    /** @param {number} index */
    constructor(index) {
      this.$index = index;
    }
  }
  for (const [key, packed] of Object.entries(columns)) {
    const cell = cellsOf(packed);
    Object.defineProperty(Row.prototype, key, {
      /** @this {Row} */
      get() {
        return cell(this.$index) ?? undefined;
      },
    });
  }
  return Array.from({ length }, (_, index) => new Row(index));
}

/**
 * A column that is packed as a whole is unpacked as a whole, else each cell by itself.
 * @param {any} packed
 * @returns {(index: number) => unknown}
 */
function cellsOf(packed) {
  /** @type {unknown[]} */
  let known = [];
  if (Array.isArray(packed))
    return (index) => {
      known[index] ??= unpack(packed[index]);
      return known[index];
    };
  return (index) => {
    if (known.length === 0) known = unpack(packed);
    return known[index];
  };
}
