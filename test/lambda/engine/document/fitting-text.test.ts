import { describe, expect, it } from 'vitest';
import { fitSecretText } from '../../../../lambda/engine/document/fitting-text.ts';
import { MAX_SECRET_BYTES, SecretTextError, writeSecretText } from '../../../../lambda/engine/document/secret-text.ts';
import { aDocument, anEntry } from '../../../builders/a-scenario.ts';

const IDS = ['a', 'b', 'c', 'd', 'e'];
const DOCUMENT = aDocument({ superseded: IDS.map((id) => anEntry(id, 0)) });
const sizeOf = (document: typeof DOCUMENT, text = '{"notes":""}') =>
  Buffer.byteLength(writeSecretText(text, 'token', 'new', document));
/** A text beside which so many bytes are missing for the whole ledger. */
const lacking = (bytes: number) => JSON.stringify({ notes: 'x'.repeat(MAX_SECRET_BYTES - sizeOf(DOCUMENT) + bytes) });
const ENTRY = (sizeOf(DOCUMENT) - sizeOf({ ...DOCUMENT, superseded: [] })) / IDS.length;

describe('a text that is too large for the whole ledger (U6)', () => {
  it.each([
    [0, []],
    [1, ['c']],
    [Math.floor(ENTRY), ['c']],
    [Math.ceil(ENTRY) + 1, ['c', 'a']],
    [3 * Math.floor(ENTRY), ['c', 'a', 'e']],
  ])('by %i bytes has room without some entries, and leaves out no more', (bytes, leftOut) => {
    const fitted = fitSecretText(lacking(bytes), 'token', 'new', DOCUMENT, ['c', 'a', 'e']);
    expect(fitted.leftOut).toEqual(leftOut);
    const { rotation } = JSON.parse(fitted.text) as { rotation: { superseded: { authorizationId: string }[] } };
    const named = rotation.superseded.map(({ authorizationId }) => authorizationId);
    expect(named).toEqual(IDS.filter((id) => !(leftOut as string[]).includes(id)));
    expect(Buffer.byteLength(fitted.text)).toBeLessThanOrEqual(MAX_SECRET_BYTES);
  });

  it('gives up what it remembers of the configuration before any entry, and only where there is no room', () => {
    const remembering = { ...DOCUMENT, changes: [{ at: 0, from: 'a', to: 'b' }] };
    const changesIn = (text: string) => {
      const fitted = fitSecretText(text, 'token', 'new', remembering, []);
      expect(fitted.leftOut).toEqual([]);
      return (JSON.parse(fitted.text) as { rotation: { changes?: unknown[] } }).rotation.changes;
    };
    expect(changesIn(lacking(0))).toBeUndefined();
    expect(changesIn(lacking(sizeOf(DOCUMENT) - sizeOf(remembering)))).toHaveLength(1);
    expect(fitSecretText(lacking(1), 'token', 'new', remembering, ['c']).leftOut).toEqual(['c']);
  });

  it('is refused where it has no room without all that may go, either', () => {
    const text = lacking(2 * Math.ceil(ENTRY) + 1);
    for (const mayGo of [[], ['a'], ['a', 'b']])
      expect(() => fitSecretText(text, 'token', 'new', DOCUMENT, mayGo)).toThrow(SecretTextError);
  });
});
