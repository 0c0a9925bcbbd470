import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainTokenIn } from '../../../lambda/secrets-manager/plain-token.ts';

/** 64 random bytes in base64, for URLs or not, with words in it that people give to secrets. */
const MADE = fc
  .tuple(fc.uint8Array({ minLength: 64, maxLength: 64 }), fc.constantFrom('base64', 'base64url'), fc.nat(80))
  .chain(([bytes, encoding, at]) =>
    fc.constantFrom('', 'key', 'Token', 'SECRET', 'arn').map((word) => {
      const text = Buffer.from(bytes)
        .toString(encoding as 'base64')
        .replace(/=+$/, '');
      return `${text.slice(0, at)}${word}${text.slice(at + word.length)}==`;
    }),
  );

it('every token that InfluxDB makes is read as it is, whatever it looks like, and whatever stands around it', async () => {
  const before = fc.constantFrom('', '"', "'", 'Token ', 'Bearer ', '\uFEFF', ' \n');
  await fc.assert(
    fc.property(MADE, before, fc.constantFrom('', '\n', '\r\n', '\\n', ' '), (token, start, end) => {
      const quote = /["']/.test(start) ? start : '';
      expect(plainTokenIn(`${start}${token}${quote}${end}`)).toEqual({ token });
    }),
    { numRuns: 2000 },
  );
});

it.each(['my-super-secret-auth-token', 'x', 'p@ss!w0rd#1', 'admin:admin', 'a/b+c=', 'key=='])(
  'a token that people chose is read as it is: %s',
  (token) => {
    expect(plainTokenIn(token)).toEqual({ token });
  },
);
