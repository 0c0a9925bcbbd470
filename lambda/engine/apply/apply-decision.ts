import { endsRun, messageOf } from '../../calls/failure.ts';
import type { ConsumerSettings } from '../../config/configuration.ts';
import type { SecretDescription } from '../../secrets-manager/secret.ts';
import type { Decision, Mint, Repair, Retirement } from '../plan/decision.ts';
import type { ActionReport } from '../report/report.ts';
import { repair } from './copy-forward.ts';
import { retire } from './end-token.ts';
import { type Rotated, rotate } from './rotate.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';

/** What a consumer's turn did. `error` is the first failure, which ends the turn. */
export interface Turn {
  readonly actions: readonly ActionReport[];
  readonly error: unknown;
}

/**
 * Carries out one consumer's decision, made on the secret as it was `seen`, one action at a time: older tokens end before a new one is made, so that no
 * third one is ever live (docs/protocol.md, F13). A failed retirement ends the turn, unless the consumer has no working token.
 */
export async function takeTurn(
  services: Services,
  settings: ConsumerSettings,
  secretId: string,
  decision: Decision,
  seen: SecretDescription | undefined,
): Promise<Turn> {
  const actions: ActionReport[] = [];
  let error: unknown;
  const attempt = async (action: Described, act: () => Promise<{ readonly authorizationId: string } | undefined>) => {
    // Before the first write, so that a run that dies right after it has said what it was about.
    logStart(services, settings, action);
    try {
      actions.push({
        ...action,
        authorizationId: (await act())?.authorizationId ?? action.authorizationId,
        outcome: 'done',
        error: undefined,
      });
    } catch (failure) {
      error ??= failure;
      const { kind, authorizationId } = action;
      const message = messageOf(failure);
      services.log.warn('ACTION_FAILED', { consumer: settings.name, action: kind, authorizationId, error: message });
      actions.push({ ...action, outcome: 'failed', error: message });
    }
  };
  const { next } = decision;
  for (const retirement of decision.retirements) {
    const undisturbed = error === undefined || (isUrgent(next) && !endsRun(error));
    if (!undisturbed) actions.push(notAttempted(retirement));
    else await attempt(described(retirement), () => retire(services, settings, retirement, secretId, seen));
  }
  if (next === undefined) return { actions, error };
  if (error !== undefined && (!isUrgent(next) || endsRun(error))) {
    actions.push({ ...describedNext(next), outcome: 'not-attempted', error: undefined });
  } else if (next.kind === 'mint') {
    await attempt(describedNext(next), () => rotate(services, settings, next));
  } else {
    await attempt(describedNext(next), () => repairOr(services, settings, next));
  }
  return { actions, error };
}

/** A version that a label was moved back to may hold a token that does not work: then it is replaced. */
async function repairOr(services: Services, settings: ConsumerSettings, plan: Repair): Promise<Rotated> {
  const repaired = await repair(services, settings, plan);
  if (repaired !== 'fails') return repaired;
  if (plan.otherwise === undefined)
    throw new RotationError('the current token does not work, and cannot be replaced now');
  logStart(services, settings, describedNext(plan.otherwise));
  return rotate(services, settings, plan.otherwise);
}

/** The actions of a decision that is not carried out: a dry run's, or those of a run that ended early. */
export function untaken({ retirements, next }: Decision, outcome: 'planned' | 'not-attempted'): ActionReport[] {
  const all = [...retirements.map(described), ...(next === undefined ? [] : [describedNext(next)])];
  return all.map((action) => ({ ...action, outcome, error: undefined }));
}

type Described = Pick<ActionReport, 'kind' | 'authorizationId' | 'reason'>;

function logStart({ log }: Services, { name }: ConsumerSettings, { kind, authorizationId, reason }: Described): void {
  log.info('ACTION_STARTED', { consumer: name, action: kind, authorizationId, reason });
}

function notAttempted(retirement: Retirement): ActionReport {
  return { ...described(retirement), outcome: 'not-attempted', error: undefined };
}

function described({ kind, authorizationId, reason }: Retirement): Described {
  return { kind, authorizationId, reason };
}

function describedNext(next: Mint | Repair): Described {
  return { kind: next.kind === 'mint' ? 'rotate' : 'repair', authorizationId: undefined, reason: next.reason };
}

function isUrgent(next: Mint | Repair | undefined): boolean {
  return next?.kind === 'mint' && next.urgent;
}
