import { expect, it } from 'vitest';
import type { ClockVerdict } from '../../lambda/calls/service-clocks.ts';
import type { ConsumerSettings } from '../../lambda/config/configuration.ts';
import type { Permission } from '../../lambda/config/permission.ts';
import { type LedgerEntry, type RotationDocument, tokenHash, toWire } from '../../lambda/engine/document/document.ts';
import { fingerprintOf, formatMarker } from '../../lambda/engine/document/marker.ts';
import { readSecretContent } from '../../lambda/engine/document/secret-content.ts';
import { Listing } from '../../lambda/engine/observe/listing.ts';
import { type ObservedSecret, observed } from '../../lambda/engine/observe/observed-secret.ts';
import type { Use } from '../../lambda/engine/observe/protections.ts';
import { Answers, type AnswerTo, type Question } from '../../lambda/engine/observe/question.ts';
import { rotatorsOwn } from '../../lambda/engine/observe/rotators-own.ts';
import type { UnresolvedTarget } from '../../lambda/engine/observe/target.ts';
import type { Decision } from '../../lambda/engine/plan/decision.ts';
import { describeDecision } from '../../lambda/engine/plan/decision.ts';
import type { Facts } from '../../lambda/engine/plan/facts.ts';
import { plan } from '../../lambda/engine/plan/plan.ts';
import type { CopyForward, Mint } from '../../lambda/engine/plan/steps.ts';
import type { Authorization } from '../../lambda/influxdb/authorization.ts';
import type { AuthorizationLookup } from '../../lambda/influxdb/lookup.ts';
import { permissionsHash } from '../../lambda/influxdb/permissions.ts';
import type { SecretDescription, SecretReading } from '../../lambda/secrets-manager/secret.ts';
import { aConsumer, DAY, HOUR, LIMITS, MINUTE } from './a-configuration.ts';

export const NOW = Date.UTC(2026, 5, 1);
export const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:influxdb/acme/telegraf-AbCdEf';
export const IDENTITY = { deployment: 'prod', consumer: 'telegraf', fingerprint: fingerprintOf(ARN) };
const ORG = 'aaaaaaaaaaaaaaaa';
const OWNER = 'bbbbbbbbbbbbbbbb';
const GRANT: readonly Permission[] = [
  { action: 'read', resource: { type: 'buckets', id: 'cccccccccccccccc', orgID: ORG } },
];

/** A readable id: `cur` is `00000000-cur`, padded. Versions and rotations have ids of 36 characters. */
export const versionOf = (name: string) => `${Buffer.from(name).toString('hex').padStart(32, '0')}-000`.slice(0, 36);

interface RowOptions {
  /** Milliseconds since it was minted; the default is old. */
  readonly age?: number;
  readonly status?: 'active' | 'inactive';
  /** Milliseconds since it was last changed. */
  readonly touched?: number;
  /** What follows the marker. */
  readonly notes?: string;
  /** Of another consumer, or without any marker. */
  readonly description?: string;
  readonly userId?: string;
  /** What the server granted; by default what the target asks for. */
  readonly permissions?: readonly Permission[];
}

export function aRow(id: string, options: RowOptions = {}): Authorization {
  const { age = 20 * DAY, status = 'active', touched = age, notes, userId = OWNER } = options;
  const marker = formatMarker(IDENTITY, versionOf(id));
  return {
    id,
    status,
    description: options.description ?? (notes === undefined ? marker : `${marker} ${notes}`),
    orgId: ORG,
    userId,
    permissions: options.permissions ?? GRANT,
    createdAt: NOW - age,
    updatedAt: NOW - touched,
    token: '',
  };
}

export function anEntry(authorizationId: string, ageMs: number, rest: Partial<LedgerEntry> = {}): LedgerEntry {
  const since = NOW - ageMs;
  return {
    authorizationId,
    userId: OWNER,
    orgId: ORG,
    since,
    compromised: false,
    tokenHash: undefined,
    ...rest,
  };
}

// In the decision tables, one row a rule and its near misses, `cur` is the current authorization, `old` one of the
// ledger, `stray` a marked one that the document does not name. A token is minted every 30 days, its grace and hold
// period are a day each, the lease is half an hour.

