/** The answer is no list of rows: where it is not, such as `authorizations.3`. */
export class NoListError extends Error {
  override readonly name = 'NoListError';
  readonly path: string;

  constructor(path: string) {
    super(`not a list at ${path}`);
    this.path = path;
  }
}

/** What one row may take: InfluxDB allows descriptions of many megabytes, and one of them is held at a time. */
const MAX_ROW_BYTES = 32 * 1024 * 1024;

/** Deeper than any row is nested. */
const MAX_DEPTH = 32;

/** How deep the rows are: in the list in the answer. */
const OF_ROWS = 2;

const KEY = /(?<!\\)"authorizations"\s*:\s*$/;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN = [0x5b, 0x7b] as const;
const CLOSE = [0x5d, 0x7d] as const;
const SPACES: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0d, 0x20]);

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Cuts the rows out of the list `authorizations` of an answer as it arrives. It only follows brackets and quotes: whether
 * a row is JSON says `JSON.parse`, and so it does of the answer with an empty list in place of the rows. Every method
 * throws a `NoListError`, or a `SyntaxError` or `TypeError` of what is no JSON.
 */
export class RowSplitter {
  /** What is around the rows, one character a byte: chunks split those of more bytes. */
  #around = '';
  /** The row that has begun. */
  #pieces: Uint8Array[] = [];
  #held = 0;
  #place: 'around' | 'between rows' | 'in a row' = 'around';
  #quoted: 'no' | 'yes' | 'escape' = 'no';
  #depth = 0;
  #rows = 0;
  #isSeen = false;
  #separated = true;

  /** The rows that end in these bytes. */
  split(bytes: Buffer): unknown[] {
    const rows: unknown[] = [];
    let start = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (this.#quoted === 'escape') this.#quoted = 'yes';
      else if (this.#quoted === 'yes') {
        if (byte === QUOTE) this.#quoted = 'no';
        else if (byte === BACKSLASH) this.#quoted = 'escape';
      } else if (byte === OPEN[0] || byte === OPEN[1]) start = this.#open(bytes, start, at);
      else if (byte === CLOSE[0] || byte === CLOSE[1]) {
        this.#depth -= 1;
        if (this.#place === 'between rows') start = this.#endList(at);
        else if (this.#place === 'in a row' && this.#depth === OF_ROWS) {
          rows.push(this.#endRow(bytes.subarray(start, at + 1)));
          start = at + 1;
        }
      } else if (this.#place === 'between rows') this.#separate(byte);
      else if (byte === QUOTE) this.#quoted = 'yes';
    }
    this.#hold(bytes, start);
    return rows;
  }

  end(): void {
    JSON.parse(decoder.decode(Buffer.from(this.#around, 'latin1')));
    if (!this.#isSeen) throw new NoListError('authorizations');
  }

  /** @returns where that begins which is not dealt with. */
  #open(bytes: Buffer, start: number, at: number): number {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new NoListError('authorizations');
    if (this.#place === 'between rows') {
      if (!this.#separated) throw new SyntaxError('no comma between two rows');
      this.#place = 'in a row';
      return at;
    }
    if (this.#place === 'in a row' || this.#depth !== OF_ROWS || bytes[at] !== OPEN[0]) return start;
    const around = this.#around + bytes.toString('latin1', start, at);
    if (!KEY.test(around)) return start;
    if (this.#isSeen) throw new NoListError('authorizations');
    this.#isSeen = true;
    this.#around = `${around}[`;
    this.#place = 'between rows';
    return at + 1;
  }

  #separate(byte: number): void {
    if (SPACES.has(byte)) return;
    if (byte !== COMMA) throw new NoListError(`authorizations.${this.#rows}`);
    if (this.#separated) throw new SyntaxError('no row before a comma');
    this.#separated = true;
  }

  #endRow(last: Uint8Array): unknown {
    const bytes = this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#held = 0;
    this.#rows += 1;
    this.#place = 'between rows';
    this.#separated = false;
    return JSON.parse(decoder.decode(bytes));
  }

  #endList(at: number): number {
    if (this.#separated && this.#rows > 0) throw new SyntaxError('no row behind a comma');
    this.#place = 'around';
    return at;
  }

  #hold(bytes: Buffer, start: number): void {
    if (this.#place === 'between rows') return;
    if (this.#place === 'around') this.#around += bytes.toString('latin1', start);
    else this.#pieces.push(bytes.subarray(start));
    this.#held += bytes.length - start;
    if (this.#held > MAX_ROW_BYTES) throw new NoListError(`authorizations.${this.#rows}`);
  }
}
