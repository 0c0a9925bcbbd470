/**
 * What a run knows of its deployment's other consumers, where it was given some of them only: a batch of many. Undefined
 * where it was given all.
 */
export interface Elsewhere {
  /** The consumers that hold each value, by `holdingOf`: as their secrets were when they were read last. */
  readonly holders: ReadonlyMap<string, string>;
}

/** Enough of a value's hash to know the value again, and too little to find one that a person made up. */
const DIGITS = 16;

/** @param hash of the value, by `markerHash`. */
export function holdingOf(hash: string): string {
  return hash.slice(0, DIGITS);
}
