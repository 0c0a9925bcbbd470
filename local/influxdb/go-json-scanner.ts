import { goChar } from './go-character.ts';

/** The first JSON value of a text, as a tree that still knows how numbers were written. */
export type Node =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'array'; readonly items: readonly Node[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, Node])[] };

/** A syntax error in the words of Go's `encoding/json`. */
export class GoSyntaxError extends Error {
  override readonly name = 'GoSyntaxError';
}

/**
 * Reads the first value as `json.NewDecoder(body).Decode` does: what follows the value is ignored, an empty body is `EOF`,
 * and a body that ends within the value is `unexpected EOF`.
 * Source: https://github.com/golang/go/blob/master/src/encoding/json/scanner.go
 */
export function scanFirstValue(body: Buffer): Node {
  // Go scans bytes; latin1 keeps one character a byte, and strings are decoded as UTF-8 afterwards.
  const scanner = new Scanner(body.toString('latin1'));
  scanner.skipSpace();
  if (scanner.atEnd()) throw new GoSyntaxError('EOF');
  return scanner.value('looking for beginning of value');
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  skipSpace(): void {
    while (/[ \t\r\n]/.test(this.#text.charAt(this.#at))) this.#at += 1;
  }

  value(context: string): Node {
    this.skipSpace();
    const char = this.#peek();
    if (char === '{') return this.#object();
    if (char === '[') return this.#array();
    if (char === '"') return { kind: 'string', value: this.#string() };
    if (char === '-' || /[0-9]/.test(char)) return { kind: 'number', text: this.#number() };
    if (char === 't') return this.#literal('true', { kind: 'bool', value: true });
    if (char === 'f') return this.#literal('false', { kind: 'bool', value: false });
    if (char === 'n') return this.#literal('null', { kind: 'null' });
    throw this.#unexpected(context);
  }

  #peek(): string {
    if (this.atEnd()) throw new GoSyntaxError('unexpected EOF');
    return this.#text.charAt(this.#at);
  }

  #unexpected(context: string): GoSyntaxError {
    return new GoSyntaxError(`invalid character ${goChar(this.#peek())} ${context}`);
  }

  #literal(word: string, node: Node): Node {
    for (const expected of word) {
      if (this.#peek() !== expected) throw this.#unexpected(`in literal ${word} (expecting '${expected}')`);
      this.#at += 1;
    }
    return node;
  }

  #object(): Node {
    this.#at += 1;
    const members: [string, Node][] = [];
    this.skipSpace();
    if (this.#peek() === '}') {
      this.#at += 1;
      return { kind: 'object', members };
    }
    for (;;) {
      this.skipSpace();
      if (this.#peek() !== '"') throw this.#unexpected('looking for beginning of object key string');
      const key = this.#string();
      this.skipSpace();
      if (this.#peek() !== ':') throw this.#unexpected('after object key');
      this.#at += 1;
      members.push([key, this.value('looking for beginning of value')]);
      if (this.#closes('}', 'after object key:value pair')) return { kind: 'object', members };
    }
  }

  #array(): Node {
    this.#at += 1;
    const items: Node[] = [];
    this.skipSpace();
    if (this.#peek() === ']') {
      this.#at += 1;
      return { kind: 'array', items };
    }
    for (;;) {
      items.push(this.value('looking for beginning of value'));
      if (this.#closes(']', 'after array element')) return { kind: 'array', items };
    }
  }

  #closes(end: string, context: string): boolean {
    this.skipSpace();
    const char = this.#peek();
    if (char !== end && char !== ',') throw this.#unexpected(context);
    this.#at += 1;
    return char === end;
  }

  #string(): string {
    const start = this.#at;
    this.#at += 1;
    for (;;) {
      const char = this.#peek();
      if (char < ' ') throw this.#unexpected('in string literal');
      this.#at += 1;
      if (char === '"') break;
      if (char === '\\') this.#escape();
    }
    return JSON.parse(Buffer.from(this.#text.slice(start, this.#at), 'latin1').toString('utf8')) as string;
  }

  #escape(): void {
    const char = this.#peek();
    if (!'bfnrt\\/"u'.includes(char)) throw this.#unexpected('in string escape code');
    this.#at += 1;
    for (let digits = 0; char === 'u' && digits < 4; digits += 1) {
      if (!/[0-9a-fA-F]/.test(this.#peek())) throw this.#unexpected('in \\u hexadecimal character escape');
      this.#at += 1;
    }
  }

  #number(): string {
    const start = this.#at;
    if (this.#peek() === '-') this.#at += 1;
    if (!/[0-9]/.test(this.#peek())) throw this.#unexpected('in numeric literal');
    if (this.#peek() === '0') this.#at += 1;
    else this.#digits('in numeric literal');
    if (this.#text.charAt(this.#at) === '.') {
      this.#at += 1;
      this.#digits('after decimal point in numeric literal');
    }
    if (/[eE]/.test(this.#text.charAt(this.#at))) {
      this.#at += 1;
      if (/[+-]/.test(this.#peek())) this.#at += 1;
      this.#digits('in exponent of numeric literal');
    }
    return this.#text.slice(start, this.#at);
  }

  #digits(context: string): void {
    if (!/[0-9]/.test(this.#peek())) throw this.#unexpected(context);
    while (/[0-9]/.test(this.#text.charAt(this.#at))) this.#at += 1;
  }
}
