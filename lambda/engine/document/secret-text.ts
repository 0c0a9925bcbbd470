import { applyEdits, modify } from 'jsonc-parser';
import { CodedError } from '../../log/coded-error.ts';
import { parseObject } from '../../secrets-manager/json-object.ts';
import { type RotationDocument, toWire } from './document.ts';

/** Secrets Manager's limit for a value. */
export const MAX_SECRET_BYTES = 65_536;

/** Thrown when a secret's text cannot take our keys; nothing was minted or written. */
export class SecretTextError extends CodedError {
  override readonly name = 'SecretTextError';
  override readonly code = 'SECRET_TEXT';
}

/**
 * The text of the next version: our two keys set, every other byte as it was. Editing the text instead of printing a
 * parsed copy keeps numbers, escapes, order and duplicate keys of others exactly.
 *
 * @throws {SecretTextError} if the result is too large, or would not read back as written (one of our keys twice).
 */
export function writeSecretText(text: string, tokenKey: string, token: string, document: RotationDocument): string {
  const rotation = toWire(document);
  const written = renderSecretText(text, tokenKey, token, document);
  const readBack = parseObject(written);
  if (readBack?.[tokenKey] !== token || JSON.stringify(readBack.rotation) !== JSON.stringify(rotation)) {
    throw new SecretTextError(`the secret's JSON has the key "${tokenKey}" or "rotation" twice; remove one of them`);
  }
  const bytes = Buffer.byteLength(written);
  if (bytes > MAX_SECRET_BYTES) {
    throw new SecretTextError(
      `the new value would have ${bytes} bytes, and Secrets Manager takes at most ${MAX_SECRET_BYTES}; shorten the other keys of the secret by ${bytes - MAX_SECRET_BYTES} bytes or more`,
    );
  }
  return written;
}

/** The same, without a look at what came out. */
export function renderSecretText(text: string, tokenKey: string, token: string, document: RotationDocument): string {
  return withMember(withMember(text, tokenKey, token), 'rotation', toWire(document));
}

/**
 * The editor formats the whole line that it inserts a key into, but only the value that it replaces. So the key is
 * inserted with `null` and no formatting, and then given its value.
 */
function withMember(text: string, key: string, value: unknown): string {
  const gap = /^\s*\{(\s*\n\s*)/.exec(text)?.[1] ?? '';
  // A text on one line stays on one line.
  const layout = gap === '' ? {} : { formattingOptions: { insertSpaces: true, tabSize: 2, eol: '\n' } };
  try {
    const placed = modify(text, [key], null, {}).map((edit) =>
      edit.length > 0 ? edit : { ...edit, content: edit.content.replace(/^,?/, (comma) => `${comma}${gap}`) },
    );
    const present = applyEdits(text, placed);
    return applyEdits(present, modify(present, [key], value, layout));
  } catch (error) {
    // The editor calls itself once for each level.
    if (!(error instanceof RangeError)) throw error;
    throw new SecretTextError("the secret's JSON is nested too deeply to be edited; flatten its other keys");
  }
}
