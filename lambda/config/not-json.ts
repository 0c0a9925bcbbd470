import { type ParseError, printParseErrorCode } from 'jsonc-parser';

/** What people write instead of JSON, and where. Of most of it the parser says only that a symbol is invalid. */
export function whyNotJson({ error, offset }: Pick<ParseError, 'error' | 'offset'>, text: string): string {
  if (text.trim() === '') return 'is empty: docs/configuration.md says how to write one';
  const conflict = text.search(/^(?:<{7}|={7}|>{7})(?=\s|$)/m);
  if (conflict >= 0)
    return `is not JSON at ${placeOf(text, conflict)}: keep one side of the merge conflict, and remove its marks`;
  const begun = text.replace(COMMENTS, '');
  const [other] = LANGUAGES.find(([, beginning]) => beginning.test(begun)) ?? [];
  if (other !== undefined) return `is not JSON but looks like ${other}: write it as docs/configuration.md shows`;
  const { at, sentence } =
    invisible(text, offset) ?? trailingComma(text, offset) ?? mistake(text, offset, printParseErrorCode(error));
  return `is not JSON at ${placeOf(text, at)}: ${sentence}`;
}

const COMMENTS = /^(?:\s|#.*|\/\/.*|\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->)+/;

/** By how the text begins. The first that fits. */
const LANGUAGES: readonly (readonly [string, RegExp])[] = [
  ['HTML', /^<(?:!doctype\s+html|(?:html|head|body|title|script|div|h1|p|pre)\b)/i],
  ['XML', /^<(?:[?!]|[A-Za-z][\w:.-]*[\s/>])/],
  ['program code', /^(?:(?:export|import|const|let|var|return|function|def)[\s{(*]|["']use strict["']|\()/],
  ['program code', /^(?:(?:[\w$]+\.)*exports\b|[\w$.]+[ \t]*=[ \t]*(?:\w*\(|[{[]\s*$|[{[][ \t]*\n))/],
  ['YAML', /^(?:---|%YAML|[\w$.-]+[ \t]*:(?:\s|$)|- )/],
  ['TOML', /^(?:\[+[\w.-]+\]+\s|[\w.-]+[ \t]*=)/],
];

interface Mistake {
  readonly at: number;
  readonly sentence: string;
}

/** A character that looks like a space or like nothing, in the word or in the text at which the parser stops. */
function invisible(text: string, offset: number): Mistake | undefined {
  const rest = text.slice(offset);
  const [before, character] =
    /^("(?:[^"\\\p{Cc}]|\\.)*)(?![\t\r\n])(\p{Cc})/u.exec(rest)?.slice(1) ??
    /^([^\s"{}[\],:\p{Cc}\p{Cf}]*)(?![ \t\r\n])([\s\p{Cc}\p{Cf}])/u.exec(rest)?.slice(1) ??
    [];
  const code = character?.codePointAt(0);
  if (before === undefined || code === undefined) return undefined;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return { at: offset + before.length, sentence: `remove the invisible character ${name}, or write a plain space` };
}

/** A comma right before a closing brace or bracket, or before the end. */
function trailingComma(text: string, offset: number): Mistake | undefined {
  const before = text.slice(0, offset).trimEnd();
  if (!before.endsWith(',') || !/^\s*(?:[}\]]|$)/.test(text.slice(offset))) return undefined;
  return { at: before.length - 1, sentence: 'remove the comma, because nothing follows it' };
}

function mistake(text: string, offset: number, code: string): Mistake {
  const rest = text.slice(offset);
  // Of `01` and `0x1`, the parser takes what stands first for a number of its own.
  const [number] = /^\w/.test(rest)
    ? (/(?<![\w"])-?\d+$/.exec(text.slice(Math.max(0, offset - 20), offset)) ?? [])
    : [];
  if (number !== undefined) return { at: offset - number.length, sentence: DECIMAL };
  if (code === 'EndOfFileExpected' && /^[:,]/.test(rest)) return { at: offset, sentence: NO_BRACES };
  const found = OF_SYMBOLS.has(code) ? MISTAKES.find(([beginning]) => beginning.test(rest)) : undefined;
  const sentence = found?.[1] ?? SENTENCES[code];
  return { at: offset, sentence: sentence ?? 'something else stands there' };
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

const NO_BRACES = 'put the whole into one pair of braces { }';
const NO_COMMENT = 'remove the comment, because JSON has none';
const DECIMAL = 'write the number in decimal digits, without a plus sign and without a zero at its beginning';

/** Errors about what stands there, not about what is missing before it. */
const OF_SYMBOLS: ReadonlySet<string> = new Set(['InvalidSymbol', 'UnexpectedEndOfNumber']);

/** By what stands where the parser stops. The first that fits. */
const MISTAKES: readonly (readonly [RegExp, string])[] = [
  [/^#/, NO_COMMENT],
  [/^'/, 'put texts and keys into double quotes, not single ones'],
  [/^[“”„«»]/, 'put texts and keys into straight double quotes'],
  [/^`/, 'put texts and keys into double quotes, and remove backticks'],
  [/^\\/, 'remove the backslash before the quote'],
  [/^(?:true|false)\b(?!\s*:)/i, 'write true and false in small letters'],
  [/^(?:yes|no|on|off)\b(?!\s*:)/i, 'write true or false'],
  [
    /^(?:null|none|nil|undefined|[+-]?(?:nan|infinity|inf))\b(?!\s*:)/i,
    'write a value that JSON has, or leave the key out',
  ],
  [/^(?:\$|<|%)/, 'put a value where the placeholder stands'],
  [/^(?:\.\.\.|…)/, 'replace the dots with what belongs there'],
  [/^[+-]?(?:\d|\.\d)/, DECIMAL],
  [/^=/, 'write a colon between a key and its value'],
  [/^;/, 'remove the semicolon'],
];

const SENTENCES: Readonly<Record<string, string>> = {
  InvalidCommentToken: NO_COMMENT,
  UnexpectedEndOfComment: NO_COMMENT,
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
  InvalidNumberFormat: DECIMAL,
};
