/** A line that the server refuses; the message is its own. */
export class LineError extends Error {
  override readonly name = 'LineError';
}

/** The parser works on bytes that are kept one a character; what leaves it is text again. */
export function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
