/** Half of an InfluxDB token or more, and anything else that is long enough to be a secret. */
const LOOKS_SECRET = /[A-Za-z0-9+_-]{43,}={0,2}/g;

/** Characters of a message that are shown. */
const LONGEST = 500;

/**
 * Makes a service's message safe to show: on one line, cut after 500 characters, and with `…` for anything that looks
 * like a token. A service or a proxy may quote a header or a value in its message, and our logs must not repeat it.
 */
export function redact(message: string): string {
  const line = message
    .slice(0, 4 * LONGEST)
    .replaceAll(LOOKS_SECRET, '…')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}…`;
}
