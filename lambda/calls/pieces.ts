/** Characters of a piece: a shorter part of a secret says too little of it, and would be found in ordinary words. */
export const PIECE = 8;

/**
 * Every run of eight characters in a number of texts, as a set of fingerprints of 53 bits: ten thousand tokens take
 * 13 MB, where a set of the pieces themselves would take a hundred.
 */
export class Pieces {
  #table = new Float64Array(1024);
  #count = 0;

  addAllOf(text: string): void {
    for (let start = 0; start + PIECE <= text.length; start += 1) this.#add(fingerprint(text, start));
  }

  /** True if the eight characters of `text` from `start` on are a piece of an added text. */
  hasAt(text: string, start: number): boolean {
    return this.#table[this.#slotOf(fingerprint(text, start))] !== 0;
  }

  #add(print: number): void {
    const slot = this.#slotOf(print);
    if (this.#table[slot] === print) return;
    this.#table[slot] = print;
    this.#count += 1;
    if (2 * this.#count <= this.#table.length) return;
    const full = this.#table;
    this.#table = new Float64Array(2 * full.length);
    for (const each of full) if (each !== 0) this.#table[this.#slotOf(each)] = each;
  }

  /** Where `print` is, or else the free slot where it belongs. */
  #slotOf(print: number): number {
    const mask = this.#table.length - 1;
    let slot = print & mask;
    while (this.#table[slot] !== 0 && this.#table[slot] !== print) slot = (slot + 1) & mask;
    return slot;
  }
}

/** 53 bits of two hashes; never 0, which marks a free slot. */
function fingerprint(text: string, start: number): number {
  let one = 0x811c9dc5;
  let other = 5381;
  for (let at = start; at < start + PIECE; at += 1) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other, 33) ^ code;
  }
  return (other & 0x1fffff) * 0x1_0000_0000 + (one >>> 0) || 1;
}
