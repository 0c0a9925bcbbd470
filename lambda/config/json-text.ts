import { type JSONVisitor, type ParseError, printParseErrorCode, visit } from 'jsonc-parser';
import { textOf } from './file-text.ts';
import { ConfigurationError, formatPath, type Problem } from './problems.ts';

const STRICT = { disallowComments: true, allowTrailingComma: false };

/**
 * The value in the text of a file, or in its bytes.
 * @param source what the error calls the file.
 * @throws {ConfigurationError} that says where the file is not JSON, or has a key twice.
 */
export function parseJson(file: string | Uint8Array, source: string): unknown {
  const read = textOf(file);
  if ('wrong' in read) throw new ConfigurationError(source, [{ path: '', message: read.wrong }]);
  try {
    const problems = jsonProblems(read.text);
    if (problems.length > 0) throw new ConfigurationError(source, problems);
    // The tolerant parser would take a key `__proto__` for the prototype of the object.
    return JSON.parse(read.text);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const why = error instanceof RangeError ? 'is nested too deeply' : 'is not JSON';
    throw new ConfigurationError(source, [{ path: '', message: `${why}: write it as docs/configuration.md shows` }]);
  }
}

/** Parsers keep one of two equal keys and drop the other without a word: consumers would vanish. */
function jsonProblems(text: string): Problem[] {
  const errors: ParseError[] = [];
  const repeated: Problem[] = [];
  const open: Map<string, string>[] = [];
  const visitor: JSONVisitor = {
    onError: (error, offset, length) => errors.push({ error, offset, length }),
    onObjectBegin: () => {
      open.push(new Map());
    },
    onObjectProperty: (key, _offset, _length, line, character, pathOfObject) => {
      const here = `line ${line + 1}, column ${character + 1}`;
      const first = open.at(-1)?.get(key);
      if (first === undefined) open.at(-1)?.set(key, here);
      else
        repeated.push({
          path: formatPath([...pathOfObject(), key]),
          message: `stands twice, at ${first} and at ${here}: keep one of them`,
        });
    },
    onObjectEnd: () => {
      open.pop();
    },
  };
  visit(text, visitor, STRICT);
  const [first] = errors;
  return first === undefined ? repeated : [{ path: '', message: explain(first, text) }];
}

/** What people do instead of JSON, and what the parser says else. */
function explain({ error, offset }: ParseError, text: string): string {
  if (text.trim() === '') return 'is empty: docs/configuration.md says how to write one';
  const other = otherLanguage(text);
  if (other !== undefined) return `is not JSON but looks like ${other}: write it as docs/configuration.md shows`;
  const comma = trailingComma(text, offset);
  const [sentence, at] =
    comma === undefined
      ? [SYMBOLS[text[offset] ?? ''] ?? SENTENCES[printParseErrorCode(error)] ?? 'something else stands there', offset]
      : ['remove the comma, because nothing follows it', comma];
  return `is not JSON at ${placeOf(text, at)}: ${sentence}`;
}

function otherLanguage(text: string): string | undefined {
  if (/^\s*(?:#.*\n\s*)*(?:---|%YAML|[\w$.-]+[ \t]*:(?:\s|$)|- )/.test(text)) return 'YAML';
  if (/^\s*(?:#.*\n\s*)*(?:\[+[\w.-]+\]+\s|[\w.-]+[ \t]*=)/.test(text)) return 'TOML';
  return undefined;
}

/** Where a comma stands right before a closing brace or bracket, or before the end. */
function trailingComma(text: string, offset: number): number | undefined {
  const before = text.slice(0, offset).trimEnd();
  return before.endsWith(',') && /^\s*(?:[}\]]|$)/.test(text.slice(offset)) ? before.length - 1 : undefined;
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** By the character at which the parser stops. */
const SYMBOLS: Readonly<Record<string, string>> = {
  '#': 'remove the comment, because JSON has none',
  "'": 'put texts and keys into double quotes, not single ones',
  '“': 'put texts and keys into straight double quotes',
  '”': 'put texts and keys into straight double quotes',
};

const SENTENCES: Readonly<Record<string, string>> = {
  InvalidCommentToken: 'remove the comment, because JSON has none',
  UnexpectedEndOfComment: 'remove the comment, because JSON has none',
  InvalidSymbol: 'put texts and keys into double quotes',
  PropertyNameExpected: 'a key in double quotes is missing',
  ValueExpected: 'a value is missing',
  ColonExpected: 'a colon is missing after the key',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a closing brace } is missing',
  CloseBracketExpected: 'a closing bracket ] is missing',
  EndOfFileExpected: 'remove what follows, because the object has ended',
  UnexpectedEndOfString: 'the closing quote of the text is missing',
  InvalidCharacter: 'write a line break or a tab in a text as \\n or \\t',
  InvalidEscapeCharacter: 'write a backslash in a text as two',
  InvalidUnicode: 'write \\u with four hexadecimal digits',
  UnexpectedEndOfNumber: 'a digit of the number is missing',
  InvalidNumberFormat: 'write the number in decimal digits',
};
