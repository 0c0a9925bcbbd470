import { describe, expect, it } from 'vitest';
import { type RotationDocument, tokenHash, toWire } from '../../../../lambda/engine/document/document.ts';
import { readSecretContent } from '../../../../lambda/engine/document/secret-content.ts';

const OWNER = 'bbbbbbbbbbbbbbbb';
const DOCUMENT: RotationDocument = {
  id: 'version-1',
  identity: { deployment: 'prod', consumer: 'telegraf', fingerprint: '0a1b2c3d' },
  authorizationId: 'cur',
  orgId: 'aaaaaaaaaaaaaaaa',
  userId: OWNER,
  tokenHash: tokenHash('the-token'),
  permissionsHash: 'sha256:permissions',
  mintedAt: Date.UTC(2026, 5, 1),
  copiedAt: [],
  changes: [],
  superseded: [
    {
      authorizationId: 'plain',
      userId: OWNER,
      orgId: undefined,
      since: Date.UTC(2026, 4, 1),
      compromised: false,
      tokenHash: undefined,
    },
    {
      authorizationId: 'marked',
      userId: OWNER,
      orgId: 'aaaaaaaaaaaaaaaa',
      since: 0,
      compromised: true,
      tokenHash: tokenHash('old'),
    },
  ],
};
const read = (text: string, tokenKey = 'token') => readSecretContent(text, 'version-1', tokenKey);
const textOf = (rotation: unknown, rest: object = { token: 'the-token' }) => JSON.stringify({ ...rest, rotation });
const withFields = (fields: object) => textOf({ ...(toWire(DOCUMENT) as object), ...fields });
const withEntry = (fields: object) =>
  withFields({
    superseded: [{ authorizationId: 'plain', userId: OWNER, since: '2026-05-01T00:00:00Z', ...fields }],
  });

describe('a value without a document', () => {
  it.each([
    ['an object with a token', '{"token":"abc","url":"x"}', { kind: 'none', token: 'abc' }],
    ['an object with an empty token', '{"token":""}', { kind: 'none', token: '' }],
    ['an object without a token', '{"url":"x"}', { kind: 'none', token: undefined }],
    ['an object whose token is null', '{"token":null}', { kind: 'none', token: undefined }],
    ['a word', 'abc', { kind: 'not-an-object', token: 'abc' }],
    ['a word between blanks', ' \nabc==\n ', { kind: 'not-an-object', token: 'abc==' }],
    ['a word of one letter', 'a', { kind: 'not-an-object', token: 'a' }],
    ['a number', '17', { kind: 'not-an-object', token: '17' }],
    ['the word null', 'null', { kind: 'not-an-object', token: undefined, wrong: 'is a word that stands for nothing' }],
    ['two words', 'abc def', { kind: 'not-an-object', token: undefined, wrong: 'has a space inside' }],
    ['nothing', '', { kind: 'not-an-object', token: undefined, wrong: 'is empty' }],
    ['an array', '["abc"]', { kind: 'not-an-object', token: undefined, wrong: 'is broken JSON' }],
    ['a text in quotes', '"abc"', { kind: 'not-an-object', token: 'abc' }],
    ['broken JSON', '{"token":"abc",}', { kind: 'not-an-object', token: undefined, wrong: 'is broken JSON' }],
  ])('may be %s', (_name, text, content) => {
    expect(read(text)).toEqual(content);
  });

  it('is left alone if its token is no text', () => {
    expect(read('{"token":17}')).toEqual({
      kind: 'malformed',
      problem: 'a key "token" that holds no text: rename it, or name another key as "tokenKey"',
      token: undefined,
    });
  });

  it('has its token under the key that is configured', () => {
    expect(read('{"token":"abc","key":"def"}', 'key')).toEqual({ kind: 'none', token: 'def' });
  });

  it('has no token that it only inherits', () => {
    expect(read('{}', 'toString')).toEqual({ kind: 'none', token: undefined });
  });
});

