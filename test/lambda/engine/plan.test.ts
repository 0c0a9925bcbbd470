import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenHash, toWire } from '../../../lambda/engine/document.ts';
import { formatMarker } from '../../../lambda/engine/marker.ts';
import { DAY, HOUR, LIMITS, MINUTE } from '../../a-configuration.ts';
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
  summary,
  versionOf,
} from './a-scenario.ts';

// One row a rule of the design's section 5, and its near misses. `cur` is the current authorization, `old` one of the
// ledger, `stray` a marked one that the document does not name. A token is minted every 30 days, its grace and hold
// period are a day each, the lease is half an hour.

const SETTLED = LIMITS.leaseMs + DAY;
const DUE = { mintedAt: NOW - 31 * DAY };
const dueRow = aRow('cur', { age: 31 * DAY });
const young = aRow('stray', { age: 10 * MINUTE, status: 'inactive' });
const ledger = (ageMs: number, rest = {}) => ({ superseded: [anEntry('old', ageMs, rest)] });
const foreign = { token: 'put-by-hand', tokenHash: tokenHash('the-token'), versionId: versionOf('hand') };
const edited = { versionId: versionOf('hand') };
const CLOCK: Scenario['clocks'] = { kind: 'disagree', detail: 'the clocks differ' };
const UNRESOLVED: Scenario['target'] = { kind: 'unresolved', problem: 'bucket "x" not found' };
const rotationEnabled = { rotationEnabled: true };
const noDocument = aValue('{"url":"https://influxdb"}', versionOf('hand'));

