import { describe, expect, it } from 'vitest';
import { tokenHash } from '../../../../lambda/engine/document/document.ts';
import { DAY, HOUR } from '../../../builders/a-configuration.ts';
import {
  ARN,
  aDocument,
  anEntry,
  aRow,
  aText,
  aValue,
  decide,
  factsOf,
  IDENTITY,
  NOW,
  type Scenario,
  versionOf,
  versionOfNext,
} from '../../../builders/a-scenario.ts';

const OWNER = aRow('cur').userId;
const DUE: Scenario = { document: { mintedAt: NOW - 31 * DAY }, rows: [aRow('cur', { age: 31 * DAY })] };
const BY_HAND = '{"url":"https://influxdb","token":"by-hand"}';
const byHand = aValue(BY_HAND, versionOf('hand'));
const hers = aRow('hers', { description: 'by hand' });

describe('a mint', () => {
  const start = {
    secretId: ARN,
    identity: IDENTITY,
    versionId: versionOf('cur'),
    text: aText(aDocument(DUE.document)),
  };
  const added = {
    authorizationId: 'cur',
    userId: OWNER,
    orgId: 'aaaaaaaaaaaaaaaa',
    compromised: false,
    tokenHash: undefined,
  };

  it('rests on the secret as it was read, and names the token that it supersedes with the hash of it', () => {
    const facts = factsOf(DUE);
    expect(decide(DUE, facts).next).toEqual({
      kind: 'mint',
      reason: { code: 'DUE', rotateEveryMs: 30 * DAY },
      urgent: false,
      createFirst: undefined,
      start,
      target: facts.target,
      ledger: { kept: [], added: [{ ...added, tokenHash: tokenHash('the-token') }], mayGo: [] },
      secondLook: false,
      changes: [],
    });
  });

  it('carries each entry as it was', () => {
    const entry = anEntry('old', HOUR, {
      orgId: 'aaaaaaaaaaaaaaaa',
      compromised: false,
      tokenHash: 'sha256:old',
    });
    const { next } = decide({
      document: { ...DUE.document, superseded: [entry] },
      rows: [aRow('cur', { age: 31 * DAY }), aRow('old', { status: 'inactive' })],
    });
    expect(versionOfNext(next)?.ledger.kept).toEqual([entry]);
  });

  it('does not name a token whose marker somebody removed: nothing gives us the right to end it (T1)', () => {
    const { next } = decide({ ...DUE, rows: [aRow('cur', { age: 31 * DAY, description: 'by hand' })] });
    expect(versionOfNext(next)?.ledger.added).toEqual([]);
  });

  it('does not name the token of a user that was deleted: it works for nobody, and no read shows whose it is', () => {
    const { next } = decide({ rows: [], lookups: { cur: { kind: 'owner-gone' } } });
    expect(versionOfNext(next)?.ledger.added).toEqual([]);
  });

  it('names the authorization that it adopts with the hash of the token that the secret held', () => {
    const { next } = decide({ reading: byHand, rows: [hers], settings: { adopt: 'hers' } });
    expect(versionOfNext(next)?.ledger.added).toEqual([
      { ...added, authorizationId: 'hers', tokenHash: tokenHash('by-hand') },
    ]);
  });

  it('names it without one where the secret held none', () => {
    const { next } = decide({ reading: aValue('{}', versionOf('hand')), rows: [hers], settings: { adopt: 'hers' } });
    expect(versionOfNext(next)?.ledger.added).toEqual([{ ...added, authorizationId: 'hers' }]);
  });

  it('names the token of a foreign document with the hash that this document holds', () => {
    const { next } = decide({ document: { token: 'by-hand', versionId: versionOf('hand'), tokenHash: 'sha256:x' } });
    expect(versionOfNext(next)?.ledger.added).toEqual([{ ...added, tokenHash: 'sha256:x' }]);
  });

  it.each<[string, Scenario, boolean]>([
    ['the token is missing', { rows: [] }, true],
    [
      'a label was moved back to a token that was switched off',
      {
        rows: [aRow('cur', { status: 'inactive' })],
        description: { previous: versionOf('newer') },
        versions: {
          AWSPREVIOUS: {
            age: DAY,
            text: aText(aDocument({ authorizationId: 'newer', superseded: [anEntry('cur', DAY)] })),
          },
        },
      },
      true,
    ],
    ['it is the first', { reading: byHand, rows: [] }, false],
    ['it is due', DUE, false],
  ])('is urgent only where the consumer has no access now: %s', (_name, scenario, urgent) => {
    expect(decide(scenario).next).toMatchObject({ kind: 'mint', urgent });
  });

  it.each<[string, Scenario, object]>([
    ['the token is missing', { rows: [] }, { urgent: true, secondLook: true }],
    [
      'it leaked, though it works',
      { document: { superseded: [anEntry('cur', HOUR, { compromised: true })] } },
      { urgent: false, secondLook: true },
    ],
    ['it is the first, beside others of ours', { reading: byHand, rows: [aRow('stray')] }, { secondLook: true }],
    ['it is the first of all', { reading: byHand, rows: [] }, { secondLook: false }],
    ['it is due', DUE, { secondLook: false }],
  ])('is looked at again where another run may make one for the same reason (U4): %s', (_name, scenario, mint) => {
    expect(decide(scenario).next).toMatchObject({ kind: 'mint', ...mint });
  });

  const first = { identity: IDENTITY, secretId: ARN };
  it.each<[string, Scenario, object | undefined, string | undefined]>([
    [
      'there is no secret',
      { reading: { kind: 'not-found' }, description: 'none', rows: [], settings: { createSecret: true } },
      undefined,
      'secret',
    ],
    [
      'there is no value',
      { reading: { kind: 'not-found' }, rows: [] },
      { ...first, versionId: '', text: '{}' },
      'value',
    ],
    [
      'a plain token is converted',
      { reading: aValue('plain', versionOf('hand')), rows: [], settings: { convert: true } },
      { ...first, versionId: versionOf('hand'), text: '{}' },
      undefined,
    ],
    [
      'a person wrote it',
      { reading: byHand, rows: [] },
      { ...first, versionId: versionOf('hand'), text: BY_HAND },
      undefined,
    ],
  ])('prepares what is not there yet: %s', (_name, scenario, expected, createFirst) => {
    const { next } = decide(scenario);
    expect(next).toMatchObject({ kind: 'mint', createFirst });
    expect(versionOfNext(next)?.start).toEqual(expected);
  });
});
