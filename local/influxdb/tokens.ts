import { createHash, randomBytes } from 'node:crypto';

/** 64 random bytes in padded base64url, as the server makes them: 88 characters that end in `==`. */
export function newToken(): string {
  return randomBytes(64).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

/** The form in which a hashing server stores a token, and shows it in the answer of the set-up. */
export function hashToken(token: string): string {
  const digest = createHash('sha256').update(token).digest('base64').replaceAll('+', '-').replaceAll('/', '_');
  return `$influxdb2-sha256$${digest}`;
}
