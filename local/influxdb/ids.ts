import { randomBytes } from 'node:crypto';
import { ApiError } from './errors.ts';

/** Milliseconds since the epoch at which InfluxDB's snowflake ids count zero (2017-04-09T00:00:00Z). */
const snowflakeEpochMs = 1_491_696_000_000n;
/** Bits below the milliseconds: ten for the machine, twelve for the sequence. */
const snowflakeShift = 22n;

/** The id in its canonical (lower case) form; throws what the server answers to a malformed one. */
export function parseId(text: string): string {
  if (Buffer.byteLength(text) !== 16) throw new ApiError('invalid', 'id must have a length of 16 bytes');
  if (!/^[0-9a-fA-F]{16}$/.test(text) || /^0+$/.test(text)) throw new ApiError('invalid', 'invalid ID');
  return text.toLowerCase();
}

export function isId(text: string): boolean {
  return /^[0-9a-fA-F]{16}$/.test(text) && !/^0+$/.test(text);
}

/** Ids of orgs and buckets: random, so that their order says nothing about their age. */
export function randomId(): string {
  for (;;) {
    const id = randomBytes(8).toString('hex');
    if (isId(id)) return id;
  }
}

/** Ids of authorizations and users: they sort by creation time, also within one millisecond. */
export class Snowflakes {
  #last = 0n;

  next(nowMs: number): string {
    const first = ((BigInt(Math.trunc(nowMs)) - snowflakeEpochMs) << snowflakeShift) | (1n << 12n);
    this.#last = first > this.#last ? first : this.#last + 1n;
    return this.#last.toString(16).padStart(16, '0');
  }
}
