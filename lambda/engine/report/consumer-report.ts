import { codeOf, endsRun, mendsOf, messageOf } from '../../calls/failure.ts';
import type { ConsumerSettings } from '../../config/configuration.ts';
import type { ErrorCode } from '../../log/coded-error.ts';
import { type ActionOutcome, untaken } from '../apply/outcome.ts';
import { arnOf } from '../observe/observed-secret.ts';
import { type Decision, describeDecision } from '../plan/decision.ts';
import { describe } from '../plan/describe.ts';
import type { Facts } from '../plan/facts.ts';
import { listed } from '../plan/listed.ts';
import type { Reason } from '../plan/reason.ts';
import { accessOf } from './access.ts';
import { reportException } from './exception-report.ts';
import type { Journal } from './journal.ts';
import type { ActionReport, ConsumerReport, ProofReport, ReasonReport, TokenReport } from './report.ts';
import { reportTokens } from './token-reports.ts';

/** What a run decided for a consumer, or why it could not. */
export interface Planned {
  readonly facts: Facts;
  readonly outcome: Decision | { readonly kind: 'undecided'; readonly error: unknown };
}

/** The report of a consumer whose decision was not carried out: in a dry run, or in one that ended early. */
export function reportUntaken({ facts, outcome }: Planned, as: 'planned' | 'not-attempted'): ConsumerReport {
  if (outcome.kind === 'undecided') return reportUndecided(facts, outcome.error, as);
  const actions = untaken(outcome, as);
  const seen = { tokens: reportTokens(facts), changed: outcome.state === 'changed' };
  const report = reportDecision(facts, outcome, actions, seen);
  return as === 'not-attempted' && actions.length > 0 ? { ...report, state: 'not-attempted' } : report;
}

/** The report of a consumer whose decision was carried out, up to the first failure. */
export function reportApplied(
  facts: Facts,
  decision: Decision,
  actions: readonly ActionOutcome[],
  error: unknown,
  journal: Journal,
): ConsumerReport {
  const wasFaster = CHANGED.has(codeOf(error));
  const changed = decision.state === 'changed' || wasFaster;
  const report = reportDecision(facts, decision, actions, { tokens: journal.after(reportTokens(facts)), changed });
  if (error === undefined) return hadNoNames(facts, report) ? { ...report, ...OUT_OF_TIME } : report;
  const state = wasFaster ? 'changed' : hadNoTime(actions, error) ? 'not-attempted' : 'failed';
  // What ends the run is an error of the run, and told there.
  const failure = endsRun(error) ? describe({ code: 'NOT_ATTEMPTED' }) : messageOf(error);
  return { ...report, state, reason: `${report.reason}: ${failure}`, errorCode: codeOf(error) };
}

const OUT_OF_TIME = { state: 'not-attempted', errorCode: 'OUT_OF_TIME' } as const;

/** Its names were not looked up in time, and are all that it lacks. */
function hadNoNames({ target }: Facts, { state }: ConsumerReport): boolean {
  return state === 'failed' && target.kind === 'unresolved' && target.isLate === true;
}

/** That nothing was begun: what is begun, and cannot be finished in time, has failed. */
function hadNoTime(actions: readonly ActionOutcome[], error: unknown): boolean {
  return codeOf(error) === 'OUT_OF_TIME' && actions.every(({ outcome }) => outcome !== 'failed');
}

/** Failures after which nothing is wrong: somebody else was faster. */
const CHANGED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CHANGED_BEFORE_END',
  'CHANGED_AFTER_MINT',
  'CHANGED_BEFORE_PROMOTION',
]);

/** The report of a consumer that the run did not get to. */
export function reportUnseen(settings: ConsumerSettings, now: number): ConsumerReport {
  const reason: Reason = { code: 'NOT_ATTEMPTED' };
  return {
    consumer: settings.name,
    secret: settings.secret,
    state: 'not-attempted',
    reason: describe(reason),
    why: reportReason(reason),
    obstacle: undefined,
    errorCode: undefined,
    actions: [],
    notes: [],
    tokens: [],
    access: 'unknown',
    probe: settings.probe,
    proof: undefined,
    mayRotate: undefined,
    ...reportException(settings, now),
  };
}

