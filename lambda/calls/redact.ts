/** Half of one of InfluxDB's tokens, and of whatever else is long and random. */
const LOOKS_SECRET = /[A-Za-z0-9+_-]{43,}={0,2}/g;

const LONGEST = 500;

/**
 * The message of a service, as it may be shown: short, on one line, and without anything that looks like a token. A
 * service or a proxy that repeats a header or a value in its message must not carry it into a log.
 */
export function redact(message: string): string {
  const line = message
    .slice(0, 4 * LONGEST)
    .replaceAll(LOOKS_SECRET, '…')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}…`;
}
