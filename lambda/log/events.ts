import type { ErrorCode } from './coded-error.ts';
import type { NewsEvents } from './news-events.ts';
import type { ReasonCode } from './reason-codes.ts';

/** An event about one consumer, named as in the configuration. */
interface OfConsumer {
  readonly consumer: string;
}

interface OfToken extends OfConsumer {
  readonly authorizationId: string;
}

interface OfVersion extends OfToken {
  readonly versionId: string;
}

/** Why it was done, for people to read, and the code of that reason, from `docs/codes.md`. */
interface OfReason {
  readonly reason: string;
  readonly reasonCode: ReasonCode;
}

/** One consumer's line at the end of a run: what was done and why, or why nothing was. Times are ISO 8601. */
interface OfVerdict extends OfConsumer, OfReason {
  readonly secret: string;
  /** The code of what keeps the run from acting on the reason; undefined if nothing does. */
  readonly obstacleCode: ReasonCode | undefined;
  /** What failed, or what was found instead of what was planned. */
  readonly errorCode: ErrorCode | undefined;
  /** When the consumer's wait ends by itself; undefined if it does not, or if nothing waits. */
  readonly until: string | undefined;
}

interface OfAction extends OfConsumer {
  readonly action: string;
  /** Undefined for a rotation, whose authorization does not exist yet, and for a copy. */
  readonly authorizationId: string | undefined;
}

/** One step of a rotation by Secrets Manager. */
interface OfStep extends OfConsumer {
  readonly step: string;
  readonly versionId: string;
}

/** Not done by this run, but found: since the run before began, by the times that the servers show. */
interface FoundDone {
  readonly found: true;
}

/** AWS's own id of the request, which CloudTrail has, too; undefined where there was no answer to take it from. */
interface OfAwsRequest {
  readonly awsRequestId?: string | undefined;
}

/** One try of one right. */
export interface Probed {
  readonly right: string;
  readonly answer: string;
}

