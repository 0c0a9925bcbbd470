import { describe, expect, it } from 'vitest';
import {
  authorizationNamedIn,
  copiesIn,
  currentIn,
  ledgerIn,
  namedIn,
  ownDocument,
  tokenOf,
  whoseDocument,
} from '../../../../lambda/engine/document/own.ts';
import { readSecretContent, type SecretContent } from '../../../../lambda/engine/document/secret-content.ts';
import { DAY } from '../../../builders/a-configuration.ts';
import { aDocument, anEntry, aText, IDENTITY, NOW, versionOf } from '../../../builders/a-scenario.ts';

const document = aDocument({ copiedAt: [NOW], superseded: [anEntry('old', DAY, { tokenHash: 'sha256:old' })] });
const ofGrafana = { ...IDENTITY, consumer: 'grafana' };
const content = (text: string, versionId = document.id) => readSecretContent(text, versionId, 'token');
const HAND = versionOf('hand');

const ours = content(aText(document));
const edited = content(aText(document), HAND);
const foreign = content(aText(document, 'put by hand'), HAND);
const grafanas = content(aText({ ...document, identity: ofGrafana }));
const foreignOfGrafana = content(aText({ ...document, identity: ofGrafana }, 'put by hand'), HAND);
const WITHOUT: [string, SecretContent | undefined][] = [
  ['no value', undefined],
  ['a value without a document', content('{"token":"the-token"}')],
  ['a plain token', content('the-token')],
  ['a document that is malformed', content('{"rotation":{}}')],
];

describe('whose document a secret holds', () => {
  it.each<[string, SecretContent | undefined, string, string | undefined]>([
    ['as we wrote it', ours, 'own', 'cur'],
    ['edited by hand, with our token still in it', edited, 'own', 'cur'],
    ['with another token beside it', foreign, 'copied', undefined],
    ['of another consumer', grafanas, 'another', undefined],
    ['of another consumer, with another token beside it', foreignOfGrafana, 'another', undefined],
    ...WITHOUT.map((row): [string, SecretContent | undefined, string, undefined] => [...row, 'none', undefined]),
  ])('%s', (_name, given, kind, own) => {
    expect(whoseDocument(given, IDENTITY).kind).toBe(kind);
    expect(ownDocument(given, IDENTITY)?.authorizationId).toBe(own);
  });

  it.each(['deployment', 'consumer', 'fingerprint'] as const)('is told by the %s, too', (part) => {
    const other = { ...IDENTITY, [part]: 'other' };
    expect(whoseDocument(ours, other)).toEqual({ kind: 'another', owner: IDENTITY });
  });

  it('comes with the document where it is the own one, even if copied', () => {
    expect(whoseDocument(ours, IDENTITY)).toEqual({ kind: 'own', document });
    expect(whoseDocument(foreign, IDENTITY)).toEqual({ kind: 'copied', document });
  });
});

describe('what a value names, whoever wrote it', () => {
  it.each([
    ['as we wrote it', ours, 'cur'],
    ['edited by hand', edited, 'cur'],
    ['of another consumer', grafanas, 'cur'],
    ['with another token beside it, which is not that of the authorization', foreign, undefined],
  ])('%s', (_name, given, current) => {
    expect(currentIn(given)).toBe(current);
    expect(authorizationNamedIn(given)).toBe('cur');
    expect(ledgerIn(given)).toEqual(document.superseded);
    expect(copiesIn(given)).toEqual([NOW]);
    expect(namedIn(given)?.map(({ authorizationId, tokenHash }) => [authorizationId, tokenHash])).toEqual([
      ['cur', document.tokenHash],
      ['old', 'sha256:old'],
    ]);
  });

  it.each(WITHOUT)('is nothing in %s', (_name, given) => {
    expect([currentIn(given), authorizationNamedIn(given), namedIn(given)]).toEqual([undefined, undefined, undefined]);
    expect([ledgerIn(given), copiesIn(given)]).toEqual([[], []]);
  });
});

describe('the token of an authorization', () => {
  it.each([
    ['as we wrote it', ours, 'cur', 'the-token'],
    ['edited by hand', edited, 'cur', 'the-token'],
    ['with another token beside it', foreign, 'cur', undefined],
    ['that names another authorization', ours, 'old', undefined],
    ['without a token', content(aText(document).replace('"token"', '"password"')), 'cur', undefined],
    ...WITHOUT.map(([name, given]): [string, SecretContent | undefined, string, undefined] => [
      `that is ${name}`,
      given,
      'cur',
      undefined,
    ]),
  ])('is in a value %s', (_name, given, id, token) => {
    expect(tokenOf(given, id)).toEqual(token === undefined ? undefined : { token, document });
  });
});
