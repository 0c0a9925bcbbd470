import type { Configuration, ConsumerSettings } from '../../config/configuration.ts';
import type { Permission } from '../../config/permission.ts';
import type { Grant } from '../../influxdb/grant.ts';
import type { ErrorCode } from '../../log/coded-error.ts';
import type { Mend } from '../../log/mend.ts';
import type { ReasonCode } from '../../log/reason-codes.ts';
import type { Action } from '../../requests/request.ts';
import type { ActionOutcome } from '../apply/outcome.ts';
import type { ConsumerState } from '../plan/decision.ts';
import type { Omitted } from '../plan/needed-rights.ts';

/** A token of a consumer as it is after the run; after a dry one, as it was seen. Times are ISO 8601. */
export interface TokenReport {
  readonly authorizationId: string;
  /**
   * `pending`: made less than a lease ago, and in no document yet. `uncertain`: a promotion was not answered, so that it
   * or another uncertain one is current.
   */
  readonly role: 'current' | 'superseded' | 'stray' | 'pending' | 'uncertain';
  /** `gone`: this run deleted it, or the lists do not show it. `unknown`: a call about it was not answered. */
  readonly status: 'active' | 'inactive' | 'gone' | 'unknown';
  readonly mintedAt: string | undefined;
  readonly supersededAt: string | undefined;
  /** When it is older than the consumer's `maxTokenAge`. */
  readonly overdueAt: string | undefined;
  /** Since when it is inactive, as far as its row shows. */
  readonly inactiveSince: string | undefined;
  /** Of an older one, or of a retired consumer: before then it is not switched off, or, where it is off already, not deleted. */
  readonly endsAt: string | undefined;
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

/** `works`: a token of ours is active. `unknown`: the value is not ours, or could not be read, or a call was not answered. */
export type Access = 'works' | 'none' | 'unknown' | 'retired';

export interface ConsumerReport {
  readonly consumer: string;
  readonly secret: string;
  /** Missing where the run did not learn it: the secret does not exist, or could not be read. */
  readonly secretArn?: string;
  /** The version that was current when the run looked; missing without a value. */
  readonly versionId?: string;
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
  /** Whether applications can work with what the secret holds after the run. */
  readonly access: Access;
  /** How often the current token is tried. */
  readonly probe: ConsumerSettings['probe'];
  /** What the day's try of the current token showed; undefined if this run did not try it. */
  readonly proof: ProofReport | undefined;
  /**
   * Whether the rotator's token has all rights that it needs to make the consumer's next token; in a dry run also to end
   * the older ones. `unknown`: InfluxDB's answer did not tell. Undefined if this run did not ask.
   */
  readonly mayRotate: Grant['kind'] | undefined;
  /** Its exception from rotation by age, in force or over; missing where the configuration has none. */
  readonly exception?: ExceptionReport;
  /** What a check showed for its next token; missing in any other run. */
  readonly trial?: TrialReport;
  /** How many notes and tokens this entry had before it was shortened, because it was too large to answer. */
  readonly shortenedFrom?: { readonly notes: number; readonly tokens: number };
}

/** Why age is no reason to rotate a consumer, in the words of the configuration. `inForce`: until is yet to come. */
export interface ExceptionReport {
  readonly reason: string;
  readonly approvedBy: string;
  /** ISO 8601: the first moment at which it is exempt no longer. */
  readonly until: string;
  readonly inForce: boolean;
}

/** A dead authorization like the next token: what InfluxDB did when a check asked for it. */
export interface TrialReport {
  /**
   * - `made`: as asked for, and deleted again. `differs`: made otherwise, and deleted again.
   * - `refused`: nothing was made. `unproven`: there was no answer that says so, and what may have been made is swept.
   * - `left`: made, but it could not be deleted, or nobody said that it was; it is swept.
   * - `not-tried`: nothing was asked for.
   */
  readonly result: 'made' | 'differs' | 'refused' | 'unproven' | 'left' | 'not-tried';
  /** Why, unless it was made as asked for: by its code of `docs/codes.md`, and as a sentence. */
  readonly code?: ReasonCode | ErrorCode;
  readonly reason?: string;
  /** What the code is about, such as the `right` that is missing. Times are ISO 8601. */
  readonly [about: string]: unknown;
}

/** A try of the current token: with the permissions that can be tried without an effect (`proven` of `granted`). */
export type ProofReport =
  | { readonly result: 'works'; readonly proven: number; readonly granted: number }
  | { readonly result: 'unproven' | 'refused'; readonly detail: string };

export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  /** Left out where nothing is known but the message. */
  readonly mends?: readonly Mend[];
}