/** The fields of each event, as `docs/codes.md` explains them. Never a token, a secret's value or a header. */
export interface Events extends NewsEvents {
  CONFIGURATION_WARNING: { readonly warning: string };
  RUN_STARTED: {
    readonly action: string;
    readonly mode: 'rotate' | 'plan';
    readonly consumers: number;
    /** Of a command, in the words of the operator. */
    readonly reason?: string;
    readonly by?: string | undefined;
  };
  /** What is done by name is in S3, so a state tells nothing but numbers. */
  BATCHES_PLANNED: { readonly execution: string; readonly consumers: number; readonly batches: number };
  BATCHES_SKIPPED: { readonly execution: string; readonly running: string; readonly until: string };
  RUN_FINISHED: {
    readonly action: string;
    readonly durationMs: number;
    readonly rotated: number;
    readonly switchedOff: number;
    readonly deleted: number;
    readonly failed: number;
    readonly notAttempted: number;
    readonly blocked: number;
    readonly withoutAccess: number;
    readonly proven: number;
    readonly refused: number;
    readonly overdue: number;
    readonly retriedCalls: number;
    readonly throttledCalls: number;
  };
  /** Once a run, for all consumers that it had no time for. `waitsSince`: since when the first has been waiting; ISO 8601. */
  RUN_OUT_OF_TIME: { readonly notAttempted: number; readonly waitsSince: string | undefined };
  RUN_FAILED: { readonly error: string; readonly errorCode: ErrorCode };
  /** AWS Config was told of so many secrets. */
  RULE_ANSWERED: {
    readonly rule: string;
    readonly compliant: number;
    readonly nonCompliant: number;
    readonly notApplicable: number;
    /** Names of consumers of which nothing was said. */
    readonly leftOut: string;
  };
  /** All for which there was nothing to do. They have no lines of their own, so that a quiet run costs the same for any number. */
  CONSUMERS_IDLE: {
    readonly idle: number;
    /** How many of them for each reason. */
    readonly reasonCodes: Readonly<Partial<Record<ReasonCode, number>>>;
    /** Whose wait ends first, and when, in ISO 8601. Undefined where none of them waits for a time. */
    readonly nextConsumer: string | undefined;
    readonly until: string | undefined;
  };
  CONSUMER_DONE: OfVerdict;
  CONSUMER_DUE: OfVerdict;
  CONSUMER_WAITING: OfVerdict;
  CONSUMER_BLOCKED: OfVerdict;
  CONSUMER_FAILED: OfVerdict;
  CONSUMER_CHANGED: OfVerdict;
  NOT_ATTEMPTED: OfVerdict;
  CONSUMER_NOTE: OfConsumer & {
    readonly note: string;
    readonly noteCode: ReasonCode;
    readonly until: string | undefined;
  };
  TOKEN_ALIVE: OfToken & { readonly proven: number; readonly granted: number };
  TOKEN_UNPROVEN: OfToken & { readonly reason: string };
  ACTION_STARTED: OfAction & OfReason;
  ACTION_FAILED: OfAction & { readonly error: string; readonly errorCode: ErrorCode };
  SECRET_CREATED: OfConsumer & OfAwsRequest & { readonly secret: string };
  SECRET_INITIALISED: OfConsumer & { readonly secret: string; readonly versionId: string };
  OWNER_CREATED: OfConsumer & { readonly userId: string };
  TOKEN_MINTED: OfToken & {
    readonly rotationId: string;
    readonly userId: string;
    readonly permissionsHash: string;
    /** What InfluxDB granted, in its own notation. */
    readonly granted: readonly string[];
  };
  MINT_UNANSWERED: OfConsumer & { readonly rotationId: string };
  TRIAL_STARTED: OfConsumer & { readonly rotationId: string; readonly userId: string };
  TRIAL: OfToken & { readonly userId: string; readonly outcome: 'made' | 'deleted' };
  TOKEN_STORED: OfVersion & OfAwsRequest;
  TOKEN_ACTIVATED: OfToken;
  /** `probes`: each right that was tried, and what InfluxDB answered. */
  TOKEN_VERIFIED: OfToken & { readonly proof: 'works' | 'unproven'; readonly probes: readonly Probed[] };
  TOKEN_PROMOTED: OfVersion & OfAwsRequest & ({ readonly replaces: string; readonly copied?: true } | FoundDone);
  PROMOTION_UNCERTAIN: OfVersion;
  ROTATION_UNDONE: OfVersion;
  /** `deleted`: its authorization is gone, and only the label is left. */
  ROTATION_LEFT: OfVersion & { readonly reason: string; readonly deleted?: true };
  /** The secret did not take the new value. `until` is ISO 8601. */
  ROTATION_PAUSED: OfToken & { readonly until: string };
  /** `awsRequestId` is that of its put; the promotion has a line of its own. */
  COPIED_FORWARD: OfVersion & OfReason & OfAwsRequest;
  /** `until` is ISO 8601. */
  /** `worked`: it had not been switched off. `becomesCurrent`: a rollback made sure of it, and goes on. */
  TOKEN_REACTIVATED: OfToken &
    OfReason & { readonly until: string; readonly worked?: true; readonly becomesCurrent?: true };
  REACTIVATION_UNANSWERED: OfToken;
  TOKEN_COMPROMISED: OfToken & OfReason;
  END_UNANSWERED: OfToken & { readonly action: 'switch-off' | 'delete' };
  /** `leftOut` counts the older tokens that the ledger of this version had no room for. */
  LEDGER_SHORTENED: OfVersion & { readonly leftOut: number };
  TOKEN_SWITCHED_OFF: OfToken & (OfReason | FoundDone);
  /** `found` is what InfluxDB said of the authorization right before the deletion. */
  TOKEN_DELETED: OfToken & OfReason & { readonly found: 'active' | 'inactive' | 'gone' | 'owner-gone' };
  /** `status` is that of InfluxDB's answer. */
  TOKEN_REFUSED: OfToken & { readonly tokenHash: string; readonly status: number };
  TOKEN_NOT_REFUSED: OfToken & { readonly tokenHash?: string; readonly reason: string };
  /** `event` is the `detail-type` of the event on the bus, `eventId` the id that EventBridge gave it. */
  CONSUMER_TOLD: OfConsumer & { readonly event: string; readonly versionId: string; readonly eventId: string };
  CONSUMER_NOT_TOLD: OfConsumer & {
    readonly event: string;
    readonly versionId: string;
    readonly error: string;
    readonly errorCode: ErrorCode;
  };
  EVIDENCE_BEGUN: { readonly file: string; readonly first: number; readonly last: number; readonly hash: string };
  EVIDENCE_WRITTEN: { readonly file: string; readonly first: number; readonly last: number; readonly hash: string };
  EVIDENCE_NOT_WRITTEN: { readonly error: string; readonly errorCode: ErrorCode };
  STEP_STARTED: OfStep;
  STEP_DONE: OfStep;
  STEP_REFUSED: OfStep & OfReason;
  STEP_FAILED: OfStep & { readonly error: string; readonly errorCode: ErrorCode };
  UNMANAGED: { readonly notice: string; readonly noticeCode: ReasonCode };
  UNEXPECTED_ERROR: {
    readonly consumer: string | undefined;
    readonly error: string;
    readonly frames: readonly string[];
  };
}

export type EventCode = keyof Events;
