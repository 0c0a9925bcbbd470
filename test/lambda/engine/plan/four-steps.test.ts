import { expect, it } from 'vitest';
import { markerHash } from '../../../../lambda/engine/document/marker.ts';
import { readSecretContent } from '../../../../lambda/engine/document/secret-content.ts';
import { Answers } from '../../../../lambda/engine/observe/question.ts';
import { planStep, type StepFacts } from '../../../../lambda/engine/plan/four-steps.ts';
import type { Authorization } from '../../../../lambda/influxdb/authorization.ts';
import type { AuthorizationLookup } from '../../../../lambda/influxdb/lookup.ts';
import type { SecretDescription } from '../../../../lambda/secrets-manager/secret.ts';
import { aConsumer, DAY, HOUR, LIMITS, MINUTE } from '../../../builders/a-configuration.ts';
import { aDescription, aDocument, aRow, aText, CLOCK, NOW, versionOf } from '../../../builders/a-scenario.ts';

interface Given extends Partial<Omit<StepFacts, 'answers' | 'settings'>> {
  readonly settings?: Partial<StepFacts['settings']>;
  readonly description?: Partial<SecretDescription> | 'none';
  /** The text of the pending version; undefined for an empty one. */
  readonly text?: string | undefined;
  readonly row?: Authorization | AuthorizationLookup['kind'];
}

const versionId = versionOf('next');
const made = (rest: Parameters<typeof aDocument>[0] = {}) =>
  aDocument({ authorizationId: 'next', replaces: versionOf('cur'), mintedAt: NOW - HOUR, ...rest });
const LEAKED = 'compromised=2026-06-01T00:00:00.000Z';
const hash = `sha256=${markerHash('the-token')}`;
const works = aRow('next', { age: HOUR, notes: hash });
const dead = aRow('next', { age: HOUR, status: 'inactive' });

/** The plan in short, and what it asked for, in this order. */
function decide(given: Given): string {
  const { settings, description = {}, row = works, ...rest } = given;
  const text = 'text' in given ? given.text : aText(made());
  const consumer = aConsumer({ rotation: 'secrets-manager', ...settings });
  const answers = new Answers();
  const asked: string[] = [];
  const facts: StepFacts = {
    ...{ now: NOW, clocks: { kind: 'agree' }, deployment: 'prod', limits: LIMITS, settings: consumer, answers },
    ...{ step: 'finishSecret', versionId, mode: 'rotate', ...rest },
  };
  for (;;) {
    const plan = planStep(facts);
    const looks = asked.length === 0 ? '' : ` (${asked.join(', ')})`;
    if (plan.kind === 'refused') {
      const { code } = plan.reason;
      return `${code}${'problem' in plan.reason ? ` ${plan.reason.problem}` : ''}${looks}`;
    }
    if (plan.kind !== 'question') return `${plan.kind}${'row' in plan ? ` ${plan.row.id}` : ''}${looks}`;
    const { question } = plan;
    asked.push(question.kind);
    if (question.kind === 'description')
      answers.note(
        question,
        description === 'none'
          ? undefined
          : aDescription({ rotationEnabled: true, pending: versionId, ...description }),
      );
    else if (question.kind === 'version')
      answers.note(
        question,
        text === undefined
          ? undefined
          : { versionId, createdAt: NOW - HOUR, content: readSecretContent(text, versionId, 'token') },
      );
    else if (question.kind === 'authorization')
      answers.note(
        question,
        typeof row === 'object' ? { kind: 'found', row } : ({ kind: row, detail: 'x' } as AuthorizationLookup),
      );
  }
}

const SETTLING = LIMITS.requestLifeMs + 2 * LIMITS.callTimeoutMs;
const FIRST = 'description';
const READ = 'description, version';
const ALL = 'description, version, authorization';
const [CREATE, SET, TEST] = [{ step: 'createSecret' }, { step: 'setSecret' }, { step: 'testSecret' }] as const;

