import type { ErrorCode } from '../../log/coded-error.ts';
import type { ReasonCode } from '../../log/reason-codes.ts';
import type { Identity } from '../document/marker.ts';

interface OfToken {
  readonly authorizationId: string;
}

interface OfSecret {
  readonly secret: string;
}

interface UntilThen {
  /** When the wait ends by itself, in milliseconds since the epoch. */
  readonly until: number;
}

/**
 * Why something is done, waits or is left: every reason by its code, with what it is about. `describe` makes the
 * sentence, and `docs/codes.md` explains each code. Adding one does not compile until it is described.
 */
export interface Reasons {
  // Why there is nothing to do.
  NEXT_ROTATION: UntilThen & { readonly inMs: number };
  RETIRED: object;
  RETIRED_WITHOUT_SECRET: object;

  // Why a new token is made.
  FIRST_TOKEN: object;
  REPLACED_BY_HAND: object;
  MISSING: OfToken & { readonly how: 'deleted' | 'owner-deleted' };
  ROLLED_BACK_TO_SWITCHED_OFF: OfToken;
  ROLLED_BACK_TO_FAILING: OfToken;
  DUE: { readonly rotateEveryMs: number };
  PERMISSIONS_CHANGED: object;
  OWNER_CHANGED: object;
  TOKEN_KEY_EMPTY: { readonly tokenKey: string };

  // Why the current token is copied forward.
  LABEL_MOVED_BACK: object;
  EDITED_WITH_STRAYS: object;
  STRAYS_UNLABELLED: object;

  // Why an older token is ended.
  GRACE_OVER: OfToken;
  HOLD_OVER: OfToken;
  COMPROMISED: OfToken;
  OWNER_DELETED: OfToken;
  LEFT_BEHIND: OfToken;
  LEFT_BEHIND_AND_HELD: OfToken;
  NEVER_STORED: OfToken;

  // What keeps a run from making a new token.
  TOO_YOUNG: OfToken & UntilThen;
  ANOTHER_IS_LIVE: OfToken;
  LEFTOVERS_ARE_LIVE: { readonly authorizationIds: readonly string[] };
  CLOCKS_DISAGREE: { readonly detail: string };
  NAME_UNRESOLVED: { readonly problem: string };
  ROTATED_ELSEWHERE: OfSecret;
  CHANGED_MEANWHILE: object;

  // What a person decided, or must decide.
  SWITCHED_OFF_BY_HAND: OfToken;
  MISSING_AND_REPORTED: OfToken;
  OTHER_WRITER: { readonly authorizationIds: readonly string[] };
  DOCUMENT_OF_ANOTHER: OfSecret & { readonly owner: Identity };
  MARKER_OF_ANOTHER: OfToken & { readonly owner: Identity };

  // What must be mended before this consumer is served.
  SECRET_DELETED: OfSecret;
  SECRET_UNREADABLE: OfSecret & { readonly detail: string };
  SECRET_BINARY: OfSecret;
  SECRET_NOT_FOUND: OfSecret & { readonly consumer: string };
  SECRET_NOT_JSON: OfSecret;
  SECRET_PLAIN_TOKEN: OfSecret & { readonly consumer: string; readonly tokenKey: string };
  SECRET_MALFORMED: OfSecret & { readonly problem: string };
  CURRENT_UNSEEN: OfToken & { readonly detail: string };

  // What an older token waits for.
  USED_BY_ANOTHER: OfToken & { readonly role: 'superseded' | 'stray'; readonly why: string };
  ENTRY_UNSEEN: OfToken & { readonly detail: string };
  ENTRY_OF_ANOTHER: OfToken & { readonly owner: Identity };
  PERHAPS_SHARED: OfToken & { readonly unread: readonly string[] };
  /** `until` is infinite for a keep-until that is no date. */
  KEPT: OfToken & UntilThen & { readonly role: 'superseded' | 'stray' };
  SECRET_RESTLESS: OfToken & UntilThen & { readonly gracePeriodMs: number };
  PENDING_ELSEWHERE: OfToken;
  OVER_THE_CAP: OfToken & { readonly cap: number };
  STRAY_IS_PREVIOUS: OfToken;
  STRAY_SETTLES: OfToken & UntilThen;
  STRAY_HELD: OfToken & UntilThen;
  ENDS_SUSPENDED: { readonly detail: string };

  // What else an operator should know.
  OLD_TOKEN_REMAINS: OfSecret & { readonly authorizationId: string | undefined };
  CANNOT_ADOPT: OfToken & { readonly why: string };
  SECRET_GONE: { readonly authorizationIds: readonly string[] };

  // What a run says of its consumers where it did not get to them.
  NOT_ATTEMPTED: object;
  NOT_PLANNED: { readonly error: ErrorCode };
  NOT_CONFIGURED: { readonly consumer: string; readonly authorizationIds: readonly string[] };
  ANOTHER_SECRET: { readonly consumer: string; readonly authorizationIds: readonly string[] };
}

/** One of these reasons: its code, and what it is about. */
export type Reason<Code extends ReasonCode = ReasonCode> = {
  readonly [C in Code]: { readonly code: C } & Readonly<Reasons[C]>;
}[Code];
