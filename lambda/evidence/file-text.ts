import { isUtf8 } from 'node:buffer';

/** More than the list of ten thousand consumers takes. Whoever may write the files must not fill the function's memory. */
export const MOST_BYTES = 32 * 1024 * 1024;

/** The text of a file. What is no UTF-8 stays different from all that is, so that no byte can be changed unnoticed. */
export function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer) ? buffer.toString() : buffer.toString('latin1');
}

/** In place of a file that has more: it is no record, so nothing can follow it, and verify-evidence names it. */
export const TOO_GREAT = 'greater than any file of evidence';
