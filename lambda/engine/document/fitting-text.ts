import { type RotationDocument, tokenHash } from './document.ts';
import { MAX_SECRET_BYTES, renderSecretText, writeSecretText } from './secret-text.ts';

/** The text of the next version, and the authorizations of the ledger that it had no room for. */
export interface FittingText {
  readonly text: string;
  readonly leftOut: readonly string[];
}

/**
 * U6: a put never fails because the ledger is long. What has our marker needs no entry: without one it ends like a stray.
 *
 * @param mayGo the authorizations whose entries may be left out, those first that are to go first.
 * @throws {SecretTextError} if the text does not fit without them, either.
 */
export function fitSecretText(
  text: string,
  tokenKey: string,
  token: string,
  document: RotationDocument,
  mayGo: readonly string[],
): FittingText {
  const without = (count: number): RotationDocument => {
    const gone = new Set(mayGo.slice(0, count));
    return { ...document, superseded: document.superseded.filter(({ authorizationId }) => !gone.has(authorizationId)) };
  };
  const fits = (count: number) =>
    Buffer.byteLength(renderSecretText(text, tokenKey, token, without(count))) <= MAX_SECRET_BYTES;
  // What it remembers of the configuration is worth a word, not an entry.
  if (document.changes.length > 0 && !fits(0))
    return fitSecretText(text, tokenKey, token, { ...document, changes: [] }, mayGo);
  if (mayGo.length === 0 || fits(0)) return { text: writeSecretText(text, tokenKey, token, document), leftOut: [] };
  let tooFew = 0;
  let enough = mayGo.length;
  while (tooFew + 1 < enough) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (fits(middle)) enough = middle;
    else tooFew = middle;
  }
  return { text: writeSecretText(text, tokenKey, token, without(enough)), leftOut: mayGo.slice(0, enough) };
}

/** The length of the tokens that InfluxDB makes. */
const TOKEN_LENGTH = 88;

/** Checks before the mint that the new value will fit. */
export function assertTextFits(
  text: string,
  tokenKey: string,
  document: RotationDocument,
  mayGo: readonly string[],
): void {
  const placeholder = 'x'.repeat(TOKEN_LENGTH);
  fitSecretText(text, tokenKey, placeholder, { ...document, tokenHash: tokenHash(placeholder) }, mayGo);
}
