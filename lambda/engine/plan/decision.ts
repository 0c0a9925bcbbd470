import type { Grant } from '../../influxdb/grant.ts';
import type { ReasonCode } from '../../log/reason-codes.ts';
import type { Question } from '../observe/question.ts';
import { describe } from './describe.ts';
import type { Reason } from './reason.ts';
import type { EndStep, Next } from './steps.ts';

/** What a run will do for one consumer, and why. A consumer with nothing to do has a reason, too. */
export interface Decision {
  readonly kind: 'decision';
  readonly state: ConsumerState;
  readonly reason: Reason;
  /** What keeps the run from acting on the reason. */
  readonly obstacle: Reason | undefined;
  /** Older tokens to end. Carried out first, in this order. */
  readonly ends: readonly EndStep[];
  readonly next: Next | undefined;
  /** What else an operator should know. */
  readonly notes: readonly Reason[];
  /** What the day's try of the current token showed; undefined if this run did not try it. */
  readonly proof: ProofOfLife | undefined;
  /** Whether the rotator may make the next token, and see and end the others; undefined if this run did not ask. */
  readonly mayRotate: Grant['kind'] | undefined;
}

/** What the day's try of a current token showed. */
export type ProofOfLife =
  /** Of `granted` permissions, `proven` were tried. The others cannot be tried without an effect. */
  | { readonly kind: 'works'; readonly proven: number; readonly granted: number }
  /** It may work: the server was busy, or the answer was not about the token. */
  | { readonly kind: 'unproven'; readonly detail: string }
  | { readonly kind: 'refused'; readonly detail: string }
  /** The secret or the authorization is not any more as this run read it. */
  | { readonly kind: 'changed' };

/**
 * - `idle`: nothing to do. `waiting`: something is due, but not now. `acting`: this run does something.
 * - `blocked`: a person decided, or must decide. `failed`: nothing is rotated until something is mended.
 * - `changed`: the secret changed while this run looked; the next run looks again.
 */
export type ConsumerState = 'idle' | 'waiting' | 'acting' | 'blocked' | 'failed' | 'changed';

/** The planner's answer: a decision, or what it must see first. */
export type Plan = Decision | { readonly kind: 'question'; readonly question: Question };

/** What goes with a decision, whatever it is. */
export type Rest = Partial<Pick<Decision, 'ends' | 'notes'>>;

export function idle(reason: Reason, rest: Rest = {}): Decision {
  return decision(rest.ends?.length ? 'acting' : 'idle', reason, undefined, rest);
}

export function blocked(reason: Reason, rest: Rest = {}): Decision {
  return decision('blocked', reason, undefined, rest);
}

export function failed(reason: Reason, rest: Rest = {}): Decision {
  return decision('failed', reason, undefined, rest);
}

export function changed(): Decision {
  return decision('changed', { code: 'CHANGED_MEANWHILE' }, undefined, {});
}

export function acting(next: Next, rest: Rest = {}): Decision {
  return { ...decision('acting', next.reason, undefined, rest), next };
}

/** Something is due for this reason, but not now. */
export interface Obstacle {
  readonly state: 'waiting' | 'blocked' | 'failed';
  readonly reason: Reason;
}

export function kept(reason: Reason, obstacle: Obstacle, rest: Rest = {}): Decision {
  return decision(obstacle.state, reason, obstacle.reason, rest);
}

/** The obstacles that say all there is to say: for these the reason to mint is no news. */
const WHOLE: ReadonlySet<ReasonCode> = new Set([
  'OTHER_WRITER',
  'WRITTEN_AGAIN',
  'CONFIGURATIONS_DISAGREE',
  'ROTATED_ELSEWHERE',
  'ROTATION_OFF',
  'ROTATION_HANGS',
]);

/** The decision as a sentence. */
export function describeDecision({ reason, obstacle }: Pick<Decision, 'reason' | 'obstacle'>): string {
  if (obstacle === undefined) return describe(reason);
  if (WHOLE.has(obstacle.code)) return describe(obstacle);
  if (obstacle.code === 'MISSING_AND_REPORTED') return `${describe(reason)}; ${describe(obstacle)}`;
  // A command is asked again, so it says how.
  const mayForce = reason.code === 'REQUESTED' && obstacle.code === 'FROZEN';
  return `${describe(reason)}, but ${describe(obstacle)}${mayForce ? '; with "force" it does not wait' : ''}`;
}

function decision(
  state: ConsumerState,
  reason: Reason,
  obstacle: Reason | undefined,
  { ends = [], notes = [] }: Rest,
): Decision {
  return {
    kind: 'decision',
    state,
    reason,
    obstacle,
    ends,
    next: undefined,
    notes,
    proof: undefined,
    mayRotate: undefined,
  };
}
