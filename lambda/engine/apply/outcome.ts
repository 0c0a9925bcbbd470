import type { ErrorCode } from '../../log/coded-error.ts';
import type { CopyForward, Decision, EndStep, Mint } from '../plan/decision.ts';
import type { Reason } from '../plan/reason.ts';

/** One thing that a decision asks for. */
export interface PlannedAction {
  readonly kind: 'rotate' | 'copy-forward' | EndStep['kind'];
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
}

export type Step = EndStep | Mint | CopyForward;

/** What a decision asks for, in the order in which it is done. */
export function stepsOf({ ends, next }: Decision): readonly Step[] {
  return next === undefined ? ends : [...ends, next];
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
