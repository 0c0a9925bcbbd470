import { codeOf, messageOf } from '../../calls/failure.ts';
import type { ConsumerSettings } from '../../config/configuration.ts';
import { type ActionOutcome, untaken } from '../apply/outcome.ts';
import { type Decision, describeDecision } from '../plan/decision.ts';
import { describe } from '../plan/describe.ts';
import type { Facts } from '../plan/facts.ts';
import type { Reason } from '../plan/reason.ts';
import type { ActionReport, ConsumerReport, ReasonReport } from './report.ts';
import { describeTokens } from './token-reports.ts';

/** What a run decided for a consumer, or why it could not. */
export interface Planned {
  readonly settings: ConsumerSettings;
  readonly facts: Facts;
  readonly outcome: Decision | { readonly kind: 'undecided'; readonly error: unknown };
}

/** The report of a consumer whose decision was not carried out: in a dry run, or in one that ended early. */
export function reportUntaken({ settings, facts, outcome }: Planned, as: 'planned' | 'not-attempted'): ConsumerReport {
  const base = { ...nameOf(settings), tokens: describeTokens(facts) };
  if (outcome.kind === 'undecided') {
    const error = messageOf(outcome.error);
    const why = reportReason({ code: 'NOT_PLANNED', error: codeOf(outcome.error) });
    return { ...base, state: 'failed', reason: error, why, obstacle: undefined, actions: [], notes: [] };
  }
  const actions = untaken(outcome, as).map(reportAction);
  const state = as === 'not-attempted' && actions.length > 0 ? 'not-attempted' : outcome.state;
  return { ...base, ...reportDecision(outcome), state, actions };
}

/** The report of a consumer whose decision was carried out, up to the first failure. */
export function reportApplied(
  planned: Planned & { readonly outcome: Decision },
  actions: readonly ActionOutcome[],
  error: unknown,
): ConsumerReport {
  const report = { ...reportUntaken(planned, 'planned'), actions: actions.map(reportAction) };
  if (error === undefined) return report;
  const state = codeOf(error) === 'CHANGED_BEFORE_END' ? 'changed' : 'failed';
  return { ...report, state, reason: `${report.reason}: ${messageOf(error)}` };
}

/** The report of a consumer that the run did not get to. */
export function reportUnseen(settings: ConsumerSettings): ConsumerReport {
  const reason: Reason = { code: 'NOT_ATTEMPTED' };
  return {
    ...nameOf(settings),
    state: 'not-attempted',
    reason: describe(reason),
    why: reportReason(reason),
    obstacle: undefined,
    actions: [],
    notes: [],
    tokens: [],
  };
}

/** The reason with what it is about, its times as ISO 8601. */
export function reportReason({ ...reason }: Reason): ReasonReport {
  if (!('until' in reason)) return reason;
  const { until, ...rest } = reason;
  return Number.isFinite(until) ? { ...rest, until: new Date(until).toISOString() } : rest;
}

function nameOf({ name, secret }: ConsumerSettings): Pick<ConsumerReport, 'consumer' | 'secret'> {
  return { consumer: name, secret };
}

function reportDecision(decision: Decision): Pick<ConsumerReport, 'reason' | 'why' | 'obstacle' | 'notes'> {
  const { reason, obstacle, notes } = decision;
  return {
    reason: describeDecision(decision),
    why: reportReason(reason),
    obstacle: obstacle && reportReason(obstacle),
    notes: notes.map((note) => ({ note: describe(note), ...reportReason(note) })),
  };
}

function reportAction({ kind, authorizationId, reason, outcome, error }: ActionOutcome): ActionReport {
  return {
    kind,
    authorizationId,
    reason: describe(reason),
    reasonCode: reason.code,
    outcome,
    error: error?.message,
    errorCode: error?.code,
  };
}
