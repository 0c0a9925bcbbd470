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
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
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
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, unpack(each)]));
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
 * @param {Record<string, unknown>} columns
 * @param {number} length
 */
function rowsOf(columns, length) {
  const all = Object.entries(columns).map(([key, column]) => /** @type {const} */ ([key, unpack(column)]));
  return Array.from({ length }, (_, index) => {
    /** @type {Record<string, unknown>} */
    const row = {};
    for (const [key, column] of all) if (column[index] !== null) row[key] = column[index];
    return row;
  });
}
