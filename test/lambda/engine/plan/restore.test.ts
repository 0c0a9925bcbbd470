import { describe, expect, it } from 'vitest';
import { tokenHash } from '../../../../lambda/engine/document/document.ts';
import { formatMarker, markerHash } from '../../../../lambda/engine/document/marker.ts';
import { DAY, HOUR, LIMITS, MINUTE } from '../../../builders/a-configuration.ts';
import {
  aDocument,
  anEntry,
  aRow,
  aText,
  aValue,
  decide,
  holdTo,
  IDENTITY,
  NOW,
  rotationEnabled,
  type Scenario,
  UNRESOLVED,
  versionOf,
} from '../../../builders/a-scenario.ts';

const STRANGER = 'dddddddddddddddd';
const MISSING = 'missing: the current authorization cur was deleted';
const MINTED = `acting: ${MISSING} | mint +newer`;
const RESTORED =
  'acting: the secret lost its token to an older value: that of authorization newer is restored | copy-forward';
const newerValue = (rest: Parameters<typeof aDocument>[0] = {}) => ({
  AWSPREVIOUS: { age: HOUR, text: aText(aDocument({ authorizationId: 'newer', ...rest })) },
});

/** An older value was put back whose token, `cur`, is gone; `newer` lives, and AWSPREVIOUS holds it. */
const cut = (rest: Scenario = {}, newer: Parameters<typeof aRow>[1] = {}): Scenario => ({
  rows: [aRow('newer', newer)],
  description: { previous: versionOf('newer') },
  versions: newerValue(),
  ...rest,
});
const ofToken = (token: string) => formatMarker(IDENTITY, versionOf('newer'), { tokenHash: markerHash(token) });

describe('a living token of ours is restored instead of a new one made (U1)', () => {
  holdTo({
    'where AWSPREVIOUS holds it': [cut(), RESTORED],
    'where its own version holds it, which lost its label': [
      cut({
        description: {},
        versions: {},
        stored: {
          [versionOf('newer')]: {
            ...{ versionId: versionOf('newer'), createdAt: NOW - DAY },
            content: { kind: 'ours', document: aDocument({ authorizationId: 'newer' }), token: 'the-token' },
          },
        },
      }),
      RESTORED,
    ],
    'whatever is missing beside it: what is restored is not made': [
      cut({ tooManyMissing: { missing: 4, limit: 3 } }),
      RESTORED,
    ],
    'with the hash of its value in the marker': [
      cut({ document: { token: 'older' } }, { description: ofToken('the-token') }),
      RESTORED,
    ],
    'not where the marker has the hash of another value (H2)': [cut({}, { description: ofToken('another') }), MINTED],
    'not where no version holds its value': [cut({ versions: {} }), MINTED],
    'not where it is switched off': [cut({}, { status: 'inactive' }), MINTED],
    'not where the owner that is configured is another, so that what is minted is': [
      cut({ document: { userId: STRANGER }, versions: newerValue({ userId: STRANGER }) }, { userId: STRANGER }),
      MINTED,
    ],
    'T4: not where its owner is one that nobody names': [
      cut({ versions: newerValue({ userId: STRANGER }) }, { userId: STRANGER }),
      `acting: ${MISSING} | mint`,
    ],
    'not where it has other rights than those that are configured': [cut({}, { permissions: [] }), MINTED],
    'not where the value names it: somebody deleted the current token, and does not want its predecessor': [
      cut({ document: { superseded: [anEntry('newer', HOUR)] } }),
      `acting: ${MISSING} | mint newer`,
    ],
    'not while it is young, and a run may be at work on it': [
      cut(
        { description: {}, versions: { AWSPENDING: { age: MINUTE, text: newerValue().AWSPREVIOUS.text } } },
        { age: LIMITS.leaseMs - 1 },
      ),
      MINTED,
    ],
    'though a young one that AWSPREVIOUS holds was current': [cut({}, { age: MINUTE }), RESTORED],
    'the newest of several': [
      cut({ rows: [aRow('more', { age: 9 * DAY }), aRow('newer', { age: 2 * DAY })] }),
      `${RESTORED} +more`,
    ],
    'not while a name cannot be resolved': [
      cut({ target: UNRESOLVED }),
      `failed: ${MISSING}, but bucket "x" not found`,
    ],
    'not while Secrets Manager itself rotates': [
      cut({ description: { previous: versionOf('newer'), ...rotationEnabled } }),
      'failed: Secrets Manager itself rotates secret influxdb/acme/telegraf (RotationEnabled), but this deployment rotates it by schedule: end one of the two (aws secretsmanager cancel-rotate-secret --secret-id influxdb/acme/telegraf), or set "rotation": "secrets-manager"',
    ],
  });

  it('with its own value and document, under the identity of this secret', () => {
    const { next } = decide(cut());
    expect(next).toMatchObject({
      ...{ kind: 'copy-forward', reason: { code: 'RESTORED', authorizationId: 'newer' }, token: 'the-token' },
      document: { authorizationId: 'newer', identity: IDENTITY, tokenHash: tokenHash('the-token') },
      recent: [],
    });
  });

  it('and is replaced if it turns out not to work, unless too many are missing at once (T3)', () => {
    const otherwise = { kind: 'mint', urgent: true, reason: { code: 'MISSING', authorizationId: 'cur' } };
    expect(decide(cut()).next).toMatchObject({ kind: 'copy-forward', otherwise });
    const { next } = decide(cut({ tooManyMissing: { missing: 4, limit: 3 } }));
    expect(next).toMatchObject({ kind: 'copy-forward', otherwise: undefined });
  });
});