describe('a document', () => {
  it('stands in the secret with names and times that people read', () => {
    expect(toWire(DOCUMENT)).toMatchInlineSnapshot(`
      {
        "authorizationId": "cur",
        "consumer": "telegraf",
        "deployment": "prod",
        "id": "version-1",
        "mintedAt": "2026-06-01T00:00:00.000Z",
        "orgId": "aaaaaaaaaaaaaaaa",
        "permissionsHash": "sha256:permissions",
        "secret": "0a1b2c3d",
        "superseded": [
          {
            "authorizationId": "plain",
            "since": "2026-05-01T00:00:00.000Z",
            "userId": "bbbbbbbbbbbbbbbb",
          },
          {
            "authorizationId": "marked",
            "compromised": true,
            "orgId": "aaaaaaaaaaaaaaaa",
            "since": "1970-01-01T00:00:00.000Z",
            "tokenHash": "sha256:cba06b5736faf67e54b07b561eae94395e774c517a7d910a54369e1263ccfbd4",
            "userId": "bbbbbbbbbbbbbbbb",
          },
        ],
        "tokenHash": "sha256:c2a73fcf61dfbdcadc79a10ba330b2ef5eb66fc0a6735ed69b796bb3c97b97ae",
        "userId": "bbbbbbbbbbbbbbbb",
      }
    `);
  });

  it('has the times at which its token was copied forward, if it was, and reads them back', () => {
    const copied = { ...DOCUMENT, copiedAt: [DOCUMENT.mintedAt, DOCUMENT.mintedAt + 1] };
    expect(toWire(copied)).toMatchObject({ copiedAt: ['2026-06-01T00:00:00.000Z', '2026-06-01T00:00:00.001Z'] });
    expect(read(textOf(toWire(copied)))).toMatchObject({ document: copied });
    expect(read(withFields({ copiedAt: undefined }))).toMatchObject({ document: { copiedAt: [] } });
  });

  it('has what the configuration changed lately, if it did, and reads it back', () => {
    const changed = { ...DOCUMENT, changes: [{ at: DOCUMENT.mintedAt, from: 'a', to: 'b' }] };
    expect(toWire(changed)).toMatchObject({ changes: [{ at: '2026-06-01T00:00:00.000Z', from: 'a', to: 'b' }] });
    expect(read(textOf(toWire(changed)))).toMatchObject({ document: changed });
    expect(read(withFields({ changes: undefined }))).toMatchObject({ document: { changes: [] } });
  });

  it('is ours in the version that was made for it, with or without a token', () => {
    expect(read(textOf(toWire(DOCUMENT)))).toEqual({ kind: 'ours', document: DOCUMENT, token: 'the-token' });
    expect(read(textOf(toWire(DOCUMENT), {}))).toEqual({ kind: 'ours', document: DOCUMENT, token: undefined });
  });

  it.each([
    ['edited', 'that holds its token', { token: 'the-token' }],
    ['foreign', 'that holds another token', { token: 'another' }],
    ['foreign', 'that holds no token', {}],
  ])('is %s in another version %s', (kind, _name, rest) => {
    const content = readSecretContent(textOf(toWire(DOCUMENT), rest), 'version-2', 'token');
    expect(content).toMatchObject({ kind, document: DOCUMENT });
  });

  it('names nobody as compromised unless it says so', () => {
    expect(read(withEntry({}))).toMatchObject({
      document: { superseded: [{ compromised: false, tokenHash: undefined }] },
    });
  });

  it.each([
    ['no object', textOf(7), 'rotation'],
    ['null', textOf(null), 'rotation'],
    ['without its fields', textOf({ superseded: [] }), Object.keys(toWire(DOCUMENT) as object).slice(0, -1)],
    ['without a ledger', withFields({ superseded: undefined }), 'superseded'],
    ['with an id that is none', withFields({ userId: 'somebody' }), 'userId'],
    ['with a time that is none', withFields({ mintedAt: 'yesterday' }), 'mintedAt'],
    ['with a time before 1970', withFields({ mintedAt: '1969-12-31T23:59:59Z' }), 'mintedAt'],
    ['with a time of a copy that is none', withFields({ copiedAt: ['today'] }), 'copiedAt.0'],
    ['with an entry that has no fields', withFields({ superseded: [{}] }), 'superseded.0.authorizationId'],
    ['with an entry of nobody', withEntry({ userId: 'x' }), 'superseded.0.userId'],
    ['with an entry whose marks are no truth values', withEntry({ compromised: 'no' }), 'superseded.0.compromised'],
    ['with an entry whose hash is none', withEntry({ tokenHash: 1 }), 'superseded.0.tokenHash'],
  ])('that is %s is not ours to overwrite', (_name, text, wrong) => {
    const content = read(text);
    expect(content.kind).toBe('malformed');
    const problem = content.kind === 'malformed' ? content.problem : '';
    for (const path of [wrong].flat()) expect(problem).toMatch(new RegExp(`[ .]${path}[,)]`));
    expect(problem).toContain('rename it, or remove it to start with a first token');
  });

  it('takes times of any zone', () => {
    expect(read(withFields({ mintedAt: '2026-06-01T02:00:00+02:00' }))).toMatchObject({
      document: { mintedAt: DOCUMENT.mintedAt },
    });
  });
});