/** One consumer's world. What is left out is as it is in quiet times: one token, current for 20 days. */
export interface Scenario {
  readonly asked?: Facts['asked'];
  readonly leakReplaced?: boolean;
  readonly settings?: Partial<ConsumerSettings>;
  /** The document's own fields; `token` and `versionId` to make it edited or foreign. */
  readonly document?: Partial<RotationDocument> & { readonly token?: string; readonly versionId?: string };
  /** The secret as it was read, instead of one with a document. */
  readonly reading?: SecretReading;
  readonly rows?: readonly Authorization[];
  readonly description?: Partial<SecretDescription> | 'none';
  readonly versions?: Partial<Record<'AWSPREVIOUS' | 'AWSPENDING', { readonly age: number; readonly text: string }>>;
  readonly lookups?: Readonly<Record<string, AuthorizationLookup>>;
  /** Versions without a label, by id. */
  readonly stored?: Readonly<Record<string, AnswerTo['stored']>>;
  /** Whose token InfluxDB says a labelled version holds. */
  readonly owners?: Readonly<Partial<Record<'AWSCURRENT' | 'AWSPREVIOUS' | 'rotator', string>>>;
  readonly target?: Facts['target'];
  readonly clocks?: Facts['clocks'];
  readonly protections?: Readonly<Record<string, string>>;
  /** Why what has this hash in its marker must not be ended now: some secret holds that value. */
  readonly heldByHash?: Readonly<Record<string, string>>;
  /** @default one that nothing holds */
  readonly rotatorToken?: string;
  /** Other consumers whose secrets hold the same token as this one's. */
  readonly sharers?: readonly string[];
  /** That another consumer may hold what nothing marks. */
  readonly mayHold?: Use;
  readonly overTheCap?: readonly string[];
  readonly tooManyMissing?: Facts['tooManyMissing'];
  readonly unread?: readonly string[];
  /** The version that Secrets Manager wants a token in. */
  readonly into?: string;
  readonly canaries?: Facts['canaries'];
  /** Milliseconds since the current version was made. */
  readonly versionAge?: number;
}

export function aDocument(rest: Scenario['document'] = {}): RotationDocument {
  const { token = 'the-token', versionId: _versionId, ...fields } = rest;
  const authorizationId = fields.authorizationId ?? 'cur';
  return {
    id: versionOf(authorizationId),
    identity: IDENTITY,
    authorizationId,
    orgId: ORG,
    userId: OWNER,
    tokenHash: tokenHash(token),
    permissionsHash: permissionsHash(GRANT),
    mintedAt: NOW - 20 * DAY,
    superseded: [],
    copiedAt: [],
    changes: [],
    ...fields,
  };
}

/** The text of a version. */
export function aText(document: RotationDocument, token = 'the-token'): string {
  return JSON.stringify({ url: 'https://influxdb', token, rotation: toWire(document) });
}

export function aValue(text: string, versionId: string, age = 20 * DAY): SecretReading {
  return { kind: 'value', arn: ARN, versionId, createdAt: NOW - age, holdsPending: false, text };
}

/** What a consumer's secret holds, as a run reads it. */
export function anObserved(reading: SecretReading, name = 'telegraf'): ObservedSecret {
  return observed(reading, 'prod', { name, tokenKey: 'token' });
}

export function factsOf(scenario: Scenario): Facts {
  const { document: given = {}, rows = [aRow('cur')], settings } = scenario;
  const document = aDocument(given);
  // No ledger is younger than the version that it stands in.
  const { versionAge = Math.min(20 * DAY, ...document.superseded.map(({ since }) => NOW - since)) } = scenario;
  const token = given.token ?? 'the-token';
  const consumer = aConsumer(settings);
  const reading = scenario.reading ?? aValue(aText(document, token), given.versionId ?? document.id, versionAge);
  return {
    now: NOW,
    clocks: scenario.clocks ?? { kind: 'agree' },
    deployment: 'prod',
    limits: LIMITS,
    settings: consumer,
    secret: observed(reading, 'prod', consumer),
    target: scenario.target ?? { kind: 'resolved', orgId: ORG, userId: OWNER, grant: () => GRANT },
    listing: new Listing(rows),
    protections: {
      of: (id) => scenario.protections?.[id],
      inUse: (id, markedHash = '') => {
        const why =
          scenario.protections?.[id] ??
          scenario.heldByHash?.[markedHash] ??
          (id === document.authorizationId && !settings?.retired && !scenario.reading
            ? 'it is the current one of consumer telegraf'
            : undefined);
        return why === undefined ? undefined : { why };
      },
    },
    others: {
      sharers: () => scenario.sharers ?? [],
      mayHold: () => scenario.mayHold,
    },
    isRotators: rotatorsOwn(scenario.rotatorToken ?? 'the-rotator'),
    unread: scenario.unread ?? [],
    overTheCap: new Set(scenario.overTheCap),
    tooManyMissing: scenario.tooManyMissing,
    into: scenario.into,
    asked: scenario.asked,
    leakReplaced: scenario.leakReplaced ?? false,
    canaries: scenario.canaries ?? [],
    scheduleMs: HOUR,
    answers: new Answers(),
  };
}

