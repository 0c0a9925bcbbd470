/** A part of a text that is long enough to be most of a token, even of a short one that somebody chose. */
const COULD_BE_SECRET = /[A-Za-z0-9+_=~-]{24,}/g;

/** At least half of one of InfluxDB's tokens: 64 random bytes in base64. */
const RANDOM = /[A-Za-z0-9+_-]{43,}={0,2}/g;

/** Of random letters and digits, some two in three differ in kind from the one before; in words few do. */
const LEAST_CHANGES = 0.45;

/** True if the text has a part that is as long and as mixed as a token, unlike any name that people give. */
export function looksLikeToken(text: string): boolean {
  return (text.match(RANDOM) ?? []).some((part) => part.endsWith('=') || changesIn(part) > LEAST_CHANGES * part.length);
}

/** The text with `…` for each part that could be a token. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(COULD_BE_SECRET, '…');
}

/** True if a part of the text could be a token, so that it must not be shown. */
export function couldBeSecret(text: string): boolean {
  return withoutSecrets(text) !== text;
}

function changesIn(text: string): number {
  const kinds = [...text].map((character) => KINDS.findIndex((kind) => kind.test(character)));
  return kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length;
}

const KINDS = [/[a-z]/, /[A-Z]/, /[0-9]/];