/** What was asked, each part as far as it is known. */
export interface ServersReport {
  /** `org` is a name or an id, as the configuration has it. */
  readonly influxdb: { readonly url: string; readonly org: string; readonly version?: string };
  readonly secretsManager: { readonly region?: string; readonly account?: string; readonly endpoint?: string };
  /** Which is asked for nothing by a look, as are the two after it. */
  readonly eventBus?: string;
  /** The ARN of the SNS topic that people are told by. */
  readonly topic?: string;
  /** Whether problems are reported to AWS Security Hub. */
  readonly securityHub?: true;
  /** Where evidence is kept: `s3://BUCKET/PREFIX`, or a folder. */
  readonly evidence?: { readonly place: string };
}

/** `head` is the last record: who notes it can tell later whether the records up to it were changed. */
export type EvidenceReport =
  | { readonly result: 'nothing' | 'failed' }
  | { readonly result: 'written'; readonly head: { readonly number: number; readonly hash: string } };

export interface RunCounts {
  readonly rotated: number;
  readonly switchedOff: number;
  readonly deleted: number;
  /** Consumers that failed, or that a run which ended early did not come to. */
  readonly failed: number;
  /** Consumers that the run had no time for; the next one goes on there. */
  readonly notAttempted: number;
  readonly blocked: number;
  /** Consumers whose applications have no working token after the run. */
  readonly withoutAccess: number;
  /** Current tokens that were tried in this run, and work; and those that InfluxDB refused. */
  readonly proven: number;
  readonly refused: number;
  /** Authorizations of the configured owners that nothing manages. */
  readonly unmanaged: number;
  /** Live tokens older than their consumer's `maxTokenAge`. */
  readonly overdue: number;
  /** Attempts after the first of a call. */
  readonly retriedCalls: number;
  /** Attempts that were one too many for the service: 429, 503, or a quota that is used up. */
  readonly throttledCalls: number;
}

/** What a run found and did; the handler's answer. It holds no token and no secret's value. */
export interface RunReport {
  readonly action: Action;
  /** As the configuration says: with `plan` a run only reports, as a plan does. */
  readonly mode: Configuration['mode'];
  /** Why a command was given, and by whom, in their own words. */
  readonly reason?: string;
  readonly by?: string | undefined;
  readonly deployment: string;
  readonly startedAt: string;
  readonly durationMs: number;
  /** From one run to the next, as the configuration says. */
  readonly scheduleMs: number;
  readonly consumers: readonly ConsumerReport[];
  /** What concerns no single consumer, and fails nothing: authorizations with our name that belong to none of them. */
  readonly notices: readonly (ReasonReport & { readonly notice: string })[];
  /** Problems of the run as a whole, which fail it: an early end, clocks that disagree. */
  readonly errors: readonly ErrorReport[];
  /** Only of a look that answers whatever it finds. */
  readonly servers?: ServersReport;
  /** What was put on record; missing where no evidence is kept, and of a look that keeps none. */
  readonly evidence?: EvidenceReport;
  /** What was done to tokens that no configured secret reaches, because an operator asked for it; missing for nothing. */
  readonly retirements?: readonly ActionReport[];
  readonly counts: RunCounts;
  /**
   * Of the consumers that the run had no time for, since when the first has been waiting, in ISO 8601; missing where there
   * are none, or where nothing tells.
   */
  readonly waitsSince?: string;
  /** Since the oldest current token was minted, in seconds; undefined without any. */
  readonly oldestTokenAgeSeconds: number | undefined;
  /**
   * The permissions that the rotator's token needs for all consumers whose names were resolved. Left out, and counted in
   * `omitted`, where they would be a tenth of the answer, or more than 5,000.
   */
  readonly rightsNeeded?: readonly Permission[];
  /**
   * Consumers whose needs are not in `rightsNeeded`, because a name of theirs could not be resolved, or because the run
   * ended before that. Left out, and counted in `omitted`, where they would be a tenth of the answer.
   */
  readonly rightsUnknownFor?: readonly string[];
  /** How many entries are missing, because Lambda answers no more than 6 MB; the most urgent are kept. */
  readonly omitted?: Omitted;
}
