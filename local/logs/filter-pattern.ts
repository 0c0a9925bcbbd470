import { objectIn } from '../http/aws-json.ts';
import { ServiceError } from '../http/service-error.ts';

type Matches = (line: Readonly<Record<string, unknown>>) => boolean;

const WORDS = /\s*(\(|\)|&&|\|\||!=|=|\$\.[A-Za-z_][\w-]*|"(?:[^"\\]|\\.)*")/y;

/**
 * Reads a pattern for lines that are JSON objects: comparisons of one member with a quoted text by `=` and `!=`, joined by
 * `&&`, `||` and parentheses. Everything else that the service takes (terms, numbers, wildcards, regular expressions) is
 * refused here, in the words in which the service refuses what it does not understand.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * @returns whether a line matches; one that is no JSON object never does.
 */
export function readPattern(pattern: string): (message: string) => boolean {
  const inner = /^\s*\{(.*)\}\s*$/s.exec(pattern)?.[1];
  if (inner === undefined) throw invalidPattern();
  const reader = new Reader(wordsIn(inner));
  const matches = reader.either();
  reader.end();
  return (message) => {
    const line = objectIn(message);
    return line !== undefined && matches(line);
  };
}

function wordsIn(text: string): string[] {
  const words: string[] = [];
  WORDS.lastIndex = 0;
  for (let end = 0; text.slice(end).trim() !== ''; end = WORDS.lastIndex) {
    const word = WORDS.exec(text)?.[1];
    if (word === undefined) throw invalidPattern();
    words.push(word);
  }
  return words;
}

/** One word after the other: `&&` binds more than `||`. */
class Reader {
  readonly #words: readonly string[];
  #at = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  either(): Matches {
    const all = [this.#every()];
    while (this.#took('||')) all.push(this.#every());
    return (line) => all.some((matches) => matches(line));
  }

  end(): void {
    if (this.#at < this.#words.length) throw invalidPattern();
  }

  #every(): Matches {
    const all = [this.#one()];
    while (this.#took('&&')) all.push(this.#one());
    return (line) => all.every((matches) => matches(line));
  }

  #one(): Matches {
    if (!this.#took('(')) return this.#comparison();
    const matches = this.either();
    if (!this.#took(')')) throw invalidPattern();
    return matches;
  }

  #comparison(): Matches {
    const [selector = '', operator = '', text = ''] = this.#words.slice(this.#at, this.#at + 3);
    this.#at += 3;
    if (!selector.startsWith('$.') || !['=', '!='].includes(operator) || !text.startsWith('"')) throw invalidPattern();
    const member = selector.slice(2);
    const value = text.slice(1, -1).replaceAll(/\\(.)/gs, '$1');
    if (value.includes('*')) throw invalidPattern();
    // What is not there is neither equal nor different.
    return (line) => member in line && (String(line[member]) === value) === (operator === '=');
  }

  #took(word: string): boolean {
    if (this.#words[this.#at] !== word) return false;
    this.#at += 1;
    return true;
  }
}

function invalidPattern(): ServiceError {
  return new ServiceError('InvalidParameterException', 'Invalid filter pattern');
}
