import { parseObject } from './json-object.ts';

/** Half of an InfluxDB token or more. */
const LOOKS_SECRET = /[A-Za-z0-9+_/-]{43,}={0,2}/g;

/** One word: a secret that is a plain token. */
const WORD = /^\S+$/;

/**
 * What is secret in a secret's text: the text itself if it is a plain token, and of a JSON object the texts under the
 * token keys. Of anything else only what looks like a token, because masking words such as a URL or the name of an org
 * would make every message unreadable.
 */
export function tokensIn(text: string, tokenKeys: ReadonlySet<string>): string[] {
  const object = parseObject(text);
  if (object === undefined) {
    const plain = text.trim();
    return WORD.test(plain) && !isUrl(plain) ? [plain] : looksSecret(text);
  }
  return Object.entries(object).flatMap(([key, value]) => {
    if (typeof value !== 'string') return [];
    return tokenKeys.has(key) && !isUrl(value) ? [value.trim()] : looksSecret(value);
  });
}

function looksSecret(text: string): string[] {
  return text.match(LOOKS_SECRET) ?? [];
}

function isUrl(text: string): boolean {
  return /^[a-z]+:\/\//i.test(text);
}
