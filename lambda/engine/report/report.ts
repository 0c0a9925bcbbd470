import type { ErrorCode } from '../../log/coded-error.ts';
import type { ReasonCode } from '../../log/reason-codes.ts';
import type { Action } from '../../requests/request.ts';
import type { ActionOutcome } from '../apply/outcome.ts';
import type { ConsumerState } from '../plan/decision.ts';

/** A token of a consumer as the run saw it, before it acted. Times are ISO 8601. */
export interface TokenReport {
  readonly authorizationId: string;
  /** `pending`: made less than a lease ago, and in no document yet. */
  readonly role: 'current' | 'superseded' | 'stray' | 'pending';
  /** `gone`: the lists do not show it. */
  readonly status: 'active' | 'inactive' | 'gone';
  readonly mintedAt: string | undefined;
  readonly supersededAt: string | undefined;
  /** It is live, and older than the consumer's `maxTokenAge`. */
  readonly overdue: boolean;
}

export interface ActionReport {
  readonly kind: ActionOutcome['kind'];
  readonly authorizationId: string | undefined;
  readonly reason: string;
  readonly reasonCode: ReasonCode;
  readonly outcome: ActionOutcome['outcome'];
  readonly error: string | undefined;
  readonly errorCode: ErrorCode | undefined;
  /** How many older tokens the ledger of the new version had no room for; missing for none. */
  readonly leftOut?: number;
}

/** A reason by its code of `docs/codes.md`, with what it is about. Times are ISO 8601. */
export interface ReasonReport {
  readonly code: ReasonCode;
  /** When a wait ends by itself. */
  readonly until?: string;
  readonly [about: string]: unknown;
}

export interface ConsumerReport {
  readonly consumer: string;
  readonly secret: string;
  readonly state: ConsumerState | 'not-attempted';
  /** What was done or found, and what keeps the run from acting on it, as a sentence. */
  readonly reason: string;
  readonly why: ReasonReport;
  /** What keeps the run from acting on `why`. */
  readonly obstacle: ReasonReport | undefined;
  /** What failed, or what was found instead of what was planned; `why` is then the reason of the plan. */
  readonly errorCode: ErrorCode | undefined;
  readonly actions: readonly ActionReport[];
  readonly notes: readonly (ReasonReport & { readonly note: string })[];
  readonly tokens: readonly TokenReport[];
}

export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
}

export interface RunCounts {
  readonly rotated: number;
  readonly switchedOff: number;
  readonly deleted: number;
  readonly failed: number;
  readonly blocked: number;
  /** Authorizations of the configured owners that nothing manages. */
  readonly unmanaged: number;
  /** Live tokens older than their consumer's `maxTokenAge`. */
  readonly overdue: number;
}

/** What a run found and did; the handler's answer. It holds no token and no secret's value. */
export interface RunReport {
  readonly action: Action;
  readonly deployment: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly consumers: readonly ConsumerReport[];
  /** What concerns no single consumer, and fails nothing: authorizations with our name that belong to none of them. */
  readonly notices: readonly (ReasonReport & { readonly notice: string })[];
  /** Problems of the run as a whole, which fail it: an early end, clocks that disagree. */
  readonly errors: readonly ErrorReport[];
  readonly counts: RunCounts;
  /** Since the oldest current token was minted, in seconds; undefined without any. */
  readonly oldestTokenAgeSeconds: number | undefined;
}