const TABLE: Record<string, [Scenario, string]> = {
  'a token that is neither due nor changed': [{}, 'idle: next rotation in 10 days'],

  // R1
  'R1: AWSCURRENT is not the version that was read': [
    { document: ledger(2 * DAY), rows: [aRow('cur'), aRow('old')], description: { current: versionOf('other') } },
    'changed: changed meanwhile: the next run looks again',
  ],
  'R1: the secret was deleted meanwhile': [
    { document: ledger(2 * DAY), rows: [aRow('cur'), aRow('old')], description: 'none' },
    'changed: changed meanwhile: the next run looks again',
  ],

  // R2
  'R2a: no secret': [
    { reading: { kind: 'not-found' }, description: 'none', rows: [] },
    'error: secret influxdb/acme/telegraf does not exist: create it (aws secretsmanager create-secret --name influxdb/acme/telegraf), or set "createSecret": true for consumer telegraf',
  ],
  'R2a: no secret, and createSecret': [
    { reading: { kind: 'not-found' }, description: 'none', rows: [], settings: { createSecret: true } },
    'act: first token | mint',
  ],
  'R2b: a secret without any value': [{ reading: { kind: 'not-found' }, rows: [] }, 'act: first token | mint'],
  'R2b: a secret without a value that got one meanwhile': [
    { reading: { kind: 'not-found' }, rows: [], description: { current: versionOf('other') } },
    'changed: changed meanwhile: the next run looks again',
  ],
  'R2b: a secret without a value that is scheduled for deletion': [
    { reading: { kind: 'not-found' }, rows: [], description: { deletedAt: NOW } },
    'error: secret influxdb/acme/telegraf is scheduled for deletion: restore it, or take the consumer out of the configuration',
  ],
  'R2b: a secret without a value, while Secrets Manager itself rotates': [
    { reading: { kind: 'not-found' }, rows: [], description: rotationEnabled },
    'error: Secrets Manager itself rotates secret influxdb/acme/telegraf (RotationEnabled), but this deployment rotates it by schedule: end one of the two (aws secretsmanager cancel-rotate-secret --secret-id influxdb/acme/telegraf)',
  ],
  'R2b: a secret without a value, and an old marked row': [
    { reading: { kind: 'not-found' }, rows: [aRow('stray')] },
    'act: first token | mint +stray',
  ],
  'R2c: a plain token string': [
    { reading: aValue('plain', versionOf('hand')), rows: [] },
    'error: the value of secret influxdb/acme/telegraf is not a JSON object: store it as {"token": "<the token>"}, or set "convert": true for consumer telegraf once its readers expect JSON',
  ],
  'R2c: a plain token string, and convert': [
    { reading: aValue('plain', versionOf('hand')), rows: [], settings: { convert: true } },
    'act: first token | mint',
  ],
  'R2c: broken JSON is no token, even with convert': [
    { reading: aValue('{"token":"abc",}', versionOf('hand')), rows: [], settings: { convert: true } },
    'error: the value of secret influxdb/acme/telegraf is not a JSON object, nor a plain token (is it JSON with a comment, a trailing comma or a byte order mark?): correct it; until then it stays as it is',
  ],
  'R2c: a key "rotation" that is none of ours': [
    { reading: aValue('{"rotation":7}', versionOf('hand')), rows: [] },
    'error: secret influxdb/acme/telegraf has a key "rotation" that is not a document of ours (wrong or missing: rotation): rename it, or remove it to start with a first token',
  ],
  'R2d: a secret without a token of ours': [{ reading: noDocument, rows: [] }, 'act: first token | mint'],
  'R2d: the same, with an old marked row, which goes into the ledger': [
    { reading: noDocument, rows: [aRow('stray')] },
    'act: first token | mint +stray',
  ],
  'R2d: the same, with a young row': [
    { reading: noDocument, rows: [young] },
    'wait: first token, but authorization stray is younger than the lease: a run may be at work on it',
  ],
  'R2d: an authorization that is named for adoption': [
    { reading: noDocument, rows: [aRow('hers', { description: 'by hand' })], settings: { adopt: 'hers' } },
    'act: first token | mint +hers',
  ],
  'R2d: the same, where another consumer uses it': [
    {
      reading: noDocument,
      rows: [aRow('hers', { description: 'by hand' })],
      settings: { adopt: 'hers' },
      untouchable: { hers: 'the secret of consumer x holds it' },
    },
    'act: first token | mint',
  ],
  'R2d: an authorization that is named for adoption, and that the list does not show': [
    {
      reading: noDocument,
      rows: [],
      settings: { adopt: 'hers' },
      lookups: { hers: { kind: 'found', row: aRow('hers', { description: 'by hand' }) } },
    },
    'act: first token | mint +hers',
  ],
  'R2d: one that does not exist': [
    { reading: noDocument, rows: [], settings: { adopt: 'hers' } },
    'act: first token | mint',
  ],
  'R2d: a name cannot be resolved': [
    { reading: noDocument, rows: [], target: UNRESOLVED },
    'error: bucket "x" not found',
  ],
  'R2d: Secrets Manager itself rotates': [
    { reading: noDocument, rows: [], description: rotationEnabled },
    'error: Secrets Manager itself rotates secret influxdb/acme/telegraf (RotationEnabled), but this deployment rotates it by schedule: end one of the two (aws secretsmanager cancel-rotate-secret --secret-id influxdb/acme/telegraf)',
  ],
  'R2d: two marked rows, one of them live': [
    { reading: noDocument, rows: [aRow('cur'), aRow('stray', { status: 'inactive' })] },
    'act: first token | mint +cur +stray',
  ],
  'R2d: a foreign document names a young row, which was current once (G2)': [
    { document: foreign, rows: [aRow('cur', { age: MINUTE })] },
    'act: replaced by hand | mint +cur',
  ],
  'R2d: two marked rows are live': [
    { reading: noDocument, rows: [aRow('cur'), aRow('stray')] },
    'blocked: something else writes this secret: authorizations cur, stray were made for it and are live, and its value is none of them; end the other writer, then switch all but one of them off',
  ],
  'R2d: a foreign document is replaced, its row carried, and nothing retired on its word': [
    { document: { ...foreign, ...ledger(2 * DAY) }, rows: [aRow('cur'), aRow('old', { status: 'inactive' })] },
    'act: replaced by hand | mint +cur old',
  ],
  'R2e: the document of another consumer': [
    { document: { identity: { ...IDENTITY, consumer: 'grafana' } } },
    `blocked: managed by another: the document in secret influxdb/acme/telegraf is that of deployment prod, consumer grafana, secret ${IDENTITY.fingerprint} (was one secret copied into another, or made anew?); remove its key "rotation" to start with a first token of its own`,
  ],
  'R2e: a current row with the marker of another secret': [
    { rows: [aRow('cur', { description: formatMarker({ ...IDENTITY, fingerprint: '00000000' }, versionOf('cur')) })] },
    'blocked: managed by another: the marker of the current authorization cur is that of deployment prod, consumer telegraf, secret 00000000',
  ],
  'R2e: the foreign document of another deployment': [
    { document: { ...foreign, identity: { ...IDENTITY, deployment: 'test' } } },
    `blocked: managed by another: the document in secret influxdb/acme/telegraf is that of deployment test, consumer telegraf, secret ${IDENTITY.fingerprint} (was one secret copied into another, or made anew?); remove its key "rotation" to start with a first token of its own`,
  ],
  'R2e: a current row whose marker somebody removed is ours all the same': [
    { rows: [aRow('cur', { description: 'by hand' })] },
    'idle: next rotation in 10 days',
  ],
  'an edited document is ours: no rotation': [{ document: edited, versionAge: HOUR }, 'idle: next rotation in 10 days'],

  // R3
  'R3: the current authorization is inactive': [
    { rows: [aRow('cur', { status: 'inactive' })] },
    'blocked: the current authorization cur is inactive: somebody switched it off; reactivate it in InfluxDB, or delete it to have it replaced',
  ],
  'R3: inactive, because a label was moved back to a token that we had retired': [
    {
      rows: [aRow('cur', { status: 'inactive' }), aRow('newer', { age: 2 * DAY })],
      description: { previous: versionOf('newer') },
      versions: {
        AWSPREVIOUS: {
          age: 2 * DAY,
          text: aText(aDocument({ authorizationId: 'newer', superseded: [anEntry('cur', 2 * DAY)] })),
        },
      },
    },
    'act: rolled back to a retired token | mint +cur +newer',
  ],
  'R3: inactive, and AWSPREVIOUS is older': [
    {
      rows: [aRow('cur', { status: 'inactive' })],
      description: { previous: versionOf('older') },
      versions: {
        AWSPREVIOUS: {
          age: 50 * DAY,
          text: aText(aDocument({ authorizationId: 'older', superseded: [anEntry('cur', 2 * DAY)] })),
        },
      },
    },
    'blocked: the current authorization cur is inactive: somebody switched it off; reactivate it in InfluxDB, or delete it to have it replaced',
  ],
  'R3: inactive, and AWSPREVIOUS is as old': [
    {
      rows: [aRow('cur', { status: 'inactive' })],
      description: { previous: versionOf('newer') },
      versions: {
        AWSPREVIOUS: {
          age: 20 * DAY,
          text: aText(aDocument({ authorizationId: 'newer', superseded: [anEntry('cur', 2 * DAY)] })),
        },
      },
    },
    'blocked: the current authorization cur is inactive: somebody switched it off; reactivate it in InfluxDB, or delete it to have it replaced',
  ],
  'R3: inactive, and AWSPREVIOUS is newer, but names it in no ledger': [
    {
      rows: [aRow('cur', { status: 'inactive' })],
      description: { previous: versionOf('newer') },
      versions: {
        AWSPREVIOUS: {
          age: 2 * DAY,
          text: aText(aDocument({ authorizationId: 'newer', superseded: [anEntry('old', 2 * DAY)] })),
        },
      },
    },
    'blocked: the current authorization cur is inactive: somebody switched it off; reactivate it in InfluxDB, or delete it to have it replaced',
  ],
  'R3: inactive, and AWSPREVIOUS is newer, but was made for another': [
    {
      rows: [aRow('cur', { status: 'inactive' })],
      description: { previous: versionOf('newer') },
      versions: {
        AWSPREVIOUS: {
          age: 2 * DAY,
          text: aText(
            aDocument({
              authorizationId: 'newer',
              identity: { ...IDENTITY, consumer: 'grafana' },
              superseded: [anEntry('cur', 2 * DAY)],
            }),
          ),
        },
      },
    },
    'blocked: the current authorization cur is inactive: somebody switched it off; reactivate it in InfluxDB, or delete it to have it replaced',
  ],
  'R3: inactive, and AWSPREVIOUS is newer, but was made by hand': [
    {
      rows: [aRow('cur', { status: 'inactive' })],
      description: { previous: versionOf('hand') },
      versions: {
        AWSPREVIOUS: {
          age: 2 * DAY,
          text: aText(aDocument({ authorizationId: 'newer', superseded: [anEntry('cur', 2 * DAY)] }), 'by hand'),
        },
      },
    },
    'blocked: the current authorization cur is inactive: somebody switched it off; reactivate it in InfluxDB, or delete it to have it replaced',
  ],
  'R3: inactive, and AWSPREVIOUS is an edit of a newer version of ours': [
    {
      rows: [aRow('cur', { status: 'inactive' })],
      description: { previous: versionOf('hand') },
      versions: {
        AWSPREVIOUS: {
          age: 2 * DAY,
          text: aText(aDocument({ authorizationId: 'newer', superseded: [anEntry('cur', 2 * DAY)] })),
        },
      },
    },
    'act: rolled back to a retired token | mint +cur',
  ],
  'R3: inactive, a label was moved back, but a row is young': [
    {
      rows: [aRow('cur', { status: 'inactive' }), young],
      description: { previous: versionOf('newer') },
      versions: {
        AWSPREVIOUS: {
          age: 2 * DAY,
          text: aText(aDocument({ authorizationId: 'newer', superseded: [anEntry('cur', 2 * DAY)] })),
        },
      },
    },
    'wait: rolled back to a retired token, but authorization stray is younger than the lease: a run may be at work on it',
  ],
  'R3: inactive, a label was moved back, and the current row is young': [
    {
      rows: [aRow('cur', { age: MINUTE, status: 'inactive' })],
      description: { previous: versionOf('newer') },
      versions: {
        AWSPREVIOUS: {
          age: 2 * DAY,
          text: aText(aDocument({ authorizationId: 'newer', superseded: [anEntry('cur', 2 * DAY)] })),
        },
      },
    },
    'act: rolled back to a retired token | mint +cur',
  ],
  'R3: inactive, and named by AWSPREVIOUS among others': [
    {
      rows: [aRow('cur', { status: 'inactive' })],
      description: { previous: versionOf('newer') },
      versions: {
        AWSPREVIOUS: {
          age: 2 * DAY,
          text: aText(aDocument({ authorizationId: 'newer', superseded: [anEntry('old', DAY), anEntry('cur', DAY)] })),
        },
      },
    },
    'act: rolled back to a retired token | mint +cur',
  ],

  // R4
  'R4: the current authorization was deleted': [
    { rows: [] },
    'act: missing: the current authorization cur was deleted | mint',
  ],
  'R4: the same, young rows or not': [
    { rows: [young] },
    'act: missing: the current authorization cur was deleted | mint',
  ],
  'R4: the same, clocks or not': [
    { rows: [], clocks: CLOCK },
    'act: missing: the current authorization cur was deleted | mint',
  ],
  'R4: the same, and onMissing is report': [
    { rows: [], settings: { onMissing: 'report' } },
    'blocked: missing: the current authorization cur was deleted; "onMissing" is "report", so it is not replaced',
  ],
  'R4: absent from the list, but not gone': [
    { rows: [], lookups: { cur: { kind: 'found', row: aRow('cur') } } },
    'idle: next rotation in 10 days',
  ],
  'R4: absent from the list, and not to be seen': [
    { rows: [], lookups: { cur: { kind: 'unseen', detail: 'read:users/x is unauthorized' } } },
    'error: the current authorization cur cannot be seen: read:users/x is unauthorized',
  ],
  'R4: its owner was deleted: the row goes into the ledger': [
    { rows: [], lookups: { cur: { kind: 'owner-gone' } } },
    'act: missing: the current authorization cur belongs to a user that was deleted | mint +cur',
  ],
  'R4: missing, but a name cannot be resolved': [
    { rows: [], target: UNRESOLVED },
    'error: missing: the current authorization cur was deleted, but bucket "x" not found',
  ],
  'R4: missing, but Secrets Manager itself rotates': [
    { rows: [], description: rotationEnabled },
    'error: Secrets Manager itself rotates secret influxdb/acme/telegraf (RotationEnabled), but this deployment rotates it by schedule: end one of the two (aws secretsmanager cancel-rotate-secret --secret-id influxdb/acme/telegraf)',
  ],

  // R5
  'R5: a label was moved back, and the newer token is in no ledger': [
    {
      rows: [aRow('cur'), aRow('stray', { age: 2 * DAY })],
      description: { previous: versionOf('stray'), lastChangedAt: NOW - HOUR },
      versions: { AWSPREVIOUS: { age: 2 * DAY, text: aText(aDocument({ authorizationId: 'stray' })) } },
    },
    'act: a label was moved back: the newer token goes into the ledger | repair +stray',
  ],
  'R5: an edited document, and a live stray that its edits keep from settling': [
    { document: edited, versionAge: HOUR, rows: [aRow('cur'), aRow('stray')] },
    'act: edited by hand: stray tokens go into the ledger | repair +stray',
  ],
  'R5: the same while a row is young': [
    { document: edited, versionAge: HOUR, rows: [aRow('cur'), aRow('stray'), aRow('newest', { age: MINUTE })] },
    'idle: next rotation in 10 days',
  ],
  'R5: not while Secrets Manager itself rotates': [
    { document: edited, versionAge: HOUR, rows: [aRow('cur'), aRow('stray')], description: rotationEnabled },
    'idle: next rotation in 10 days',
  ],
  'R5: AWSPREVIOUS is as old as the current version: no label was moved back': [
    {
      rows: [aRow('cur'), aRow('stray', { age: 2 * DAY })],
      description: { previous: versionOf('stray'), lastChangedAt: NOW - HOUR },
      versions: { AWSPREVIOUS: { age: 20 * DAY, text: aText(aDocument({ authorizationId: 'stray' })) } },
    },
    'idle: next rotation in 10 days',
  ],
  'R5: AWSPREVIOUS is newer, but holds none of the strays': [
    {
      rows: [aRow('cur'), aRow('stray')],
      description: { previous: versionOf('edit') },
      versions: { AWSPREVIOUS: { age: 2 * DAY, text: aText(aDocument()) } },
    },
    'act: next rotation in 10 days | deactivate stray',
  ],
  'R5: the newer token is one of two strays': [
    {
      rows: [aRow('cur'), aRow('more'), aRow('stray', { age: 2 * DAY })],
      description: { previous: versionOf('stray') },
      versions: { AWSPREVIOUS: { age: 2 * DAY, text: aText(aDocument({ authorizationId: 'stray' })) } },
    },
    'act: a label was moved back: the newer token goes into the ledger | repair +more +stray',
  ],
  'R5: the newer token is switched off': [
    {
      rows: [aRow('cur'), aRow('stray', { age: 2 * DAY, status: 'inactive', touched: HOUR })],
      description: { previous: versionOf('stray') },
      versions: { AWSPREVIOUS: { age: 2 * DAY, text: aText(aDocument({ authorizationId: 'stray' })) } },
    },
    'idle: next rotation in 10 days',
  ],
  'R5: the newer token is in the ledger already': [
    {
      document: ledger(HOUR),
      rows: [aRow('cur'), aRow('old', { age: 2 * DAY })],
      description: { previous: versionOf('old') },
      versions: { AWSPREVIOUS: { age: 2 * DAY, text: aText(aDocument({ authorizationId: 'old' })) } },
    },
    'idle: next rotation in 10 days',
  ],
  'R5: the value holds no token that could be copied': [
    {
      reading: aValue(JSON.stringify({ rotation: toWire(aDocument()) }), versionOf('cur')),
      rows: [aRow('cur'), aRow('stray', { age: 2 * DAY })],
      description: { previous: versionOf('stray') },
      versions: { AWSPREVIOUS: { age: 2 * DAY, text: aText(aDocument({ authorizationId: 'stray' })) } },
    },
    'idle: next rotation in 10 days',
  ],
  'R5: an edited document, and a live stray that has settled': [
    { document: edited, rows: [aRow('cur'), aRow('stray')] },
    'act: next rotation in 10 days | deactivate stray',
  ],
  'R5: an edited document, and one of two live strays that cannot be ended': [
    { document: edited, rows: [aRow('cur'), aRow('stray', { notes: 'keep-until=2026-07-01' }), aRow('more')] },
    'act: edited by hand: stray tokens go into the ledger | repair +stray +more',
  ],
  'R5: an edited document, and a stray that is switched off': [
    {
      document: edited,
      versionAge: HOUR,
      rows: [aRow('cur'), aRow('stray', { status: 'inactive' })],
      description: { pending: versionOf('stray') },
    },
    'idle: next rotation in 10 days',
  ],
  'R5: an edited document, a live stray, and a current row that is young': [
    { document: edited, versionAge: HOUR, rows: [aRow('cur', { age: MINUTE }), aRow('stray')] },
    'act: edited by hand: stray tokens go into the ledger | repair +stray',
  ],
  'R5: a document that nobody edited, and a live stray': [
    { versionAge: HOUR, rows: [aRow('cur'), aRow('stray')] },
    'idle: next rotation in 10 days',
  ],

  // R6
  'R6a: a ledger entry, active, its grace period over': [
    { document: ledger(SETTLED), rows: [aRow('cur'), aRow('old')] },
    'act: next rotation in 10 days | deactivate old',
  ],
  'R6a: not yet over': [
    { document: ledger(SETTLED - 1), rows: [aRow('cur'), aRow('old')] },
    'idle: next rotation in 10 days',
  ],
  'R6a: to be kept': [
    { document: ledger(9 * DAY), rows: [aRow('cur'), aRow('old', { notes: 'keep-until=2026-06-02T00:00:00Z' })] },
    'idle: next rotation in 10 days',
  ],
  'R6a: to be kept no longer': [
    { document: ledger(9 * DAY), rows: [aRow('cur'), aRow('old', { notes: 'keep-until=2026-05-31T00:00:00Z' })] },
    'act: next rotation in 10 days | deactivate old',
  ],
  'R6a: the secret was changed less than a grace period ago': [
    { document: ledger(2 * DAY), rows: [aRow('cur'), aRow('old')], description: { lastChangedAt: NOW - HOUR } },
    'idle: next rotation in 10 days',
  ],
  'R6a: the same, but the bound of that wait has passed': [
    {
      document: ledger(LIMITS.leaseMs + 3 * DAY),
      rows: [aRow('cur'), aRow('old')],
      description: { lastChangedAt: NOW - HOUR },
    },
    'act: next rotation in 10 days | deactivate old',
  ],
  'R6a: no bound while AWSPREVIOUS is the version of the entry (G3)': [
    {
      document: ledger(LIMITS.leaseMs + 9 * DAY),
      rows: [aRow('cur'), aRow('old')],
      description: { lastChangedAt: NOW - HOUR, previous: versionOf('old') },
    },
    'idle: next rotation in 10 days',
  ],
  'R6a: no bound while AWSPREVIOUS is of unknown origin': [
    {
      document: ledger(LIMITS.leaseMs + 9 * DAY),
      rows: [aRow('cur'), aRow('old')],
      description: { lastChangedAt: NOW - HOUR, previous: versionOf('unknown') },
      versions: { AWSPREVIOUS: { age: 2 * HOUR, text: '{"token":"of whoever"}' } },
    },
    'idle: next rotation in 10 days',
  ],
  'R6a: a bound where AWSPREVIOUS is an edit that holds the current token': [
    {
      document: { ...edited, ...ledger(LIMITS.leaseMs + 9 * DAY) },
      rows: [aRow('cur'), aRow('old')],
      description: { lastChangedAt: NOW - HOUR, previous: versionOf('edit') },
      versions: { AWSPREVIOUS: { age: 2 * HOUR, text: aText(aDocument()) } },
    },
    'act: next rotation in 10 days | deactivate old',
  ],
  'R6a: the secret was changed a grace period ago': [
    {
      document: ledger(2 * DAY),
      rows: [aRow('cur'), aRow('old')],
      description: { lastChangedAt: NOW - DAY },
    },
    'act: next rotation in 10 days | deactivate old',
  ],
  'R6a: the secret was changed almost a grace period ago': [
    {
      document: ledger(2 * DAY),
      rows: [aRow('cur'), aRow('old')],
      description: { lastChangedAt: NOW - DAY + 1 },
    },
    'idle: next rotation in 10 days',
  ],
  'R6a: the bound of that wait has almost passed': [
    {
      document: ledger(LIMITS.leaseMs + 3 * DAY - 1),
      rows: [aRow('cur'), aRow('old')],
      description: { lastChangedAt: NOW - HOUR },
    },
    'idle: next rotation in 10 days',
  ],
  'R6a: nobody knows when the secret was changed': [
    {
      document: ledger(LIMITS.leaseMs + 9 * DAY),
      rows: [aRow('cur'), aRow('old')],
      description: { lastChangedAt: undefined },
    },
    'idle: next rotation in 10 days',
  ],
  'R6a: a bound where AWSPREVIOUS is the version of the current token': [
    {
      document: { ...edited, ...ledger(LIMITS.leaseMs + 9 * DAY) },
      rows: [aRow('cur'), aRow('old')],
      description: { lastChangedAt: NOW - HOUR, previous: versionOf('cur') },
    },
    'act: next rotation in 10 days | deactivate old',
  ],
  'R6a: a bound where AWSPREVIOUS is the version of a marked row': [
    {
      document: ledger(LIMITS.leaseMs + 9 * DAY),
      rows: [aRow('cur'), aRow('old'), aRow('more', { status: 'inactive', touched: HOUR })],
      description: { lastChangedAt: NOW - HOUR, previous: versionOf('more') },
    },
    'act: next rotation in 10 days | deactivate old',
  ],
  'R6a: over the limit of a run': [
    { document: ledger(2 * DAY), rows: [aRow('cur'), aRow('old')], postponed: ['old'] },
    'idle: next rotation in 10 days',
  ],
  'R6a: an adopted entry without a marker': [
    { document: ledger(2 * DAY, { adopted: true }), rows: [aRow('cur'), aRow('old', { description: 'by hand' })] },
    'act: next rotation in 10 days | deactivate old',
  ],
  'R6a: a bound where AWSPREVIOUS is the version of the current token, which lost its marker': [
    {
      document: { ...edited, ...ledger(LIMITS.leaseMs + 9 * DAY) },
      rows: [aRow('cur', { description: 'by hand' }), aRow('old')],
      description: { lastChangedAt: NOW - HOUR, previous: versionOf('cur') },
    },
    'act: next rotation in 10 days | deactivate old',
  ],
  'R6a: an entry whose row has the marker of another consumer': [
    {
      document: ledger(9 * DAY),
      rows: [
        aRow('cur'),
        aRow('old', { description: formatMarker({ ...IDENTITY, consumer: 'grafana' }, versionOf('old')) }),
      ],
    },
    'idle: next rotation in 10 days',
  ],
  'R6a: an entry that another consumer uses': [
    {
      document: ledger(9 * DAY),
      rows: [aRow('cur'), aRow('old')],
      untouchable: { old: 'it is the current one of consumer x' },
    },
    'idle: next rotation in 10 days',
  ],
  'R6b: a ledger entry, inactive, settled, its hold period over': [
    {
      document: ledger(9 * DAY),
      rows: [aRow('cur'), aRow('old', { status: 'inactive', touched: DAY })],
    },
    'act: next rotation in 10 days | delete old',
  ],
  'R6b: its hold period not over': [
    { document: ledger(9 * DAY), rows: [aRow('cur'), aRow('old', { status: 'inactive', touched: DAY - 1 })] },
    'idle: next rotation in 10 days',
  ],
  'R6b: switched off by hand, hold over, but inside its grace period (F12)': [
    {
      document: ledger(SETTLED - 1),
      rows: [aRow('cur'), aRow('old', { status: 'inactive', touched: 20 * HOUR })],
      settings: { holdPeriodMs: HOUR },
    },
    'idle: next rotation in 10 days',
  ],
  'R6b: an entry that is gone': [{ document: ledger(9 * DAY), rows: [aRow('cur')] }, 'idle: next rotation in 10 days'],
  'R6b: an entry that cannot be seen fails nothing': [
    {
      document: { superseded: [anEntry('old', 9 * DAY, { userId: 'dddddddddddddddd' })] },
      rows: [aRow('cur')],
      lookups: { old: { kind: 'unseen', detail: 'read:users/d is unauthorized' } },
    },
    'idle: next rotation in 10 days',
  ],
  'R6b: an entry whose owner was deleted': [
    {
      document: { superseded: [anEntry('old', 9 * DAY, { userId: 'dddddddddddddddd' })] },
      rows: [aRow('cur')],
      lookups: { old: { kind: 'owner-gone' } },
    },
    'act: next rotation in 10 days | delete old',
  ],
  'R6b: an entry whose owner was deleted, inside its grace period': [
    {
      document: { superseded: [anEntry('old', SETTLED - 1, { userId: 'dddddddddddddddd' })] },
      rows: [aRow('cur')],
      lookups: { old: { kind: 'owner-gone' } },
    },
    'idle: next rotation in 10 days',
  ],
  'R6b: an entry that is inactive and to be kept': [
    {
      document: ledger(9 * DAY),
      rows: [aRow('cur'), aRow('old', { status: 'inactive', notes: 'keep-until=2026-07-01' })],
    },
    'idle: next rotation in 10 days',
  ],
  'R6c: a compromised entry, whatever its age, status and keep-until': [
    {
      document: ledger(MINUTE, { compromised: true }),
      rows: [aRow('cur'), aRow('old', { notes: 'keep-until=2027-01-01T00:00:00Z' })],
      description: { lastChangedAt: NOW },
    },
    'act: next rotation in 10 days | delete old',
  ],
  'R6c: a compromised entry that another consumer uses': [
    {
      document: ledger(MINUTE, { compromised: true }),
      rows: [aRow('cur'), aRow('old')],
      untouchable: { old: 'it is the current one of consumer x' },
    },
    'idle: next rotation in 10 days',
  ],

  // R7
  'R7: a live stray, settled': [
    { rows: [aRow('cur'), aRow('stray')] },
    'act: next rotation in 10 days | deactivate stray',
  ],
  'R7: a live stray while the current version is new': [
    { rows: [aRow('cur'), aRow('stray')], versionAge: SETTLED - 1 },
    'idle: next rotation in 10 days',
  ],
  'R7: a live stray while the secret was changed less than a grace period ago (G4)': [
    { rows: [aRow('cur'), aRow('stray')], description: { lastChangedAt: NOW - DAY + 1 } },
    'idle: next rotation in 10 days',
  ],
  'R7: a live stray whose waits have just passed': [
    { rows: [aRow('cur'), aRow('stray')], versionAge: SETTLED, description: { lastChangedAt: NOW - DAY } },
    'act: next rotation in 10 days | deactivate stray',
  ],
  'R7: a live stray of a secret that nobody knows the last change of': [
    { rows: [aRow('cur'), aRow('stray')], description: { lastChangedAt: undefined } },
    'idle: next rotation in 10 days',
  ],
  'R7: a live stray that is to be kept': [
    { rows: [aRow('cur'), aRow('stray', { notes: 'keep-until=2026-07-01' })] },
    'idle: next rotation in 10 days',
  ],
  'R7: a live stray whose version is AWSPREVIOUS, whatever it holds': [
    { rows: [aRow('cur'), aRow('stray')], description: { previous: versionOf('stray') } },
    'idle: next rotation in 10 days',
  ],
  'R7: a live stray that an edit under AWSPREVIOUS holds': [
    {
      rows: [aRow('cur'), aRow('stray')],
      description: { previous: versionOf('edit') },
      versions: { AWSPREVIOUS: { age: 50 * DAY, text: aText(aDocument({ authorizationId: 'stray' })) } },
    },
    'idle: next rotation in 10 days',
  ],
  'R7: a live stray that AWSPREVIOUS holds (F6)': [
    {
      rows: [aRow('cur'), aRow('stray')],
      description: { previous: versionOf('stray'), pending: versionOf('stray') },
      versions: { AWSPREVIOUS: { age: 50 * DAY, text: aText(aDocument({ authorizationId: 'stray' })) } },
    },
    'idle: next rotation in 10 days',
  ],
  'R7: an inactive stray that was never stored': [
    { rows: [aRow('cur'), aRow('stray', { status: 'inactive' })], description: { lastChangedAt: NOW } },
    'act: next rotation in 10 days | delete stray',
  ],
  'R7: an inactive stray that was stored, hold over': [
    { rows: [aRow('cur'), aRow('stray', { status: 'inactive' })], description: { pending: versionOf('stray') } },
    'act: next rotation in 10 days | delete stray',
  ],
  'R7: an inactive stray that was stored, hold not over': [
    {
      rows: [aRow('cur'), aRow('stray', { status: 'inactive', touched: HOUR })],
      description: { pending: versionOf('stray') },
    },
    'idle: next rotation in 10 days',
  ],
  'R7: an inactive stray that was stored, its hold period just over': [
    {
      rows: [aRow('cur'), aRow('stray', { status: 'inactive', touched: DAY })],
      description: { pending: versionOf('stray') },
    },
    'act: next rotation in 10 days | delete stray',
  ],
  'R7: an inactive stray that was stored, hold over, while the current version is new': [
    {
      rows: [aRow('cur'), aRow('stray', { status: 'inactive' })],
      versionAge: HOUR,
      description: { pending: versionOf('stray') },
    },
    'idle: next rotation in 10 days',
  ],
  'R7: a row as old as the lease is a stray': [
    { rows: [aRow('cur'), aRow('stray', { age: LIMITS.leaseMs })] },
    'act: next rotation in 10 days | deactivate stray',
  ],
  'R7: a young row is no stray': [{ rows: [aRow('cur'), young] }, 'idle: next rotation in 10 days'],
  'R7: nor is one that is younger than the lease, though older than the function can run': [
    { rows: [aRow('cur'), aRow('stray', { age: 29 * MINUTE, status: 'inactive' })] },
    'idle: next rotation in 10 days',
  ],
  'R7: a row with the marker of another consumer': [
    {
      rows: [
        aRow('cur'),
        aRow('hers', { description: formatMarker({ ...IDENTITY, consumer: 'grafana' }, versionOf('x')) }),
      ],
    },
    'idle: next rotation in 10 days',
  ],
  'R7: a row with the marker of another secret (F17)': [
    {
      rows: [
        aRow('cur'),
        aRow('hers', { description: formatMarker({ ...IDENTITY, fingerprint: '00000000' }, versionOf('x')) }),
      ],
    },
    'idle: next rotation in 10 days',
  ],
  'R7: a stray that another consumer uses': [
    { rows: [aRow('cur'), aRow('stray')], untouchable: { stray: 'it is the current one of consumer x' } },
    'idle: next rotation in 10 days',
  ],

  // R8
  'R8: due': [{ document: DUE, rows: [dueRow] }, 'act: due: older than 30 days | mint +cur'],
  'R8: due in this very moment': [
    { document: { mintedAt: NOW - 30 * DAY }, rows: [aRow('cur', { age: 30 * DAY })] },
    'act: due: older than 30 days | mint +cur',
  ],
  'R8: due in an hour': [
    { document: { mintedAt: NOW - 30 * DAY + HOUR }, rows: [aRow('cur', { age: 30 * DAY - HOUR })] },
    'idle: next rotation in 1 hour',
  ],
  'R8: a date in the document that differs from the row by no more than clocks do': [
    { document: { mintedAt: NOW - 30 * DAY }, rows: [aRow('cur', { age: 30 * DAY - LIMITS.clockToleranceMs })] },
    'act: due: older than 30 days | mint +cur',
  ],
  'R8: the age is that of the token, not of an edited version': [
    { document: { ...DUE, ...edited }, rows: [dueRow], versionAge: HOUR },
    'act: due: older than 30 days | mint +cur',
  ],
  'R8: a date in the document that the row contradicts': [
    { document: { mintedAt: NOW }, rows: [dueRow] },
    'act: due: older than 30 days | mint +cur',
  ],
  'R8: permissions changed': [
    { document: { permissionsHash: 'sha256:other' } },
    'act: permissions changed | mint +cur',
  ],
  'R8: owner changed': [
    { target: { ...factsOf({}).target, userId: 'eeeeeeeeeeeeeeee' } as Scenario['target'] & object },
    'act: owner changed | mint +cur',
  ],
  'R8: an owner that has yet to be made': [
    {
      target: {
        kind: 'resolved',
        orgId: 'aaaaaaaaaaaaaaaa',
        userId: undefined,
        grant: (userId) => (userId === aRow('cur').userId ? aRow('cur').permissions : []),
      },
    },
    'act: owner changed | mint +cur',
  ],
  'R8: due, and the current row is young': [
    { document: { ...DUE, permissionsHash: 'sha256:other' }, rows: [aRow('cur', { age: MINUTE })] },
    'act: permissions changed | mint +cur',
  ],
  'R8: due, and the other marked row is switched off': [
    { document: { ...DUE, ...ledger(HOUR) }, rows: [dueRow, aRow('old', { status: 'inactive' })] },
    'act: due: older than 30 days | mint +cur old',
  ],
  'R8: due, but a row is young': [
    { document: DUE, rows: [dueRow, young] },
    'wait: due: older than 30 days, but authorization stray is younger than the lease: a run may be at work on it',
  ],
  'R8: due, but another token is live': [
    { document: { ...DUE, ...ledger(HOUR) }, rows: [dueRow, aRow('old')] },
    'wait: due: older than 30 days, but authorization old is still live',
  ],
  'R8: due, and the other live token ends in this very run (F13)': [
    { document: { ...DUE, ...ledger(9 * DAY) }, rows: [dueRow, aRow('old')] },
    'act: due: older than 30 days | deactivate old | mint +cur old',
  ],
  'R8: due, but Secrets Manager itself rotates': [
    { document: DUE, rows: [dueRow], description: rotationEnabled },
    'error: Secrets Manager itself rotates secret influxdb/acme/telegraf (RotationEnabled), but this deployment rotates it by schedule: end one of the two (aws secretsmanager cancel-rotate-secret --secret-id influxdb/acme/telegraf)',
  ],
  'R8: due, but a name cannot be resolved: retirement goes on': [
    { document: { ...DUE, ...ledger(9 * DAY) }, rows: [dueRow, aRow('old')], target: UNRESOLVED },
    'error: bucket "x" not found | deactivate old',
  ],

  // R9
  'R9: the new ledger: the old one, the current one, every stray, live or not; less what is gone': [
    {
      document: { ...DUE, superseded: [anEntry('old', HOUR), anEntry('gone', HOUR)] },
      rows: [dueRow, aRow('old', { status: 'inactive' }), aRow('stray', { status: 'inactive', touched: HOUR })],
      description: { pending: versionOf('stray') },
    },
    'act: due: older than 30 days | mint +cur +stray old',
  ],
  'R9: an adopted entry is gone only when GET by id says so': [
    {
      document: { ...DUE, superseded: [anEntry('hers', HOUR, { adopted: true })] },
      rows: [dueRow],
      lookups: { hers: { kind: 'found', row: aRow('hers', { description: 'by hand', status: 'inactive' }) } },
    },
    'act: due: older than 30 days | mint +cur hers',
  ],
  'R9: an entry of an owner that the list does not show is gone when GET by id says so': [
    {
      document: { ...DUE, superseded: [anEntry('hers', HOUR, { userId: 'dddddddddddddddd' })] },
      rows: [dueRow],
    },
    'act: due: older than 30 days | mint +cur',
  ],
  'R9: an entry is gone where the list shows others of its owner, whatever GET by id would say': [
    {
      document: { ...DUE, superseded: [anEntry('gone', HOUR)] },
      rows: [dueRow],
      lookups: { gone: { kind: 'unseen', detail: 'no request is needed' } },
    },
    'act: due: older than 30 days | mint +cur',
  ],
  'R9: an entry that cannot be seen stays': [
    {
      document: { ...DUE, superseded: [anEntry('hers', HOUR, { userId: 'dddddddddddddddd' })] },
      rows: [dueRow],
      lookups: { hers: { kind: 'unseen', detail: 'read:users/d is unauthorized' } },
    },
    'act: due: older than 30 days | mint +cur hers',
  ],
  'R9: a ledger that names the current authorization, too': [
    { document: { ...DUE, superseded: [anEntry('cur', HOUR)] }, rows: [dueRow] },
    'act: due: older than 30 days | mint +cur',
  ],
  'R9: an authorization that is to be adopted, once': [
    {
      document: { ...DUE, superseded: [anEntry('hers', HOUR, { adopted: true })] },
      rows: [dueRow, aRow('hers', { description: 'by hand' })],
      settings: { adopt: 'hers' },
    },
    'act: due: older than 30 days | mint +cur hers',
  ],

  // R14
  'R14: retirement goes on while Secrets Manager itself rotates': [
    { document: ledger(9 * DAY), rows: [aRow('cur'), aRow('old')], description: rotationEnabled },
    'act: next rotation in 10 days | deactivate old',
  ],
  'R14a: but not of the authorization in the pending value': [
    {
      document: ledger(9 * DAY),
      rows: [aRow('cur'), aRow('old')],
      description: { ...rotationEnabled, pending: versionOf('pending') },
      versions: {
        AWSPENDING: { age: DAY, text: aText(aDocument({ authorizationId: 'old', id: versionOf('pending') })) },
      },
    },
    'idle: next rotation in 10 days',
  ],
  'R14a: nor of a stray in the pending value': [
    {
      rows: [aRow('cur'), aRow('stray')],
      description: { ...rotationEnabled, pending: versionOf('pending') },
      versions: {
        AWSPENDING: { age: DAY, text: aText(aDocument({ authorizationId: 'stray', id: versionOf('pending') })) },
      },
    },
    'idle: next rotation in 10 days',
  ],
  'R14a: another authorization is pending': [
    {
      document: ledger(9 * DAY),
      rows: [aRow('cur'), aRow('old')],
      description: { ...rotationEnabled, pending: versionOf('pending') },
      versions: {
        AWSPENDING: { age: DAY, text: aText(aDocument({ authorizationId: 'more', id: versionOf('pending') })) },
      },
    },
    'act: next rotation in 10 days | deactivate old',
  ],
  'R14a: the pending value was made by hand, with our keys copied': [
    {
      document: ledger(9 * DAY),
      rows: [aRow('cur'), aRow('old')],
      description: { ...rotationEnabled, pending: versionOf('pending') },
      versions: { AWSPENDING: { age: DAY, text: aText(aDocument({ authorizationId: 'old' }), 'by hand') } },
    },
    'idle: next rotation in 10 days',
  ],
  'R14a: the pending value holds no document': [
    {
      document: ledger(9 * DAY),
      rows: [aRow('cur'), aRow('old')],
      description: { ...rotationEnabled, pending: versionOf('pending') },
      versions: { AWSPENDING: { age: DAY, text: '{"token":"abc"}' } },
    },
    'act: next rotation in 10 days | deactivate old',
  ],
  'R14a: the pending version is gone': [
    {
      document: ledger(9 * DAY),
      rows: [aRow('cur'), aRow('old')],
      description: { ...rotationEnabled, pending: versionOf('pending') },
    },
    'act: next rotation in 10 days | deactivate old',
  ],
  'R14a: the current version is the pending one': [
    {
      document: ledger(9 * DAY),
      rows: [aRow('cur'), aRow('old')],
      description: { ...rotationEnabled, pending: versionOf('cur') },
      versions: {
        AWSPENDING: { age: DAY, text: aText(aDocument({ authorizationId: 'old', id: versionOf('pending') })) },
      },
    },
    'act: next rotation in 10 days | deactivate old',
  ],
  'R14a: a pending version that Secrets Manager does not rotate': [
    {
      document: ledger(9 * DAY),
      rows: [aRow('cur'), aRow('old')],
      description: { pending: versionOf('pending') },
      versions: {
        AWSPENDING: { age: DAY, text: aText(aDocument({ authorizationId: 'old', id: versionOf('pending') })) },
      },
    },
    'act: next rotation in 10 days | deactivate old',
  ],

  // Retired consumers
  'retired: all its tokens are settled': [
    {
      settings: { retired: true },
      document: ledger(9 * DAY),
      rows: [aRow('cur'), aRow('old', { status: 'inactive' })],
    },
    'act: retired | deactivate cur | delete old',
  ],
  'retired: its version is new': [{ settings: { retired: true }, versionAge: HOUR }, 'idle: retired'],
  'retired: its older token has a ledger entry of its own': [
    { settings: { retired: true }, document: ledger(HOUR), rows: [aRow('cur'), aRow('old')] },
    'act: retired | deactivate cur',
  ],
  'retired: a row is young': [
    { settings: { retired: true }, rows: [aRow('cur'), aRow('stray', { age: MINUTE })] },
    'act: retired | deactivate cur',
  ],
  'retired: its tokens have no markers, but its ledger names them': [
    {
      settings: { retired: true },
      document: { ...edited, ...ledger(9 * DAY, { adopted: true }) },
      rows: [aRow('cur', { description: 'by hand' }), aRow('old', { description: 'by hand' })],
    },
    'act: retired | deactivate cur | deactivate old',
  ],
  'retired: what a foreign document names is not ours to end': [
    { settings: { retired: true }, document: foreign, rows: [aRow('cur', { description: 'by hand' })] },
    'idle: retired',
  ],
  'retired: nor what the document of another consumer names': [
    {
      settings: { retired: true },
      document: { identity: { ...IDENTITY, consumer: 'grafana' } },
      rows: [aRow('cur', { description: 'by hand' })],
    },
    'idle: retired',
  ],
  'retired: its secret holds no document': [
    { settings: { retired: true }, reading: noDocument, rows: [aRow('stray')] },
    'act: retired | deactivate stray',
  ],
  'retired: the same, while AWSPREVIOUS is of unknown origin': [
    {
      settings: { retired: true },
      reading: noDocument,
      rows: [aRow('stray')],
      description: { lastChangedAt: NOW - HOUR, previous: versionOf('unknown') },
      versions: { AWSPREVIOUS: { age: 2 * HOUR, text: '{"token":"of whoever"}' } },
    },
    'idle: retired',
  ],
  'retired: the clocks disagree': [{ settings: { retired: true }, clocks: CLOCK }, 'idle: retired'],
  'retired: its secret was scheduled for deletion long ago': [
    { settings: { retired: true }, reading: { kind: 'deleted' }, description: { deletedAt: NOW - 2 * DAY } },
    'act: retired | deactivate cur',
  ],
  'retired: its secret was scheduled for deletion just now': [
    { settings: { retired: true }, reading: { kind: 'deleted' }, description: { deletedAt: NOW - HOUR } },
    'idle: retired',
  ],
  'retired: its secret has no value': [
    { settings: { retired: true }, reading: { kind: 'not-found' } },
    'act: retired | deactivate cur',
  ],
  'retired: its secret has no value, and was changed just now': [
    { settings: { retired: true }, reading: { kind: 'not-found' }, description: { lastChangedAt: NOW - HOUR } },
    'idle: retired',
  ],
  'retired: its secret has no value, and nobody knows since when': [
    {
      settings: { retired: true },
      reading: { kind: 'not-found' },
      rows: [aRow('cur', { status: 'inactive' })],
      description: { lastChangedAt: undefined },
    },
    'idle: retired',
  ],
  'retired: its secret is gone': [
    { settings: { retired: true }, reading: { kind: 'not-found' }, description: 'none' },
    'idle: retired, and its secret does not exist',
  ],

  // Clocks
  'the clocks disagree: nothing is retired': [
    { document: ledger(9 * DAY), rows: [aRow('cur'), aRow('old')], clocks: CLOCK },
    'idle: next rotation in 10 days',
  ],
  'the clocks disagree: nothing is rotated by age': [
    { document: DUE, rows: [dueRow], clocks: CLOCK },
    'wait: due: older than 30 days, but the clocks differ',
  ],
  'the clocks disagree: changed permissions are granted all the same': [
    { document: { permissionsHash: 'sha256:other' }, clocks: CLOCK },
    'act: permissions changed | mint +cur',
  ],
  'the clocks disagree: a changed owner gets its token all the same': [
    { target: { ...factsOf({}).target, userId: 'eeeeeeeeeeeeeeee' } as Scenario['target'] & object, clocks: CLOCK },
    'act: owner changed | mint +cur',
  ],

  // Secrets that cannot be read
  'a secret that is scheduled for deletion': [
    { reading: { kind: 'deleted' } },
    'error: secret influxdb/acme/telegraf is scheduled for deletion: restore it (aws secretsmanager restore-secret --secret-id influxdb/acme/telegraf), or take the consumer out of the configuration',
  ],
  'a secret that may not be read': [
    { reading: { kind: 'unreadable', detail: 'AccessDeniedException: no' } },
    'error: secret influxdb/acme/telegraf cannot be read (AccessDeniedException: no): allow secretsmanager:GetSecretValue on it, and kms:Decrypt where it has a key of its own',
  ],
  'a binary secret': [
    { reading: { kind: 'binary', arn: ARN } },
    'error: secret influxdb/acme/telegraf holds binary data, not a JSON object: store its value as a SecretString',
  ],
};

