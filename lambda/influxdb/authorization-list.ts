import { isUtf8 } from 'node:buffer';
import { isObject } from '../config/is-object.ts';
import { type Head, jsonOf, notUnderstood, unreadable } from './answer.ts';
import { AuthorizationStream } from './authorization-stream.ts';
import { listedRow, type RowCollector } from './listed-row.ts';
import type { BodyReader } from './transport.ts';

/** What is held as a whole: some 4,000 rows. */
const MOST_WHOLE_BYTES = 4 * 1024 * 1024;

/** And in so many pieces: each takes some 150 bytes beside what it holds. */
const MOST_PIECES = 16_384;

/**
 * Reads the answer to `GET /api/v2/authorizations`: a short one as a whole, since `JSON.parse` is much the fastest, and a
 * long one as a stream, since memory must not grow with other people's rows.
 */
export class AuthorizationList implements BodyReader {
  readonly #head: Head;
  readonly #collector: RowCollector;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #stream: AuthorizationStream | undefined;

  constructor(head: Head, collector: RowCollector) {
    this.#head = head;
    this.#collector = collector;
    collector.begin();
  }

  chunk(bytes: Uint8Array): void {
    const isLong = this.#bytes + bytes.length > MOST_WHOLE_BYTES || this.#chunks.length === MOST_PIECES;
    if (this.#stream === undefined && isLong) this.#turnToStream();
    if (this.#stream === undefined) {
      this.#chunks.push(bytes);
      this.#bytes += bytes.length;
    } else this.#stream.chunk(bytes);
  }

  end(): void {
    if (this.#stream === undefined) this.#takeWhole();
    else this.#stream.end();
  }

  #turnToStream(): void {
    this.#stream = new AuthorizationStream(this.#head, this.#collector);
    for (const chunk of this.#chunks) this.#stream.chunk(chunk);
    this.#chunks = [];
  }

  #takeWhole(): void {
    const bytes = Buffer.concat(this.#chunks);
    const text = new TextDecoder().decode(bytes);
    // Else what is garbled would be replaced, and a marker may be lost in it.
    if (!isUtf8(bytes)) throw unreadable(this.#head, text);
    const answer = jsonOf(this.#head, text);
    const rows = isObject(answer) ? answer.authorizations : undefined;
    if (!Array.isArray(rows)) throw notUnderstood(this.#head, answer === undefined ? '' : 'authorizations');
    for (const [index, row] of rows.entries()) this.#collector.row(listedRow(this.#head, index, row));
  }
}