/** Plans, and shows the planner what it asks for, until it decides. */
export function decide(scenario: Scenario, facts = factsOf(scenario)): Decision {
  for (let questions = 0; questions < 50; questions += 1) {
    const outcome = plan(facts);
    if (outcome.kind === 'decision') return outcome;
    answer(scenario, facts, outcome.question);
  }
  throw new Error('the planner does not stop asking');
}

function answer(scenario: Scenario, { answers, ...facts }: Facts, question: Question): void {
  switch (question.kind) {
    case 'description':
      answers.note(question, describe(scenario, facts));
      break;
    case 'version':
      answers.note(question, versionIn(scenario, facts, question.stage));
      break;
    case 'stored':
      answers.note(question, scenario.stored?.[question.versionId]);
      break;
    case 'owner':
      answers.note(question, scenario.owners?.[question.of]);
      break;
    case 'authorization':
      answers.note(question, scenario.lookups?.[question.id] ?? { kind: 'gone' });
  }
}

function versionIn(
  scenario: Scenario,
  facts: Pick<Facts, 'secret' | 'settings'>,
  stage: 'AWSPREVIOUS' | 'AWSPENDING',
): AnswerTo['version'] {
  const version = scenario.versions?.[stage];
  if (version === undefined) return undefined;
  const labelled = describe(scenario, facts)?.[stage === 'AWSPREVIOUS' ? 'previous' : 'pending'];
  const versionId = labelled ?? versionOf('unknown');
  const content = readSecretContent(version.text, versionId, facts.settings.tokenKey);
  return { versionId, createdAt: NOW - version.age, content };
}

function describe({ description = {} }: Scenario, { secret }: Pick<Facts, 'secret'>): SecretDescription | undefined {
  if (description === 'none') return undefined;
  return aDescription({ current: secret.kind === 'value' ? secret.versionId : undefined, ...description });
}

/** A secret whose current version is that of `cur`, and which was left alone for 20 days. */
export function aDescription(rest: Partial<SecretDescription> = {}): SecretDescription {
  const seen = {
    arn: ARN,
    seenAt: NOW,
    current: versionOf('cur'),
    previous: undefined,
    pending: undefined,
    rotationEnabled: false,
    replicaOf: undefined,
    owningService: undefined,
    nextRotationAt: undefined,
    lastChangedAt: NOW - 20 * DAY,
    deletedAt: undefined,
    ...rest,
  };
  const labelled = [seen.current, seen.previous, seen.pending].filter((id) => id !== undefined);
  return { labelled: new Set(labelled), ...seen };
}

/** The step that makes a new version, if the decision has one. */
export function versionOfNext(next: Decision['next']): Mint | CopyForward | undefined {
  return next?.kind === 'mint' || next?.kind === 'copy-forward' ? next : undefined;
}

/** A decision as a table shows it: `acting: due … | switch-off old | mint +cur old`, with the new ledger after the `mint`. */
export function summary({ state, reason, obstacle, ends, next }: Decision): string {
  const { ledger: named } = versionOfNext(next) ?? {};
  const ledger = named && [
    ...named.added.map(({ authorizationId }) => `+${authorizationId}`),
    ...named.kept.map(({ authorizationId }) => authorizationId),
  ];
  return [
    `${state}: ${describeDecision({ reason, obstacle })}`,
    ...ends.map(({ kind, authorizationId }) => `${kind} ${authorizationId}`),
    ...(next === undefined ? [] : [[next.kind, ...(ledger ?? [])].join(' ')]),
  ].join(' | ');
}

// What many rows of the decision tables are about.

export const SETTLED = LIMITS.leaseMs + DAY;
export const DUE = { mintedAt: NOW - 30 * DAY - HOUR };
export const dueRow = aRow('cur', { age: 30 * DAY + HOUR });
export const young = aRow('stray', { age: 10 * MINUTE, status: 'inactive' });
export const ledger = (ageMs: number, rest = {}) => ({ superseded: [anEntry('old', ageMs, rest)] });
export const foreign = { token: 'put-by-hand', tokenHash: tokenHash('the-token'), versionId: versionOf('hand') };
export const edited = { versionId: versionOf('hand') };
export const CLOCK: ClockVerdict = { kind: 'disagree', detail: 'the clocks differ' };
export const UNRESOLVED: UnresolvedTarget = { kind: 'unresolved', problem: 'bucket "x" not found' };
export const rotationEnabled = { rotationEnabled: true };
export const noDocument = aValue('{"url":"https://influxdb"}', versionOf('hand'));

/** A decision table: each row is a world, and what the planner makes of it. */
export type DecisionTable = Readonly<Record<string, readonly [Scenario, string]>>;

/** Holds the planner to a table, row by row. */
export function holdTo(table: DecisionTable): void {
  it.each(Object.entries(table))('%s', (_name, [scenario, expected]) => {
    expect(summary(decide(scenario))).toBe(expected);
  });
}