describe('the planner', () => {
  it.each(Object.entries(TABLE))('%s', (_name, [scenario, expected]) => {
    expect(summary(decide(scenario))).toBe(expected);
  });
});

describe('whatever it sees, the planner', () => {
  const ids = ['cur', 'old', 'stray', 'more'];
  const row = fc.record({
    id: fc.constantFrom(...ids),
    age: fc.integer({ min: 0, max: 60 * DAY }),
    status: fc.constantFrom('active' as const, 'inactive' as const),
    touched: fc.integer({ min: 0, max: 5 * DAY }),
    notes: fc.constantFrom('', 'keep-until=2026-07-01T00:00:00Z', 'keep-until=soon'),
  });
  const entry = fc.record({
    id: fc.constantFrom('old', 'more'),
    age: fc.integer({ min: 0, max: 9 * DAY }),
    compromised: fc.boolean(),
  });
  const label = fc.option(fc.constantFrom(...ids, 'unknown').map(versionOf), { nil: undefined });
  const scenario: fc.Arbitrary<Scenario> = fc
    .record({
      rows: fc.uniqueArray(row, { selector: ({ id }) => id }),
      entries: fc.uniqueArray(entry, { selector: ({ id }) => id }),
      versionId: fc.constantFrom(versionOf('cur'), versionOf('hand')),
      token: fc.constantFrom('the-token', 'another'),
      mintedAgo: fc.integer({ min: 0, max: 60 * DAY }),
      versionAge: fc.integer({ min: 0, max: 60 * DAY }),
      previous: label,
      pending: label,
      changed: fc.integer({ min: 0, max: 9 * DAY }),
      enabled: fc.boolean(),
      retired: fc.boolean(),
      disagree: fc.boolean(),
      resolved: fc.boolean(),
    })
    .map((given) => ({
      settings: { retired: given.retired },
      document: {
        mintedAt: NOW - given.mintedAgo,
        tokenHash: tokenHash('the-token'),
        token: given.token,
        versionId: given.versionId,
        superseded: given.entries.map(({ id, age, compromised }) => anEntry(id, age, { compromised })),
      },
      rows: given.rows.map(({ id, ...options }) => aRow(id, options)),
      versionAge: given.versionAge,
      description: {
        previous: given.previous,
        pending: given.pending,
        lastChangedAt: NOW - given.changed,
        rotationEnabled: given.enabled,
      },
      clocks: given.disagree ? CLOCK : { kind: 'agree' },
      ...(given.resolved ? {} : { target: UNRESOLVED }),
    }));
  const holds = (name: string, property: (given: Scenario) => void) =>
    it(name, () => fc.assert(fc.property(scenario, property), { seed: 1, numRuns: 2000 }));
  const entryOf = ({ document }: Scenario, id: string) =>
    document?.superseded?.find(({ authorizationId }) => authorizationId === id);

  holds('decides, and decides the same again', (given) => {
    expect(summary(decide(given))).toBe(summary(decide(given)));
  });

  holds('never ends the current token, but that of a retired consumer', (given) => {
    if (given.settings?.retired) return;
    expect(decide(given).retirements.map(({ authorizationId }) => authorizationId)).not.toContain('cur');
  });

  holds('never ends anything while the clocks disagree', (given) => {
    if (given.clocks?.kind === 'disagree') expect(decide(given).retirements).toEqual([]);
  });

  holds('never ends a superseded token inside its grace period, unless it leaked', (given) => {
    // What a hand-made value says of its ledger is not believed.
    if (given.settings?.retired && given.document?.token === 'another') return;
    for (const { authorizationId } of decide(given).retirements) {
      const superseded = entryOf(given, authorizationId);
      if (superseded === undefined || superseded.compromised) continue;
      expect(superseded.since + SETTLED).toBeLessThanOrEqual(NOW);
    }
  });

  holds('never ends a token before its keep-until, unless it leaked', (given) => {
    for (const { authorizationId } of decide(given).retirements) {
      const kept = given.rows?.find(({ id }) => id === authorizationId)?.description.includes('2026-07-01');
      if (kept) expect(entryOf(given, authorizationId)?.compromised).toBe(true);
    }
  });

  holds('never deletes what is active, unless it leaked', (given) => {
    for (const { kind, authorizationId } of decide(given).retirements) {
      const active = given.rows?.find(({ id }) => id === authorizationId)?.status === 'active';
      if (kind === 'delete' && active) expect(entryOf(given, authorizationId)?.compromised).toBe(true);
    }
  });

  holds('never forgets a live token: what is not current is in the new ledger', (given) => {
    const { next } = decide(given);
    if (next === undefined) return;
    const named = [...next.ledger.kept, ...next.ledger.added].map(({ authorizationId }) => authorizationId);
    if (next.kind === 'repair') named.push('cur');
    const live = (given.rows ?? []).filter(
      ({ status, createdAt }) => status === 'active' && createdAt + LIMITS.leaseMs <= NOW,
    );
    expect(named).toEqual(expect.arrayContaining(live.map(({ id }) => id)));
  });
});