describe('something that puts an older value back again and again (U5)', () => {
  const AGAIN =
    'blocked: something else writes this secret: influxdb/acme/telegraf was put back to an older value again, and got the token of authorization newer once more; find and end the other writer, then this alarm ends by itself within a day | copy-forward';

  holdTo({
    'is an alarm the second time within a day, which stops no access': [
      cut({ versions: newerValue({ copiedAt: [NOW - HOUR] }) }),
      AGAIN,
    ],
    'also where the older value says so': [cut({ document: { copiedAt: [NOW - DAY + 1] } }), AGAIN],
    'is none a day later': [cut({ versions: newerValue({ copiedAt: [NOW - DAY] }) }), RESTORED],
    'is none by a time that lies ahead': [cut({ versions: newerValue({ copiedAt: [NOW + 1] }) }), RESTORED],
  });

  it('carries the times of the last day, each once, in order', () => {
    const copiedAt = [NOW - HOUR, NOW - 2 * DAY];
    const { next } = decide(
      cut({ document: { copiedAt: [NOW - MINUTE, NOW - HOUR] }, versions: newerValue({ copiedAt }) }),
    );
    expect(next).toMatchObject({ recent: [NOW - HOUR, NOW - MINUTE] });
  });
});

describe('no more than three tokens of a consumer live (U3)', () => {
  const others = (count: number) =>
    ['one', 'two', 'three'].slice(0, count).map((id) => aRow(id, { permissions: [], age: 2 * DAY }));
  const BLOCKED = `blocked: something else writes this secret: authorizations one, two, three were made for it and are live, and its value is none of them; end the other writer, then switch all but one of them off`;

  holdTo({
    'two beside the missing one do not keep it from being replaced': [
      { rows: others(2) },
      `acting: ${MISSING} | mint +one +two`,
    ],
    'three do; what has settled ends all the same': [
      { rows: others(3) },
      `${BLOCKED} | switch-off one | switch-off two | switch-off three`,
    ],
    'three do, and what has not settled waits': [
      { rows: others(3), versionAge: HOUR, description: { lastChangedAt: NOW - HOUR } },
      BLOCKED,
    ],
    'T4: rows with a copied marker of an owner that nobody names do not count': [
      { rows: [...others(2), aRow('copy', { userId: STRANGER }), aRow('more', { userId: STRANGER })] },
      `acting: ${MISSING} | mint +one +two`,
    ],
  });
});

describe('whose value it is, the marker of the row says, whatever the document does (H2)', () => {
  const row = (token: string) =>
    aRow('cur', { description: formatMarker(IDENTITY, versionOf('cur'), { tokenHash: markerHash(token) }) });

  holdTo({
    'the value is that of the row': [{ rows: [row('the-token')] }, 'idle: next rotation in 10 days'],
    'the value and its hash are those of an older token: it is replaced, and nothing ends': [
      { rows: [row('another')] },
      'acting: replaced by hand | mint +cur',
    ],
    'the row has no hash': [{}, 'idle: next rotation in 10 days'],
    'the secret has no token under its key': [
      { rows: [row('another')], reading: aValue(aText(aDocument()).replace('"token"', '"key"'), versionOf('cur')) },
      'acting: the secret holds no token under its key "token" | mint +cur',
    ],
    "the key holds something of the application's: it is not overwritten": [
      { reading: aValue(aText(aDocument(), 'of the application'), versionOf('cur')) },
      'blocked: secret influxdb/acme/telegraf holds something else than our token under its key "token", which would be overwritten: set "tokenKey" to the key that applications read, or remove "token" from the secret',
    ],
  });
});
