import type { Mend } from '../../log/mend.ts';
import type { ReasonCode } from '../../log/reason-codes.ts';
import type { Identity } from '../document/marker.ts';
import type { Absence } from '../observe/existence.ts';
import type { Canary } from './canary.ts';
import type { OfPending, PendingProblem } from './pending-problem.ts';
import type { CommandReasons } from './reason-command.ts';
import type { RunReasons } from './reason-of-run.ts';
import type { OwnReasons } from './reason-own.ts';

interface OfToken {
  readonly authorizationId: string;
}

interface OfSecret {
  readonly secret: string;
}

/** `why` is the code of what is wrong with it. */
interface OfCanary {
  readonly canary: string;
  readonly state: Canary['state'];
  readonly why?: ReasonCode;
}

interface UntilThen {
  /** When the wait ends by itself, in milliseconds since the epoch. */
  readonly until: number;
}

/**
 * Why something is done, waits or is left: every reason by its code, with what it is about. `describe` makes the
 * sentence, and `docs/codes.md` explains each code. Adding one does not compile until it is described.
 */
export interface Reasons extends OwnReasons, CommandReasons, RunReasons {
  // Why there is nothing to do.
  NEXT_ROTATION: UntilThen & { readonly inMs: number };
  /** `why` and `approvedBy` are those of the exception. */
  EXEMPT: UntilThen & { readonly why: string; readonly approvedBy: string };
  RETIRED: object;
  RETIRED_WITHOUT_SECRET: object;

  // Why a new token is made.
  FIRST_TOKEN: object;
  REPLACED_BY_HAND: object;
  /** `orgId` is that of the document. */
  MISSING: OfToken & { readonly how: 'deleted' | 'owner-deleted'; readonly orgId: string };
  ROLLED_BACK_TO_SWITCHED_OFF: OfToken;
  ROLLED_BACK_TO_FAILING: OfToken;
  /** `earlyMs` is this consumer's part of the spread, where it has one. */
  DUE: { readonly rotateEveryMs: number; readonly earlyMs?: number };
  PERMISSIONS_CHANGED: object;
  OWNER_CHANGED: object;
  TOKEN_KEY_EMPTY: { readonly tokenKey: string };
  CURRENT_COMPROMISED: OfToken;
  ROTATE_SECRET_CALLED: object;
  /** `text` and `by` are the operator's own words. */
  REQUESTED: {
    readonly request: 'rotate' | 'reactivate' | 'rollback' | 'retire';
    readonly text: string;
    readonly by: string | undefined;
  };

  // Why the current token is copied forward.
  RESTORED: OfToken;
  LABEL_MOVED_BACK: object;
  EDITED_WITH_STRAYS: object;
  STRAYS_UNLABELLED: object;
  PREVIOUS_UNNAMED: object;

  // Why an older token is ended.
  GRACE_OVER: OfToken & { readonly retired?: boolean };
  HOLD_OVER: OfToken & { readonly retired?: boolean };
  COMPROMISED: OfToken;
  /** Its end was asked for, since no configured secret can hold it. */
  UNREACHED: OfToken;
  ADOPTED: OfToken;
  LEFT_BEHIND: OfToken;
  LEFT_BEHIND_AND_HELD: OfToken;
  NEVER_STORED: OfToken;

  // What keeps a run from making a new token.
  TOO_YOUNG: OfToken & UntilThen;
  /** `until` is missing where nothing tells. */
  ANOTHER_IS_LIVE: OfToken & Partial<UntilThen>;
  LEFTOVERS_ARE_LIVE: Partial<UntilThen> & { readonly authorizationIds: readonly string[] };
  /** `right` is in InfluxDB's notation. */
  RIGHT_MISSING: { readonly right: string };
  CLOCKS_DISAGREE: { readonly detail: string };
  NAME_UNRESOLVED: Absence;
  ROTATED_ELSEWHERE: OfSecret;
  /** `until` is missing where Secrets Manager has no date for its next rotation. */
  ROTATED_BY_SERVICE: OfSecret & Partial<UntilThen>;
  ROTATION_OFF: OfSecret;
  ROTATION_HANGS: OfSecret & OfPending;
  /** What keeps one step of a rotation by Secrets Manager from being taken, beside what keeps a run from a new token. */
  SECRET_WITHOUT_VALUE: OfSecret;
  VERSION_NOT_PENDING: OfSecret & OfPending;
  PENDING_UNUSABLE: OfSecret & OfPending & { readonly problem: PendingProblem };
  PENDING_UNSETTLED: OfSecret & OfPending & UntilThen;
  PLAN_ONLY: object;
  SECRET_OF_NOBODY: OfSecret;
  SECRET_IS_REPLICA: OfSecret & { readonly primaryRegion: string };
  SECRET_OF_A_SERVICE: OfSecret & { readonly service: string };
  /** The authorization is the note of it. */
  PUT_REFUSED: OfSecret & OfToken & UntilThen;
  NEW_TOKEN_REFUSED: OfToken & UntilThen;
  NEW_TOKEN_DIFFERS: OfToken & UntilThen;
  /** `why` is the reason that the configuration gives. */
  FROZEN: UntilThen & { readonly why: string };
  OUTSIDE_WINDOW: UntilThen & { readonly window: string };
  CANARY_FIRST: OfCanary & UntilThen;
  CHANGED_MEANWHILE: object;

