/** A line that the server refuses; the message is its own. */
export class LineError extends Error {
  override readonly name = 'LineError';
}

/** Turns what the parser works on, bytes kept one a character, into text again. */
export function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
