import type { Grant } from '../../influxdb/grant.ts';
import type { ReasonCode } from '../../log/reason-codes.ts';
import type { GrantChange, LedgerEntry, RotationDocument } from '../document/document.ts';
import type { Identity } from '../document/marker.ts';
import type { Question } from '../observe/question.ts';
import type { Target } from '../observe/target.ts';
import { describe } from './describe.ts';
import type { Reason } from './reason.ts';

/** What a run will do for one consumer, and why. A consumer with nothing to do has a reason, too. */
export interface Decision {
  readonly kind: 'decision';
  readonly state: ConsumerState;
  readonly reason: Reason;
  /** What keeps the run from acting on the reason. */
  readonly obstacle: Reason | undefined;
  /** Older tokens to end. Carried out first, in this order. */
  readonly ends: readonly EndStep[];
  readonly next: Mint | CopyForward | undefined;
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

/** Ends a token step by step: `switch-off` can be undone, `delete` cannot. */
export interface EndStep {
  readonly kind: 'switch-off' | 'delete';
  readonly authorizationId: string;
  readonly reason: Reason;
  /** Since when it counts against `maxRetirementsPerRun`, the oldest first; undefined for what does not count. */
  readonly countsSince: number | undefined;
  /** Deleted whatever its status and keep-until. */
  readonly compromised: boolean;
  /** Whose it is, by its marker; an adopted one gets this marker when it is switched off. */
  readonly identity: Identity;
  /** Its right to be ended is the configuration's word, since it has no marker. */
  readonly adopted: boolean;
  /** Anybody may have made it, with a copy of our marker: nothing waits for its end, nor fails with it. */
  readonly aside: boolean;
}

/** The secret as it was read: what the next version is made from. */
export interface StartingVersion {
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
  readonly reason: Reason;
  /** The consumer has no working token: a failed end does not stop it, nor a probe that proved nothing. */
  readonly urgent: boolean;
  /** What must be made first. `secret`: the secret itself; `value`: its first, empty version. */
  readonly createFirst: 'secret' | 'value' | undefined;
  /** Undefined only with `createFirst`. */
  readonly start: StartingVersion | undefined;
  readonly target: Target;
  readonly ledger: NextLedger;
  /** Look at the list again after the mint: another run may have been as urgent (U4). */
  readonly secondLook: boolean;
  /** How the configuration changed the token lately, this time included. */
  readonly changes: readonly GrantChange[];
  /** The version of the secret that the token goes into, and no further; undefined for one of its own. */
  readonly into: string | undefined;
}

/** Puts the current token into a new version whose ledger names what the present one does not. */
export interface CopyForward {
  readonly kind: 'copy-forward';
  readonly reason: Reason;
  readonly start: StartingVersion;
  readonly token: string;
  readonly document: RotationDocument;
  readonly ledger: NextLedger;
  /** When this happened before, within the last day, in milliseconds since the epoch. */
  readonly recent: readonly number[];
  /** What follows if the current token turns out not to work. */
  readonly otherwise: Mint | undefined;
}

/** The older tokens that the next version will name. */
export interface NextLedger {
  readonly kept: readonly LedgerEntry[];
  /** Superseded by the version to come: `since` is the time of its put. */
  readonly added: readonly Omit<LedgerEntry, 'since'>[];
  /** The authorizations whose entries may be left out where the secret has no room for all, the first of them first (U6). */
  readonly mayGo: readonly string[];
}

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

export function acting(next: Mint | CopyForward, rest: Rest = {}): Decision {
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
  return `${describe(reason)}, but ${describe(obstacle)}`;
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

/** The document of the next version, as a copy forward that is put now writes it; its id is yet to be made. */
export function copiedDocument({ document, ledger, recent }: CopyForward, now: number): RotationDocument {
  return { ...document, superseded: supersededSince(ledger, now), copiedAt: [...recent, now] };
}

/** @param now when the version that supersedes the tokens is put, in milliseconds since the epoch. */
export function supersededSince({ kept, added }: NextLedger, now: number): readonly LedgerEntry[] {
  return [...kept, ...added.map((entry) => ({ ...entry, since: now }))];
}
