import type { LedgerEntry, RotationDocument } from '../document/document.ts';
import type { Identity } from '../document/marker.ts';
import type { LookRequest } from '../observe/question.ts';
import type { Target } from './facts.ts';

/** What a run will do for one consumer, and why. A consumer with nothing to do has a reason, too. */
export interface Decision {
  readonly kind: 'decision';
  readonly state: ConsumerState;
  readonly reason: string;
  /** Carried out first, in this order. */
  readonly retirements: readonly Retirement[];
  readonly next: Mint | Repair | undefined;
  /** What else an operator should know. */
  readonly notes: readonly string[];
}

/**
 * - `idle`: nothing to do. `wait`: something is due, but not now. `act`: this run does something.
 * - `blocked`: a person decided, or must decide. `error`: nobody would rotate until something is mended.
 * - `changed`: the secret changed while this run looked; the next run looks again.
 */
export type ConsumerState = 'idle' | 'wait' | 'act' | 'blocked' | 'error' | 'changed';

/** Ends a token step by step: `deactivate` can be undone, `delete` cannot. */
export interface Retirement {
  readonly kind: 'deactivate' | 'delete';
  readonly authorizationId: string;
  readonly reason: string;
  /** Counts against `maxRetirementsPerRun`, the oldest first; undefined for what does not count. */
  readonly cappedSince: number | undefined;
  /** Deleted whatever its status and keep-until. */
  readonly compromised: boolean;
}

/** Where the next version is put: the secret as it was read. */
export interface Base {
  readonly secretId: string;
  readonly identity: Identity;
  /** The version that `AWSCURRENT` must still be on when the new one is promoted. */
  readonly versionId: string;
  /** Its text, of which every key but ours is kept. */
  readonly text: string;
}

/** A rotation: mint, store, activate, verify, promote. */
export interface Mint {
  readonly kind: 'mint';
  readonly reason: string;
  /** The consumer has no working token: a failed retirement does not stop it, nor a probe that proved nothing. */
  readonly urgent: boolean;
  /** What must be made first. `secret`: the secret itself; `value`: its first, empty version. */
  readonly prepare: 'secret' | 'value' | undefined;
  /** Undefined only with `prepare`. */
  readonly base: Base | undefined;
  readonly target: Target;
  readonly ledger: Ledger;
}

/** Puts the current token into a new version whose ledger names what the present one does not. */
export interface Repair {
  readonly kind: 'repair';
  readonly reason: string;
  readonly base: Base;
  readonly token: string;
  readonly document: RotationDocument;
  readonly ledger: Ledger;
  /** What follows if the current token turns out not to work. */
  readonly otherwise: Mint | undefined;
}

/** The older tokens that the next version will name. */
export interface Ledger {
  readonly kept: readonly LedgerEntry[];
  /** Superseded by the version to come: `since` is the time of its put. */
  readonly added: readonly Omit<LedgerEntry, 'since'>[];
}

/** The planner's answer: a decision, or what it must see first. */
export type Plan = Decision | { readonly kind: 'look'; readonly request: LookRequest };

type Rest = Partial<Pick<Decision, 'retirements' | 'notes'>>;

export function idle(reason: string, rest: Rest = {}): Decision {
  return decision(rest.retirements?.length ? 'act' : 'idle', reason, rest);
}

export function waiting(reason: string, rest: Rest = {}): Decision {
  return decision('wait', reason, rest);
}

export function blocked(reason: string, rest: Rest = {}): Decision {
  return decision('blocked', reason, rest);
}

export function failure(reason: string, rest: Rest = {}): Decision {
  return decision('error', reason, rest);
}

export function changed(): Decision {
  return decision('changed', 'changed meanwhile: the next run looks again', {});
}

export function acting(next: Mint | Repair, rest: Rest = {}): Decision {
  return { ...decision('act', next.reason, rest), next };
}

/** R14: two rotators for one secret would undo each other's work. */
export function rotatedElsewhere(secret: string, rest: Rest = {}): Decision {
  return failure(
    `Secrets Manager itself rotates secret ${secret} (RotationEnabled), but this deployment rotates it by schedule: end one of the two (aws secretsmanager cancel-rotate-secret --secret-id ${secret})`,
    rest,
  );
}

function decision(state: ConsumerState, reason: string, { retirements = [], notes = [] }: Rest): Decision {
  return { kind: 'decision', state, reason, retirements, next: undefined, notes };
}
