import { type JSONVisitor, type ParseError, visit } from 'jsonc-parser';
import { textOf } from './file-text.ts';
import { whyNotJson } from './not-json.ts';
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
  return first === undefined ? repeated : [{ path: '', message: whyNotJson(first, text) }];
}
