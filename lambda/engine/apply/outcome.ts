import type { ErrorCode } from '../../log/coded-error.ts';
import type { Decision } from '../plan/decision.ts';
import type { Promoted } from '../plan/news.ts';
import type { Reason } from '../plan/reason.ts';
import type { EndStep, Next } from '../plan/steps.ts';

/** One thing that a decision asks for. */
export interface PlannedAction {
  readonly kind: 'rotate' | Exclude<Next['kind'], 'mint'> | EndStep['kind'];
  /** Undefined for a rotation and a copy until they are done. */
  readonly authorizationId: string | undefined;
  readonly reason: Reason;
}

/** What became of it. */
export interface ActionOutcome extends PlannedAction {
  readonly outcome: 'planned' | 'done' | 'failed' | 'not-attempted';
  readonly error: { readonly code: ErrorCode; readonly message: string } | undefined;
  /** How many older tokens the ledger of the new version had no room for; missing for none. */
  readonly leftOut?: number;
  /** The version that it made current; missing for anything else. */
  readonly promoted?: Promoted;
}

export type Step = EndStep | Next;

/** Rows that anybody may have made, and that are ended in one run for one consumer at most: each costs some calls. */
const MOST_ASIDE = 20;

/**
 * What a decision asks for, in the order in which it is done. What somebody else may have made comes last, unless it is
 * older than what leaked of ours: the note that says so of both goes with that row (R11c).
 */
export function stepsOf({ ends, next }: Decision): readonly Step[] {
  const aside = new Set(ends.filter((step) => step.aside).slice(0, MOST_ASIDE));
  // What leaked is in front, the oldest first.
  const lastLeaked = ends.findLastIndex(({ compromised, aside }) => compromised && !aside);
  const before = ends.filter((step, index) => !step.aside || (aside.has(step) && index < lastLeaked));
  const after = [...aside].filter((step) => !before.includes(step));
  return [...before, ...(next === undefined ? [] : [next]), ...after];
}

/** Its failure fails nothing, and nothing waits for it. */
export function isAside(step: Step): boolean {
  return isEnd(step) && step.aside;
}

export function isEnd(step: Step): step is EndStep {
  return step.kind === 'switch-off' || step.kind === 'delete';
}

export function plannedAction(step: Step): PlannedAction {
  const { reason } = step;
  if (step.kind === 'mint') return { kind: 'rotate', authorizationId: undefined, reason };
  if (step.kind === 'copy-forward') return { kind: 'copy-forward', authorizationId: undefined, reason };
  return { kind: step.kind, authorizationId: step.authorizationId, reason };
}

/** The actions of a decision that is not carried out: a dry run's, or those of a run that ended early. */
export function untaken(decision: Decision, outcome: 'planned' | 'not-attempted'): ActionOutcome[] {
  return stepsOf(decision).map((step) => ({ ...plannedAction(step), outcome, error: undefined }));
}
