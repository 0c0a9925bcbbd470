import { describe, expect, it } from 'vitest';
import { toWire } from '../../../../lambda/engine/document/document.ts';
import { assertTextFits } from '../../../../lambda/engine/document/fitting-text.ts';
import { MAX_SECRET_BYTES, SecretTextError, writeSecretText } from '../../../../lambda/engine/document/secret-text.ts';
import { aDocument } from '../../../builders/a-scenario.ts';

const DOCUMENT = aDocument();
const ROTATION = JSON.stringify(toWire(DOCUMENT));
const write = (text: string, tokenKey = 'token') => writeSecretText(text, tokenKey, 'new', DOCUMENT);

describe('a value on one line', () => {
  it.each([
    ['an empty one', '{}', `{"token": "new","rotation": ${ROTATION}}`],
    ['another key', '{"url":"x"}', `{"url":"x","token": "new","rotation": ${ROTATION}}`],
    [
      'a token between others',
      '{"a":1.0,"token":"old","b":2}',
      `{"a":1.0,"token":"new","b":2,"rotation": ${ROTATION}}`,
    ],
    ['both of our keys', '{"rotation":{"id":"x"}, "token":"old"}', `{"rotation":${ROTATION}, "token":"new"}`],
    ['blanks', '{ "url" : "x" }', `{ "url" : "x","token": "new","rotation": ${ROTATION} }`],
  ])('stays on one line: %s', (_name, text, written) => {
    expect(write(text)).toBe(written);
  });

  it('is one on one line, though a value in it has several', () => {
    expect(write('{"url":{\n"x":1}}')).toBe(`{"url":{\n"x":1},"token": "new","rotation": ${ROTATION}}`);
  });

  it('takes the token under the configured key', () => {
    expect(write('{"token":"hers"}', 'password')).toBe(`{"token":"hers","password": "new","rotation": ${ROTATION}}`);
  });
});

describe('a value on several lines', () => {
  it('keeps its lines, and has ours below them, laid out alike', () => {
    expect(write('{\n    "url": "x"\n}\n')).toMatchInlineSnapshot(`
      "{
          "url": "x",
          "token": "new",
          "rotation": {
            "id": "00000000000000000000000000637572-000",
            "deployment": "prod",
            "consumer": "telegraf",
            "secret": "b7ffe941",
            "authorizationId": "cur",
            "orgId": "aaaaaaaaaaaaaaaa",
            "userId": "bbbbbbbbbbbbbbbb",
            "tokenHash": "sha256:c2a73fcf61dfbdcadc79a10ba330b2ef5eb66fc0a6735ed69b796bb3c97b97ae",
            "permissionsHash": "sha256:8c9c95d3bd08a507ad1020de8b4e1fdca45f05debd4d6ac97a139f36b09d8d48",
            "mintedAt": "2026-05-12T00:00:00.000Z",
            "superseded": []
          }
      }
      "
    `);
  });

  it('is found to be one by a gap of several lines, too', () => {
    expect(write('\n{\n\n\t"url": "x"\n}').split('\n').slice(0, 6)).toEqual([
      '',
      '{',
      '',
      '\t"url": "x",',
      '',
      '\t"token": "new",',
    ]);
  });

  it('may be empty, or have blanks at the end of its first line', () => {
    expect(write('{\n}').split('\n').slice(0, 2)).toEqual(['{', '"token": "new",']);
    expect(write('{  \n  "url": "x"\n}').split('\n').slice(0, 4)).toEqual([
      '{  ',
      '  "url": "x",  ',
      '  "token": "new",  ',
      '  "rotation": {',
    ]);
  });

  it('keeps a token in its place', () => {
    expect(write('{\n  "token": "old",\n  "b": [1,  2]\n}').split('\n').slice(0, 4)).toEqual([
      '{',
      '  "token": "new",',
      '  "b": [1,  2],',
      '  "rotation": {',
    ]);
  });
});

describe('a value that cannot take our keys', () => {
  const TWICE = 'the secret\'s JSON has the key "token" or "rotation" twice; remove one of them';

  it.each([
    ['the token twice, the second in disguise', '{"token":"a","\\u0074oken":"b"}', TWICE],
    ['a document twice', '{"rotation":{},"\\u0072otation":{}}', TWICE],
    [
      'more levels than the editor takes',
      `{"deep":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
      "the secret's JSON is nested too deeply to be edited; flatten its other keys",
    ],
  ])('is refused: %s', (_name, text, message) => {
    expect(() => write(text)).toThrow(
      expect.objectContaining({ name: 'SecretTextError', code: 'SECRET_TEXT', message }),
    );
  });

  it('is one that would be larger than Secrets Manager takes, in bytes', () => {
    const room = MAX_SECRET_BYTES - Buffer.byteLength(write('{"notes":""}'));
    const padded = (bytes: number) => JSON.stringify({ notes: `${'é'.repeat(8)}${'x'.repeat(bytes - 16)}` });
    expect(Buffer.byteLength(write(padded(room)))).toBe(MAX_SECRET_BYTES);
    expect(() => write(padded(room + 7))).toThrow(
      new SecretTextError(
        'the new value would have 65543 bytes, and Secrets Manager takes at most 65536; shorten the other keys of the secret by 7 bytes or more',
      ),
    );
  });

  it('is found before the mint, with a token as long as those of InfluxDB', () => {
    const empty = writeSecretText('{"notes":""}', 'token', 'x'.repeat(88), DOCUMENT);
    const padded = (bytes: number) => JSON.stringify({ notes: 'x'.repeat(bytes) });
    const room = MAX_SECRET_BYTES - Buffer.byteLength(empty);
    expect(() => assertTextFits(padded(room), 'token', { ...DOCUMENT, tokenHash: '' }, [])).not.toThrow();
    expect(() => assertTextFits(padded(room + 1), 'token', { ...DOCUMENT, tokenHash: '' }, [])).toThrow(
      SecretTextError,
    );
  });
});