/** The reason with what it is about, its times as ISO 8601. */
export function reportReason(reason: Reason): ReasonReport {
  // How long that is from now changes with every run, though nothing else does.
  if (reason.code === 'NEXT_ROTATION') return { code: reason.code, until: new Date(reason.until).toISOString() };
  const { until, ...rest }: Reason & { readonly until?: number } = reason;
  const about = 'authorizationIds' in rest ? { ...rest, ...idsIn(rest.authorizationIds) } : rest;
  return until !== undefined && Number.isFinite(until) ? { ...about, until: new Date(until).toISOString() } : about;
}

function idsIn(all: readonly string[]): { readonly authorizationIds: readonly string[]; readonly more?: number } {
  const { shown: authorizationIds, more } = listed(all);
  return more === 0 ? { authorizationIds } : { authorizationIds, more };
}

/** What concerns rows that somebody else may have made comes last, and is what is left out. */
function reportNotes(notes: readonly Reason[]): ConsumerReport['notes'] {
  const ofAnother = notes.filter(({ code }) => code === 'STRAY_OF_ANOTHER');
  const { shown, more } = listed([...notes.filter(({ code }) => code !== 'STRAY_OF_ANOTHER'), ...ofAnother]);
  const all: readonly Reason[] = more === 0 ? shown : [...shown, { code: 'MORE_NOTES', more }];
  return all.map((note) => ({ note: describe(note), ...reportReason(note) }));
}

function secretOf({ secret, settings }: Facts): Pick<ConsumerReport, 'secret' | 'secretArn' | 'versionId'> {
  const secretArn = arnOf(secret);
  const versionId = secret.kind === 'value' ? secret.versionId : undefined;
  return {
    secret: settings.secret,
    ...(secretArn !== undefined && { secretArn }),
    ...(versionId !== undefined && { versionId }),
  };
}

function reportUndecided(facts: Facts, error: unknown, as: 'planned' | 'not-attempted'): ConsumerReport {
  const tokens = reportTokens(facts);
  return {
    consumer: facts.settings.name,
    ...secretOf(facts),
    // A run comes again. Where somebody only looks, the answer is all that they get.
    state: as === 'not-attempted' && codeOf(error) === 'OUT_OF_TIME' ? 'not-attempted' : 'failed',
    reason: messageOf(error),
    why: reportReason({ code: 'NOT_PLANNED', error: codeOf(error), ...mendsOf(error) }),
    obstacle: undefined,
    errorCode: codeOf(error),
    actions: [],
    notes: [],
    tokens,
    access: accessOf(facts, tokens, { proof: undefined, changed: false }),
    probe: facts.settings.probe,
    proof: undefined,
    mayRotate: undefined,
    ...reportException(facts.settings, facts.now),
  };
}

function reportDecision(
  facts: Facts,
  decision: Decision,
  actions: readonly ActionOutcome[],
  { tokens, changed }: { readonly tokens: readonly TokenReport[]; readonly changed: boolean },
): ConsumerReport {
  const { state, reason, obstacle, notes } = decision;
  const proof = reportProof(decision);
  return {
    consumer: facts.settings.name,
    ...secretOf(facts),
    state,
    reason: describeDecision(decision),
    why: reportReason(reason),
    obstacle: obstacle && reportReason(obstacle),
    errorCode: undefined,
    actions: actions.map(reportAction),
    notes: reportNotes(notes),
    tokens,
    access: accessOf(facts, tokens, { proof, changed }),
    probe: facts.settings.probe,
    proof,
    mayRotate: decision.mayRotate,
    ...reportException(facts.settings, facts.now),
  };
}

function reportProof({ proof }: Decision): ProofReport | undefined {
  if (proof === undefined || proof.kind === 'changed') return undefined;
  const { kind: result, ...shown } = proof;
  return { result, ...shown } as ProofReport;
}

export function reportAction({ kind, authorizationId, reason, outcome, error, leftOut }: ActionOutcome): ActionReport {
  return {
    kind,
    authorizationId,
    reason: describe(reason),
    reasonCode: reason.code,
    outcome,
    error: error?.message,
    errorCode: error?.code,
    ...(leftOut === undefined ? {} : { leftOut }),
  };
}