it.each<[string, Given, string]>([
  ['H22: the version is current already', { description: { current: versionId } }, `done (${FIRST})`],
  [
    'H22: it is current, and rotation off by now',
    { description: { current: versionId, rotationEnabled: false } },
    `done (${FIRST})`,
  ],
  ['H22: rotation is off', { description: { rotationEnabled: false } }, `ROTATION_OFF (${FIRST})`],
  ['H22: another version is pending', { description: { pending: 'other' } }, `VERSION_NOT_PENDING (${FIRST})`],
  ['H22: none is', { description: { pending: undefined } }, `VERSION_NOT_PENDING (${FIRST})`],
  ['the secret is gone', { description: 'none' }, `SECRET_NOT_FOUND (${FIRST})`],
  ['the consumer is retired', { settings: { retired: true } }, `RETIRED (${FIRST})`],
  ['the schedule rotates it', { settings: { rotation: 'schedule' } }, `ROTATED_ELSEWHERE (${FIRST})`],
  ['nothing is rotated', { mode: 'plan' }, `PLAN_ONLY (${READ})`],
  ['the secret has no value', { description: { current: undefined } }, `SECRET_WITHOUT_VALUE (${READ})`],
  ['createSecret: no value', { ...CREATE, text: undefined }, `make (${READ})`],
  ['createSecret: a value of ours', CREATE, `done (${READ})`],
  [
    'createSecret: a value of somebody else',
    { ...CREATE, text: '{"token":"x"}' },
    `PENDING_UNUSABLE foreign (${READ})`,
  ],
  ['setSecret: no value', { ...SET, text: undefined }, `PENDING_UNUSABLE empty (${READ})`],
  ['setSecret', { ...SET, row: dead }, `activate next (${ALL})`],
  ['setSecret: active already', SET, `done (${ALL})`],
  ['setSecret: switched on by hand', { ...SET, row: { ...dead, status: 'active' } }, `activate next (${ALL})`],
  ['setSecret: its row is gone', { ...SET, row: 'gone' }, `PENDING_UNUSABLE gone (${ALL})`],
  ['setSecret: its owner is gone', { ...SET, row: 'owner-gone' }, `PENDING_UNUSABLE gone (${ALL})`],
  ['setSecret: its row may not be read', { ...SET, row: 'unseen' }, `unseen (${ALL})`],
  ['testSecret', TEST, `verify next (${ALL})`],
  ['testSecret: a configuration is tried', { ...TEST, text: undefined }, `done (${READ})`],
  [
    'testSecret: a configuration that only plans is tried',
    { ...TEST, text: undefined, mode: 'plan' },
    `done (${READ})`,
  ],
  ['testSecret: switched off', { ...TEST, row: dead }, `PENDING_UNUSABLE off (${ALL})`],
  ['finishSecret', {}, `promote next (${ALL})`],
  ['finishSecret: switched off', { row: dead }, `PENDING_UNUSABLE off (${ALL})`],
  ['finishSecret: no value', { text: undefined }, `PENDING_UNUSABLE empty (${READ})`],
  [
    'setSecret: it leaked before it was active',
    { ...SET, row: aRow('next', { notes: LEAKED, status: 'inactive' }) },
    `PENDING_UNUSABLE leaked (${ALL})`,
  ],
  [
    'testSecret: it leaked',
    { ...TEST, row: aRow('next', { notes: `${hash} ${LEAKED}` }) },
    `PENDING_UNUSABLE leaked (${ALL})`,
  ],
  [
    'finishSecret: it leaked',
    { row: aRow('next', { notes: `${hash} ${LEAKED}` }) },
    `PENDING_UNUSABLE leaked (${ALL})`,
  ],
  [
    'made from another version',
    { text: aText(made({ replaces: versionOf('old') })) },
    `PENDING_UNUSABLE outdated (${READ})`,
  ],
  ['made by a run', { text: aText(aDocument({ authorizationId: 'next' })) }, `PENDING_UNUSABLE outdated (${READ})`],
  [
    "another consumer's document",
    { text: aText(made({ identity: { deployment: 'prod', consumer: 'grafana', fingerprint: '00000000' } })) },
    `PENDING_UNUSABLE foreign (${READ})`,
  ],
  ['a copy of a document', { text: aText(made({ id: versionOf('cur') })) }, `PENDING_UNUSABLE foreign (${READ})`],
  ['T1: a row without a marker', { row: aRow('next', { description: 'theirs' }) }, `PENDING_UNUSABLE foreign (${ALL})`],
  [
    'T1: the row of another rotation',
    { row: { ...aRow('old', { notes: hash }), id: 'next' } },
    `PENDING_UNUSABLE foreign (${ALL})`,
  ],
  [
    'H2: the row of another value',
    { row: aRow('next', { notes: `sha256=${'0'.repeat(32)}` }) },
    `PENDING_UNUSABLE foreign (${ALL})`,
  ],
  [
    'H21: put a lease and two grace periods ago',
    {
      text: aText(made({ mintedAt: NOW - LIMITS.leaseMs - 2 * DAY })),
      row: aRow('next', { age: LIMITS.leaseMs + 2 * DAY, notes: hash }),
    },
    `PENDING_UNUSABLE old (${ALL})`,
  ],
  [
    'H21: a moment less',
    {
      text: aText(made({ mintedAt: NOW - LIMITS.leaseMs - 2 * DAY + 1 })),
      row: aRow('next', { age: LIMITS.leaseMs + 2 * DAY, notes: hash }),
    },
    `promote next (${ALL})`,
  ],
  [
    'H21: the row is much older than the document says',
    { text: aText(made({ mintedAt: NOW - MINUTE })), row: aRow('next', { age: 3 * DAY, notes: hash }) },
    `PENDING_UNUSABLE old (${ALL})`,
  ],
  [
    'H20: touched a moment ago, after a rest of a grace period',
    {
      text: aText(made({ mintedAt: NOW - DAY - HOUR })),
      row: aRow('next', { age: DAY + HOUR, notes: hash }),
      description: { lastChangedAt: NOW - SETTLING + 1 },
    },
    `PENDING_UNSETTLED (${ALL})`,
  ],
  [
    'H20: touched longer ago than a request lives',
    {
      text: aText(made({ mintedAt: NOW - DAY - HOUR })),
      row: aRow('next', { age: DAY + HOUR, notes: hash }),
      description: { lastChangedAt: NOW - SETTLING },
    },
    `promote next (${ALL})`,
  ],
  ['H20: stored a moment ago', { description: { lastChangedAt: NOW } }, `promote next (${ALL})`],
  ['the clocks disagree', { clocks: CLOCK }, `CLOCKS_DISAGREE (${ALL})`],
])('%s', (_name, given, expected) => {
  expect(decide(given)).toBe(expected);
});
