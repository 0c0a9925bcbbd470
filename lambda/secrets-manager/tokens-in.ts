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
  const members = membersOf(text);
  if (members === undefined) {
    const plain = text.trim();
    return WORD.test(plain) && !isUrl(plain) ? [plain] : looksSecret(text);
  }
  return members.flatMap(([key, value]) => {
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

function membersOf(text: string): [string, unknown][] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;
  } catch {
    return undefined;
  }
}
