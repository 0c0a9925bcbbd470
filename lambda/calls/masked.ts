import type { Secrets } from './secrets.ts';

/** Characters of a text in a log or a report. */
const LONGEST = 4000;

/** Our own texts name secrets and consumers, whose names may share a word with a token that people chose. */
const LEAST = 12;

/** The same data with each text in it masked and cut: what a log or a report shows, whoever put it together. */
export function masked<T>(data: T, secrets: Secrets): T {
  if (typeof data === 'string') return shown(data, secrets).toWellFormed() as T;
  if (Array.isArray(data)) return data.map((each: unknown) => masked(each, secrets)) as T;
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, masked(value, secrets)])) as T;
}

/** Cut before it is masked, but then without its last characters, of which nobody knows what they begin. */
function shown(text: string, secrets: Secrets): string {
  if (text.length <= LONGEST) return secrets.mask(text, LEAST);
  return `${secrets.mask(text.slice(0, LONGEST + 200), LEAST).slice(0, LONGEST - 200)}…`;
}
