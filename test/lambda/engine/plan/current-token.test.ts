import { describe } from 'vitest';
import { toWire } from '../../../../lambda/engine/document/document.ts';
import { DAY, HOUR, MINUTE } from '../../../builders/a-configuration.ts';
import {
  aDocument,
  anEntry,
  aRow,
  aText,
  aValue,
  CLOCK,
  edited,
  holdTo,
  IDENTITY,
  ledger,
  NOW,
  rotationEnabled,
  UNRESOLVED,
  versionOf,
  young,
} from '../../../builders/a-scenario.ts';

describe('a consumer with a token of ours', () => {
  holdTo({
    'a token that is neither due nor changed': [{}, 'idle: next rotation in 10 days'],
    'R1: AWSCURRENT is not the version that was read': [
      { document: ledger(2 * DAY), rows: [aRow('cur'), aRow('old')], description: { current: versionOf('other') } },
      'changed: changed meanwhile: the next run looks again',
    ],
    'R1: the secret was deleted meanwhile': [
      { document: ledger(2 * DAY), rows: [aRow('cur'), aRow('old')], description: 'none' },
      'changed: changed meanwhile: the next run looks again',
    ],
    'R3: the current authorization is inactive': [
      { rows: [aRow('cur', { status: 'inactive' })] },
      'blocked: the current authorization cur is inactive: somebody switched it off; have it replaced (rotate, with --force), or, if that was a mistake, switch it on again in InfluxDB (influx auth active --id cur)',
    ],
    'U1: inactive, because an older value was put back: the newer token is restored, not a third one made': [
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
      'acting: the secret lost its token to an older value: that of authorization newer is restored | copy-forward +cur',
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
      'blocked: the current authorization cur is inactive: somebody switched it off; have it replaced (rotate, with --force), or, if that was a mistake, switch it on again in InfluxDB (influx auth active --id cur)',
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
      'blocked: the current authorization cur is inactive: somebody switched it off; have it replaced (rotate, with --force), or, if that was a mistake, switch it on again in InfluxDB (influx auth active --id cur)',
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
      'blocked: the current authorization cur is inactive: somebody switched it off; have it replaced (rotate, with --force), or, if that was a mistake, switch it on again in InfluxDB (influx auth active --id cur)',
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
      'blocked: the current authorization cur is inactive: somebody switched it off; have it replaced (rotate, with --force), or, if that was a mistake, switch it on again in InfluxDB (influx auth active --id cur)',
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
      'blocked: the current authorization cur is inactive: somebody switched it off; have it replaced (rotate, with --force), or, if that was a mistake, switch it on again in InfluxDB (influx auth active --id cur)',
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
      'acting: rolled back to a token that was switched off | mint +cur',
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
      'waiting: rolled back to a token that was switched off, but authorization stray is younger than the lease until 2026-06-01T00:20:00.000Z: a run may be at work on it',
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
      'acting: rolled back to a token that was switched off | mint +cur',
    ],
    'R3: inactive, and named by AWSPREVIOUS among others': [
      {
        rows: [aRow('cur', { status: 'inactive' })],
        description: { previous: versionOf('newer') },
        versions: {
          AWSPREVIOUS: {
            age: 2 * DAY,
            text: aText(
              aDocument({ authorizationId: 'newer', superseded: [anEntry('old', DAY), anEntry('cur', DAY)] }),
            ),
          },
        },
      },
      'acting: rolled back to a token that was switched off | mint +cur',
    ],
    'R4: the current authorization was deleted': [
      { rows: [] },
      'acting: missing: the current authorization cur was deleted | mint',
    ],
    'R4: the same, young rows or not': [
      { rows: [young] },
      'acting: missing: the current authorization cur was deleted | mint',
    ],
    'R4: the same, clocks or not': [
      { rows: [], clocks: CLOCK },
      'acting: missing: the current authorization cur was deleted | mint',
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
      'failed: the current authorization cur cannot be seen: read:users/x is unauthorized',
    ],
    'T3: missing, as too many others at once: none of them is replaced': [
      { rows: [], tooManyMissing: { missing: 4, limit: 3 } },
      'blocked: missing: the current authorization cur was deleted, but 4 consumers miss their tokens at once, more than limits.maxMissingPerRun (3): a stale copy of the server looks just like that, so none of them is replaced; if they really are gone, raise the limit',
    ],
    'R4: its owner was deleted': [
      { rows: [], lookups: { cur: { kind: 'owner-gone' } } },
      'acting: missing: the current authorization cur belongs to a user that was deleted | mint',
    ],
    'R4: missing, but a name cannot be resolved': [
      { rows: [], target: UNRESOLVED },
      'failed: missing: the current authorization cur was deleted, but bucket "x" not found',
    ],
    'R4: missing, but Secrets Manager itself rotates': [
      { rows: [], description: rotationEnabled },
      'failed: Secrets Manager itself rotates secret influxdb/acme/telegraf (RotationEnabled), but this deployment rotates it by schedule: end one of the two (aws secretsmanager cancel-rotate-secret --secret-id influxdb/acme/telegraf), or set "rotation": "secrets-manager"',
    ],
    'R5: a label was moved back, and the newer token is in no ledger': [
      {
        rows: [aRow('cur'), aRow('stray', { age: 2 * DAY })],
        description: { previous: versionOf('stray'), lastChangedAt: NOW - HOUR },
        versions: { AWSPREVIOUS: { age: 2 * DAY, text: aText(aDocument({ authorizationId: 'stray' })) } },
      },
      'acting: a label was moved back: the newer token goes into the ledger | copy-forward +stray',
    ],
    'R5: an edited document, and a live stray that its edits keep from settling': [
      { document: edited, versionAge: HOUR, rows: [aRow('cur'), aRow('stray')] },
      'acting: edited by hand: stray tokens go into the ledger | copy-forward +stray',
    ],
    'R5: the same while a row is young': [
      { document: edited, versionAge: HOUR, rows: [aRow('cur'), aRow('stray'), aRow('newest', { age: MINUTE })] },
      'idle: next rotation in 10 days',
    ],
    'R5: not while Secrets Manager itself rotates': [
      { document: edited, versionAge: HOUR, rows: [aRow('cur'), aRow('stray')], description: rotationEnabled },
      'idle: next rotation in 10 days',
    ],
    'R5: AWSPREVIOUS is as old as the current version, and no ledger names its token': [
      {
        rows: [aRow('cur'), aRow('stray', { age: 2 * DAY })],
        description: { previous: versionOf('stray'), lastChangedAt: NOW - HOUR },
        versions: { AWSPREVIOUS: { age: 20 * DAY, text: aText(aDocument({ authorizationId: 'stray' })) } },
      },
      'acting: no ledger names the token under AWSPREVIOUS: it goes into the ledger | copy-forward +stray',
    ],
    'R5: AWSPREVIOUS is newer, but holds none of the strays': [
      {
        rows: [aRow('cur'), aRow('stray')],
        description: { previous: versionOf('edit') },
        versions: { AWSPREVIOUS: { age: 2 * DAY, text: aText(aDocument()) } },
      },
      'acting: next rotation in 10 days | switch-off stray',
    ],
    'R5: the newer token is one of two strays': [
      {
        rows: [aRow('cur'), aRow('more'), aRow('stray', { age: 2 * DAY })],
        description: { previous: versionOf('stray') },
        versions: { AWSPREVIOUS: { age: 2 * DAY, text: aText(aDocument({ authorizationId: 'stray' })) } },
      },
      'acting: a label was moved back: the newer token goes into the ledger | copy-forward +more +stray',
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
      'acting: the secret holds no token under its key "token" | mint +cur +stray',
    ],
    'R5: an edited document, and a live stray that has settled': [
      { document: edited, rows: [aRow('cur'), aRow('stray')] },
      'acting: next rotation in 10 days | switch-off stray',
    ],
    'R5: an edited document, and one of two live strays that cannot be ended': [
      { document: edited, rows: [aRow('cur'), aRow('stray', { notes: 'keep-until=2026-07-01' }), aRow('more')] },
      'acting: edited by hand: stray tokens go into the ledger | copy-forward +stray +more',
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
      {
        description: { pending: versionOf('stray') },
        document: edited,
        versionAge: HOUR,
        rows: [aRow('cur', { age: MINUTE }), aRow('stray')],
      },
      'acting: edited by hand: stray tokens go into the ledger | copy-forward +stray',
    ],
    'R5: a document that nobody edited, and a live stray': [
      { description: { pending: versionOf('stray') }, versionAge: HOUR, rows: [aRow('cur'), aRow('stray')] },
      'idle: next rotation in 10 days',
    ],
    'R5: a live stray that no labelled version holds, and that has yet to settle': [
      { rows: [aRow('cur'), aRow('stray')], versionAge: HOUR },
      'acting: no labelled version names them: stray tokens go into the ledger | copy-forward +stray',
    ],
    'R5: the same, while a row is young': [
      { rows: [aRow('cur'), aRow('stray'), aRow('more', { age: MINUTE })], versionAge: HOUR },
      'idle: next rotation in 10 days',
    ],
    'R5: the same, while the clocks disagree': [
      { rows: [aRow('cur'), aRow('stray')], versionAge: HOUR, clocks: CLOCK },
      'idle: next rotation in 10 days',
    ],
  });
});
