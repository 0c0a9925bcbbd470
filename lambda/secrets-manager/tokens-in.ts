import { parseObject } from './json-object.ts';
import { plainTokenIn } from './plain-token.ts';

/** Half of an InfluxDB token or more. */
const LOOKS_SECRET = /[A-Za-z0-9+_/-]{43,}={0,2}/g;

/** One word: a secret that is a plain token. */
const WORD = /^\S+$/;

/**
 * What is secret in a secret's text: the text itself if it is a plain token, and of a JSON object the texts under the
 * token keys. Of anything else only what looks like a token or follows a token key, because masking words such as a URL
 * or the name of an org would make every message unreadable.
 */
export function tokensIn(text: string, tokenKeys: ReadonlySet<string>): string[] {
  const object = parseObject(text.replace(/^\uFEFF/, ''));
  if (object === undefined) {
    const plain = text.trim();
    const whole = WORD.test(plain) && !isAddress(plain) && !/^[{["]/.test(plain) ? [plain] : looksSecret(text);
    return unique([...whole, ...bare(text), ...afterKeys(text, tokenKeys)]);
  }
  return unique(
    Object.entries(object).flatMap(([key, value]) => {
      if (typeof value !== 'string') return [];
      return tokenKeys.has(key) && !isAddress(value) ? [value.trim(), ...bare(value)] : looksSecret(value);
    }),
  );
}

/** Without quotes or a scheme, as it would be sent. */
function bare(text: string): string[] {
  const found = plainTokenIn(text);
  return 'token' in found ? [found.token] : [];
}

/** Of JSON that is broken, or that stands in a text of its own. */
function afterKeys(text: string, tokenKeys: ReadonlySet<string>): string[] {
  return [...text.matchAll(/(?<![\w.-])([\w.-]+)[\\"']*\s*[:=]\s*[\\"']*([^\s\\"',}]+)/g)]
    .filter(([, key = '']) => tokenKeys.has(key))
    .map(([, , value = '']) => value);
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts.filter((text) => text !== ''))];
}

function looksSecret(text: string): string[] {
  return text.match(LOOKS_SECRET) ?? [];
}

/** A URL or an ARN: of such parts our own messages consist. */
function isAddress(text: string): boolean {
  return /^(?:[a-z]+:\/\/|arn:)/i.test(text);
}