  // What a person decided, or must decide.
  SWITCHED_OFF_BY_HAND: OfToken;
  CURRENT_REFUSED: OfToken & { readonly detail: string };
  MISSING_AND_REPORTED: OfToken;
  TOO_MANY_MISSING: { readonly missing: number; readonly limit: number };
  WRITTEN_AGAIN: OfSecret & OfToken;
  /** `authorizationId` and `until` are what the rotation waits for, where it waits. */
  CONFIGURATIONS_DISAGREE: OfSecret & Partial<OfToken & UntilThen> & { readonly deployment: string };
  OTHER_WRITER: { readonly authorizationIds: readonly string[] };
  DOCUMENT_OF_ANOTHER: OfSecret & { readonly owner: Identity };
  MARKER_OF_ANOTHER: OfToken & { readonly owner: Identity };

  // What must be mended before this consumer is served.
  SECRET_DELETED: OfSecret;
  SECRET_UNREADABLE: OfSecret & {
    readonly detail: string;
    readonly remedy?: string | undefined;
    readonly mends?: readonly Mend[];
  };
  SECRET_BINARY: OfSecret;
  /** `authorizationIds` are the consumer's live tokens, made for a secret that does exist, or did; missing for none. */
  SECRET_NOT_FOUND: OfSecret & { readonly consumer: string; readonly authorizationIds?: readonly string[] };
  /** `wrong` completes "its text …". */
  SECRET_NOT_JSON: OfSecret & { readonly wrong?: string | undefined };
  SECRET_PLAIN_TOKEN: OfSecret & { readonly consumer: string; readonly tokenKey: string };
  TOKEN_KEY_TAKEN: OfSecret & { readonly tokenKey: string };
  /** `nested`: the paths of keys inside other keys. */
  TOKEN_KEY_UNKNOWN: OfSecret & {
    readonly tokenKey: string;
    readonly keys: readonly string[];
    readonly nested: readonly string[];
  };
  SECRET_MALFORMED: OfSecret & { readonly problem: string };
  CURRENT_UNSEEN: OfToken & { readonly detail: string };

  // What an older token waits for.
  /** `until` is missing where nothing tells. */
  USED_BY_ANOTHER: OfToken &
    Partial<UntilThen> & { readonly role: 'superseded' | 'stray' | 'adopted'; readonly why: string };
  /** `authorizationId` is undefined where nothing tells whose value it is. */
  LEAKED_LIVES: Partial<OfToken & UntilThen> & { readonly why: string };
  ENTRY_UNSEEN: OfToken & { readonly detail: string; readonly overdue: boolean };
  ENTRY_UNMARKED: OfToken;
  OWNER_DELETED: OfToken;
  ENTRY_OF_ANOTHER: OfToken & { readonly owner: Identity };
  PERHAPS_SHARED: OfToken & { readonly unread: readonly string[] };
  /** A command that gives it back may be under way. */
  COMPROMISED_HELD: OfToken & UntilThen;
  /** `until` is infinite for a keep-until that is no date. */
  KEPT: OfToken & UntilThen & { readonly role: 'superseded' | 'stray' | 'adopted' };
  SECRET_RESTLESS: OfToken & UntilThen & { readonly gracePeriodMs: number };
  PENDING_ELSEWHERE: OfToken;
  OVER_THE_CAP: OfToken & { readonly cap: number };
  STRAY_IS_PREVIOUS: OfToken;
  STRAY_SETTLES: OfToken & UntilThen;
  ADOPTED_SETTLES: OfToken & UntilThen;
  STRAY_HELD: OfToken & UntilThen;
  STRAY_OF_ANOTHER: OfToken & Partial<UntilThen> & { readonly userId: string };
  RETIRED_SETTLES: OfToken & UntilThen;
  MORE_NOTES: { readonly more: number };
  ENDS_SUSPENDED: { readonly detail: string };
  ENDS_FROZEN: UntilThen & { readonly why: string };

  // What else an operator should know.
  CANARY_PASSED: OfCanary;
  /** `until` is the end of the exception, also where it is over. */
  EXCEPTION_ENDS: UntilThen & { readonly why: string };
  EXCEPTION_EXPIRED: UntilThen & { readonly why: string };
  /** `consumers` are the others whose secrets hold the same token. */
  OLD_TOKEN_REMAINS: OfSecret & { readonly authorizationId: string | undefined; readonly consumers: readonly string[] };
  CANNOT_ADOPT: { readonly authorizationId: string | undefined; readonly why: string };
  ADOPTED_GONE: OfToken;
  ADOPTS: OfToken & { readonly userId: string; readonly description: string; readonly permissions: string };
  ADOPTS_LATER: OfToken & { readonly consumers: readonly string[] };
  HELD_IS_OURS: OfToken;
  HELD_NOT_ALONE: OfSecret & { readonly tokenKey: string };
  HELD_IS_ROTATORS: OfSecret & { readonly authorizationId: string | undefined };
  RIGHTS_UNCHECKED: { readonly detail: string };
  SECRET_GONE: { readonly authorizationIds: readonly string[] };
}

/** One of these reasons: its code, and what it is about. */
export type Reason<Code extends ReasonCode = ReasonCode> = {
  readonly [C in Code]: { readonly code: C } & Readonly<Reasons[C]>;
}[Code];

/** The sentence of each reason. */
export type Sentences = { readonly [Code in ReasonCode]: (about: Reasons[Code]) => string };
