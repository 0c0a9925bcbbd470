import { isObject } from '../config/is-object.ts';
import { type Head, jsonOf, notUnderstood } from './answer.ts';
import { AuthorizationStream } from './authorization-stream.ts';
import { listedRow, type RowCollector } from './listed-row.ts';
import type { BodyReader } from './transport.ts';

/** What is held as a whole: some 4,000 rows. */
const MOST_WHOLE_BYTES = 4 * 1024 * 1024;

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
    if (this.#stream === undefined && this.#bytes + bytes.length > MOST_WHOLE_BYTES) this.#turnToStream();
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
    const answer = jsonOf(this.#head, new TextDecoder().decode(Buffer.concat(this.#chunks)));
    const rows = isObject(answer) ? answer.authorizations : undefined;
    if (!Array.isArray(rows)) throw notUnderstood(this.#head, answer === undefined ? '' : 'authorizations');
    for (const [index, row] of rows.entries()) this.#collector.row(listedRow(this.#head, index, row));
  }
}
