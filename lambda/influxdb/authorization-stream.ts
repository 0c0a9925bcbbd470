import { JSONParser, TokenType } from '@streamparser/json';
import { type Head, notUnderstood, unreadable } from './answer.ts';
import { listedRow, type RowCollector } from './listed-row.ts';
import type { BodyReader } from './transport.ts';

/** What one row may take: InfluxDB allows descriptions of many megabytes, and one of them is held at a time. */
const MAX_ROW_BYTES = 32 * 1024 * 1024;

/** Deeper than any row is nested. */
const MAX_DEPTH = 32;

/** Reads the answer to `GET /api/v2/authorizations` row by row, and holds no more of it than one chunk's rows. */
export class AuthorizationStream implements BodyReader {
  readonly #head: Head;
  readonly #collector: RowCollector;
  readonly #parser = new JSONParser({ paths: ['$.authorizations.*'], keepStack: false });
  #values: unknown[] = [];
  #rows = 0;
  #bytesSinceRow = 0;
  #beginning = '';
  #depth = 0;
  /** The key whose value comes next, at the top of the answer. */
  #key: unknown;
  #list: 'unseen' | 'seen' | 'wrong' = 'unseen';

  constructor(head: Head, collector: RowCollector) {
    this.#head = head;
    this.#collector = collector;
    this.#parser.onToken = ({ token, value }) => this.#note(token, value);
    this.#parser.onValue = ({ value }) => this.#values.push(value);
  }

  chunk(bytes: Uint8Array): void {
    this.#beginning ||= new TextDecoder().decode(bytes.subarray(0, 64));
    this.#parse(() => this.#parser.write(bytes));
    this.#bytesSinceRow = this.#values.length > 0 ? 0 : this.#bytesSinceRow + bytes.length;
    if (this.#bytesSinceRow > MAX_ROW_BYTES) throw this.#notUnderstood(`authorizations.${this.#rows}`);
    for (const value of this.#values) this.#take(value);
    this.#values = [];
  }

  end(): void {
    if (!this.#parser.isEnded) this.#parse(() => this.#parser.end());
    if (this.#list !== 'seen') throw this.#notUnderstood('authorizations');
  }

  #take(value: unknown): void {
    this.#collector.row(listedRow(this.#head, this.#rows, value));
    this.#rows += 1;
  }

  /** The parser's own errors are left out, since they quote what they stumble over, which can be a token. */
  #parse(step: () => void): void {
    try {
      step();
    } catch {
      if (this.#list === 'wrong') throw this.#notUnderstood('authorizations');
      throw unreadable(this.#head, this.#beginning);
    }
  }

  /** The parser only tells of rows, so an empty list looks to it like none. */
  #note(token: TokenType, value: unknown): void {
    if (this.#depth === 1 && token !== TokenType.COLON) {
      const begins = this.#key === 'authorizations' && token !== TokenType.COMMA && token !== TokenType.RIGHT_BRACE;
      if (begins) this.#list = token === TokenType.LEFT_BRACKET && this.#list === 'unseen' ? 'seen' : 'wrong';
      this.#key = !begins && token === TokenType.STRING ? value : undefined;
    }
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) this.#depth += 1;
    if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) this.#depth -= 1;
    if (this.#depth > MAX_DEPTH) this.#list = 'wrong';
    if (this.#list === 'wrong') throw new Error('not a list of authorizations');
  }

  #notUnderstood(path: string): Error {
    return notUnderstood(this.#head, path);
  }
}
