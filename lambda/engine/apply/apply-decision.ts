import { OutOfTimeError } from '../../calls/budget.ts';
import { codeOf, endsRun, messageOf } from '../../calls/failure.ts';
import type { ConsumerSettings } from '../../config/configuration.ts';
import type { Decision } from '../plan/decision.ts';
import { describe } from '../plan/describe.ts';
import type { Mint } from '../plan/steps.ts';
import { copyForward, type Fails } from './copy-forward.ts';
import { endToken } from './end-token.ts';
import type { DecidedOn } from './last-guard.ts';
import { noteCompromised } from './note-compromised.ts';
import {
  type ActionOutcome,
  isAside,
  isEnd,
  type PlannedAction,
  plannedAction,
  type Step,
  stepsOf,
} from './outcome.ts';
import { reactivate } from './reactivate.ts';
import { type Rotated, rotate } from './rotate.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';

/** What was done for a consumer. `error` is the first failure. */
export interface Applied {
  readonly actions: readonly ActionOutcome[];
  readonly error: unknown;
}

/**
 * Carries out one consumer's decision, one action at a time: older tokens end before a new one is made, so that no
 * third one is ever live (docs/protocol.md, F13). An end that fails ends the consumer's turn, unless the consumer has
 * no working token.
 */
export async function applyDecision(
  services: Services,
  settings: ConsumerSettings,
  decision: Decision,
  decidedOn: DecidedOn,
): Promise<Applied> {
  const actions: ActionOutcome[] = [];
  const urgent = isUrgent(decision);
  let error: unknown;
  for (const step of stepsOf(decision)) {
    if (error === undefined || (urgent && !endsRun(error))) {
      const attempted = await attempt(services, settings, step, decidedOn);
      actions.push(attempted.action);
      if (!isAside(step) || endsRun(attempted.error)) error ??= attempted.error;
    } else actions.push({ ...plannedAction(step), outcome: 'not-attempted', error: undefined });
  }
  return { actions, error };
}

/** A failed end does not keep a consumer from a token that it needs now. */
function isUrgent({ next }: Decision): boolean {
  return next?.kind === 'mint' && (next.urgent || next.reason.code === 'CURRENT_COMPROMISED');
}

async function attempt(
  services: Services,
  settings: ConsumerSettings,
  step: Step,
  decidedOn: DecidedOn,
): Promise<{ readonly action: ActionOutcome; readonly error: unknown }> {
  const { budget, clock } = services;
  const action = plannedAction(step);
  // A rotation that is begun and not finished makes its consumer wait for the lease.
  if (!budget.hasRoomFor(action.kind)) return notAttempted(action, new OutOfTimeError(NO_TIME));
  logStart(services, settings, action);
  const begunAt = clock.now();
  try {
    const done = await act(services, settings, step, decidedOn).finally(() =>
      budget.took(action.kind, clock.now() - begunAt),
    );
    if (done !== undefined && 'fails' in done)
      return await attempt(services, settings, insteadOf(step, done), decidedOn);
    const authorizationId = done?.authorizationId ?? action.authorizationId;
    const { leftOut, promoted } = done ?? {};
    const left = { ...(leftOut !== undefined && { leftOut }), ...(promoted !== undefined && { promoted }) };
    return { action: { ...action, authorizationId, outcome: 'done', error: undefined, ...left }, error: undefined };
  } catch (error) {
    // The one write of an end was not sent, then.
    if (error instanceof OutOfTimeError && isEnd(step)) return notAttempted(action, error);
    const failure = { code: codeOf(error), message: messageOf(error) };
    services.log('ACTION_FAILED', {
      consumer: settings.name,
      action: action.kind,
      authorizationId: action.authorizationId,
      error: failure.message,
      errorCode: failure.code,
    });
    return { action: { ...action, outcome: 'failed', error: failure }, error };
  }
}

const NO_TIME = 'this run has too little time left for that';

function notAttempted(action: PlannedAction, error: OutOfTimeError) {
  return { action: { ...action, outcome: 'not-attempted', error: undefined } as const, error };
}

async function act(
  services: Services,
  settings: ConsumerSettings,
  step: Step,
  decidedOn: DecidedOn,
): Promise<Rotated | Fails | undefined> {
  switch (step.kind) {
    case 'mint':
      return rotate(services, settings, step);
    case 'copy-forward':
      return copyForward(services, settings, step);
    case 'reactivate':
      return reactivate(services, settings, step);
    case 'note-compromised':
      return noteCompromised(services, settings, step);
    case 'switch-off':
    case 'delete':
      return endToken(services, settings, step, decidedOn);
  }
}

/** A version that a label was moved back to may hold a token that does not work: then it is replaced. */
function insteadOf(step: Step, { fails }: Fails): Mint {
  if (step.kind === 'copy-forward' && step.otherwise !== undefined) return step.otherwise;
  throw new RotationError('TOKEN_FAILS', `the current token does not work, and cannot be replaced now: ${fails}`);
}

/** Logged before the first write, so that the log of a run that dies shows what it was doing. */
function logStart({ log }: Services, { name }: ConsumerSettings, action: PlannedAction): void {
  const { kind, authorizationId, reason } = action;
  log('ACTION_STARTED', {
    consumer: name,
    action: kind,
    authorizationId,
    reason: describe(reason),
    reasonCode: reason.code,
  });
}
