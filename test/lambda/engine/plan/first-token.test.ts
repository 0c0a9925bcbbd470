import { describe, expect, it } from 'vitest';
import { formatMarker } from '../../../../lambda/engine/document/marker.ts';
import { describe as describeReason } from '../../../../lambda/engine/plan/describe.ts';
import { DAY, HOUR, LIMITS, MINUTE } from '../../../builders/a-configuration.ts';
import {
  aRow,
  aValue,
  CLOCK,
  decide,
  edited,
  foreign,
  holdTo,
  IDENTITY,
  ledger,
  NOW,
  noDocument,
  rotationEnabled,
  UNRESOLVED,
  versionOf,
  young,
} from '../../../builders/a-scenario.ts';

const byHand = (age: number) => aValue('{"token":"put-by-hand"}', versionOf('hand'), age);
const two = (age: number) => [aRow('one', { age }), aRow('two', { age: age - HOUR })];
const ANOTHER_WRITER =
  'blocked: something else writes this secret: authorizations one, two were made for it and are live, and its value is none of them; end the other writer, then switch all but one of them off';
const died = (until: string) =>
  `waiting: first token, but runs that died over it left authorizations one, two live${until}: they are switched off after a grace period, or at once by hand`;

describe('a consumer without a token of ours', () => {
  holdTo({
    'R2a: no secret': [
      { reading: { kind: 'not-found' }, description: 'none', rows: [] },
      'failed: secret influxdb/acme/telegraf does not exist, or its name is misspelt: correct "secret" of consumer telegraf, or create it (aws secretsmanager create-secret --name influxdb/acme/telegraf), or set "createSecret": true for consumer telegraf',
    ],
    'R2a: no secret, and a token that works': [
      { reading: { kind: 'not-found' }, description: 'none', rows: [aRow('cur'), aRow('off', { status: 'inactive' })] },
      'failed: secret influxdb/acme/telegraf does not exist, but consumer telegraf has tokens that work (cur): most likely the name is misspelt, or the consumer\'s secret is another one, so first let "secret" name the one that its readers read; only if that is gone, create it (aws secretsmanager create-secret --name influxdb/acme/telegraf), or set "createSecret": true for consumer telegraf',
    ],
    'R2a: no secret, and createSecret': [
      { reading: { kind: 'not-found' }, description: 'none', rows: [], settings: { createSecret: true } },
      'acting: first token | mint',
    ],
    'R2b: a secret without any value': [{ reading: { kind: 'not-found' }, rows: [] }, 'acting: first token | mint'],
    'R2b: a secret without a value that got one meanwhile': [
      { reading: { kind: 'not-found' }, rows: [], description: { current: versionOf('other') } },
      'changed: changed meanwhile: the next run looks again',
    ],
    'R2b: a secret without a value that is scheduled for deletion': [
      { reading: { kind: 'not-found' }, rows: [], description: { deletedAt: NOW } },
      'failed: secret influxdb/acme/telegraf is scheduled for deletion: restore it (aws secretsmanager restore-secret --secret-id influxdb/acme/telegraf), or take the consumer out of the configuration',
    ],
    'R2b: a secret without a value, while Secrets Manager itself rotates': [
      { reading: { kind: 'not-found' }, rows: [], description: rotationEnabled },
      'failed: Secrets Manager itself rotates secret influxdb/acme/telegraf (RotationEnabled), but this deployment rotates it by schedule: end one of the two (aws secretsmanager cancel-rotate-secret --secret-id influxdb/acme/telegraf), or set "rotation": "secrets-manager"',
    ],
    'R2b: a secret without a value, and an old marked row': [
      { reading: { kind: 'not-found' }, rows: [aRow('stray')] },
      'acting: first token | mint +stray',
    ],
    'R2c: a plain token string': [
      { reading: aValue('plain', versionOf('hand')), rows: [] },
      'failed: the value of secret influxdb/acme/telegraf is not a JSON object: store it as {"token": "<the token>"}, or set "convert": true for consumer telegraf once its readers expect JSON',
    ],
    'R2c: a plain token string, and convert': [
      { reading: aValue('plain', versionOf('hand')), rows: [], settings: { convert: true } },
      'acting: first token | mint',
    ],
    'R2c: broken JSON is no token, even with convert': [
      { reading: aValue('{"token":"abc",}', versionOf('hand')), rows: [], settings: { convert: true } },
      'failed: the value of secret influxdb/acme/telegraf is neither a JSON object nor a plain token, because its text is broken JSON (is it JSON with a comment, a trailing comma or a byte order mark?): correct it; until then it stays as it is',
    ],
    'R2c: a key "rotation" that is none of ours': [
      { reading: aValue('{"rotation":7}', versionOf('hand')), rows: [] },
      'failed: secret influxdb/acme/telegraf has a key "rotation" that is not a document of ours (wrong or missing: rotation): rename it, or remove it to start with a first token',
    ],
    'R2d: a secret without a token of ours': [{ reading: noDocument, rows: [] }, 'acting: first token | mint'],
    'R2d: the same, with an old marked row, which goes into the ledger': [
      { reading: noDocument, rows: [aRow('stray')] },
      'acting: first token | mint +stray',
    ],
    'R2d: the same, with a young row': [
      { reading: noDocument, rows: [young] },
      'waiting: first token, but authorization stray is younger than the lease until 2026-06-01T00:20:00.000Z: a run may be at work on it',
    ],
    'R2d: an authorization that is named for adoption': [
      { reading: noDocument, rows: [aRow('hers', { description: 'by hand' })], settings: { adopt: 'hers' } },
      'acting: first token | mint +hers',
    ],
    'R2d: the same, where another consumer uses it': [
      {
        reading: noDocument,
        rows: [aRow('hers', { description: 'by hand' })],
        settings: { adopt: 'hers' },
        protections: { hers: 'the secret of consumer x holds it' },
      },
      'acting: first token | mint',
    ],
    'R2d: an authorization that is named for adoption, and that the list does not show': [
      {
        reading: noDocument,
        rows: [],
        settings: { adopt: 'hers' },
        lookups: { hers: { kind: 'found', row: aRow('hers', { description: 'by hand' }) } },
      },
      'acting: first token | mint',
    ],
    'R2d: one that does not exist': [
      { reading: noDocument, rows: [], settings: { adopt: 'hers' } },
      'acting: first token | mint',
    ],
    'R2d: a name cannot be resolved': [
      { reading: noDocument, rows: [], target: UNRESOLVED },
      'failed: first token, but bucket "x" not found',
    ],
    'R2d: Secrets Manager itself rotates': [
      { reading: noDocument, rows: [], description: rotationEnabled },
      'failed: Secrets Manager itself rotates secret influxdb/acme/telegraf (RotationEnabled), but this deployment rotates it by schedule: end one of the two (aws secretsmanager cancel-rotate-secret --secret-id influxdb/acme/telegraf), or set "rotation": "secrets-manager"',
    ],
    'R2d: two marked rows, one of them live': [
      { reading: noDocument, rows: [aRow('cur'), aRow('stray', { status: 'inactive' })] },
      'acting: first token | mint +cur +stray',
    ],
    'R2d: a foreign document names a young row, which was current once (G2)': [
      { document: foreign, rows: [aRow('cur', { age: MINUTE })] },
      'acting: replaced by hand | mint +cur',
    ],
    'R2d: two marked rows are live, and the value is newer': [
      { reading: byHand(5 * DAY), rows: two(10 * DAY) },
      ANOTHER_WRITER,
    ],
    'R2d: the value is older, but by less than the clocks may differ': [
      { reading: byHand(10 * DAY + 4 * MINUTE), rows: two(10 * DAY) },
      'acting: first token | switch-off two | mint +one +two',
    ],
    'R2d: the value holds no token, but is newer': [
      { reading: aValue('{}', versionOf('hand'), 9 * DAY), rows: two(10 * DAY) },
      ANOTHER_WRITER,
    ],
    'R2d: the value is older: runs died, and what they left ends once the secret has rested': [
      { reading: byHand(11 * DAY), rows: two(10 * DAY) },
      'acting: first token | switch-off one | switch-off two | mint +one +two',
    ],
    'R2d: the same, while the secret has not rested': [
      { reading: byHand(11 * DAY), rows: two(10 * DAY), description: { lastChangedAt: NOW - HOUR } },
      died(' until 2026-06-01T23:00:00.000Z'),
    ],
    'R2d: the same, while the clocks disagree': [
      { reading: byHand(11 * DAY), rows: two(10 * DAY), clocks: CLOCK },
      died(''),
    ],
    'R2d: the empty first value may seem a little newer than what runs left that died': [
      { reading: aValue('{}', versionOf('first'), 10 * DAY - 4 * MINUTE), rows: two(10 * DAY) },
      'acting: first token | switch-off one | switch-off two | mint +one +two',
    ],
    'R2d: the value is older, but one of the two is AWSPREVIOUS: somebody moves the label back': [
      { reading: byHand(11 * DAY), rows: two(10 * DAY), description: { previous: versionOf('two') } },
      ANOTHER_WRITER,
    ],
    'R2d: a foreign document is replaced, its row carried, and nothing retired on its word': [
      { document: { ...foreign, ...ledger(2 * DAY) }, rows: [aRow('cur'), aRow('old', { status: 'inactive' })] },
      'acting: replaced by hand | mint +cur old',
    ],
    'R2d: a foreign document whose authorization is gone': [
      { document: foreign, rows: [] },
      'acting: replaced by hand | mint',
    ],
    'R2d: leftovers of runs that died, while another run may be at work': [
      { reading: byHand(11 * DAY), rows: [...two(10 * DAY), aRow('new', { age: MINUTE })] },
      'waiting: first token, but authorization new is younger than the lease until 2026-06-01T00:29:00.000Z: a run may be at work on it',
    ],
    'R2d: two live tokens that may be as old as the value, by clocks that differ as much as they may': [
      {
        reading: byHand(10 * DAY),
        rows: ['one', 'two'].map((id) => aRow(id, { age: 10 * DAY - LIMITS.clockToleranceMs })),
      },
      ANOTHER_WRITER,
    ],
    'R2e: the document of another consumer': [
      { document: { identity: { ...IDENTITY, consumer: 'grafana' } } },
      `blocked: managed by another: the document in secret influxdb/acme/telegraf is that of deployment prod, consumer grafana, secret ${IDENTITY.fingerprint} (was the secret copied from another one, or made anew?); remove its key "rotation" to start with a first token of its own`,
    ],
    'R2e: a current row with the marker of another secret': [
      {
        rows: [aRow('cur', { description: formatMarker({ ...IDENTITY, fingerprint: '00000000' }, versionOf('cur')) })],
      },
      'blocked: managed by another: the marker of the current authorization cur is that of deployment prod, consumer telegraf, secret 00000000',
    ],
    'R2e: the foreign document of another deployment': [
      { document: { ...foreign, identity: { ...IDENTITY, deployment: 'test' } } },
      `blocked: managed by another: the document in secret influxdb/acme/telegraf is that of deployment test, consumer telegraf, secret ${IDENTITY.fingerprint} (was the secret copied from another one, or made anew?); remove its key "rotation" to start with a first token of its own`,
    ],
    'R2e: a current row whose marker somebody removed is ours all the same': [
      { rows: [aRow('cur', { description: 'by hand' })] },
      'idle: next rotation in 10 days',
    ],
    'an edited document is ours: no rotation': [
      { document: edited, versionAge: HOUR },
      'idle: next rotation in 10 days',
    ],
  });

  it.each([{ retired: true }, { retired: false }])('names the tokens of a secret that is gone: %o', (settings) => {
    const marked = (id: string, rest: Partial<typeof IDENTITY>) =>
      aRow(id, { description: formatMarker({ ...IDENTITY, ...rest }, versionOf(id)) });
    const others = [marked('hers', { deployment: 'x' }), marked('his', { consumer: 'grafana' })];
    const rows = [aRow('cur'), marked('old', { fingerprint: '00000000' }), ...others];
    expect(
      decide({ reading: { kind: 'not-found' }, description: 'none', rows, settings }).notes.map(describeReason),
    ).toEqual([
      'authorizations cur, old were made for this consumer, but the secret that they were made for is gone, scheduled for deletion, or not the one that is configured: they are left alone; delete them by hand only if no reader and no other stack uses them',
    ]);
    expect(decide({ reading: { kind: 'not-found' }, description: 'none', rows: others, settings }).notes).toEqual([]);
  });
});
