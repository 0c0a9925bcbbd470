import { Secrets } from './secrets.ts';

/** Half of an InfluxDB token or more, and anything else that is long enough to be a secret. */
const LOOKS_SECRET = /[A-Za-z0-9+_-]{43,}={0,2}/g;

/** Characters of a message that are shown. */
const LONGEST = 500;

/** Characters of a message that are looked at. */
const LONGEST_READ = 16_384;

/**
 * Makes a text from outside safe to show: on one line, cut after 500 characters, and with `…` for whatever this
 * invocation knows as secret, whole or in pieces, and for anything that looks like a token. A service or a proxy may
 * quote a header or a value in its message, and our logs must not repeat it.
 */
export function redact(message: string): string {
  const line = Secrets.known
    .mask(beginningOf(message))
    .replaceAll(LOOKS_SECRET, '…')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}…`;
}

/** Cut between words only: a part of a token would not look like one. */
function beginningOf(message: string): string {
  if (message.length <= LONGEST_READ) return message;
  const start = message.slice(0, LONGEST_READ);
  const words = start.lastIndexOf(' ');
  return `${start.slice(0, Math.max(0, words))} …`;
}
