import { assertNoContent, type Head, notUnderstood, unreadable } from './answer.ts';
import { type Authorization, AuthorizationAnswer } from './authorization.ts';
import { NoListError, RowSplitter } from './row-splitter.ts';
import type { BodyReader } from './transport.ts';

/** Takes the rows of a list one by one, as they arrive. */
export interface RowCollector {
  /** Called at the start of each attempt: rows of an earlier one do not count. */
  begin(): void;
  row(row: Authorization): void;
}

/** Reads the answer to `GET /api/v2/authorizations` row by row, and holds no more of it than one chunk's rows. */
export class AuthorizationStream implements BodyReader {
  readonly #head: Head;
  readonly #collector: RowCollector;
  readonly #splitter = new RowSplitter();
  #rows = 0;
  #beginning: string | undefined;

  constructor(head: Head, collector: RowCollector) {
    this.#head = head;
    this.#collector = collector;
    collector.begin();
  }

  chunk(bytes: Uint8Array): void {
    this.#beginning ??= new TextDecoder().decode(bytes.subarray(0, 64));
    const { buffer, byteOffset, length } = bytes;
    for (const row of this.#parsed(() => this.#splitter.split(Buffer.from(buffer, byteOffset, length))))
      this.#take(row);
  }

  end(): void {
    if (this.#beginning === undefined) assertNoContent(this.#head);
    this.#parsed(() => this.#splitter.end());
  }

  #take(value: unknown): void {
    const parsed = AuthorizationAnswer.safeParse(value);
    const index = this.#rows;
    this.#rows += 1;
    if (parsed.success) this.#collector.row(parsed.data);
    else throw notUnderstood(this.#head, ['authorizations', index, ...(parsed.error.issues[0]?.path ?? [])].join('.'));
  }

  /** The parser's own errors are left out, since they quote what they stumble over, which can be a token. */
  #parsed<T>(step: () => T): T {
    try {
      return step();
    } catch (error) {
      if (error instanceof NoListError) throw notUnderstood(this.#head, error.path);
      throw unreadable(this.#head, this.#beginning ?? '');
    }
  }
}
