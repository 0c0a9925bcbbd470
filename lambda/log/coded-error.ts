import type { Mend } from './mend.ts';

/**
 * The codes of all errors that this program throws on purpose, as reports and logs show them. `docs/codes.md` explains
 * each.
 */
export const ERROR_CODES = [
  'CONFIGURATION',
  'REQUEST',
  'RUN_FAILED',
  'CLOCKS_DISAGREE',
  'TIME_OUT_TOO_LONG',
  'PART_MISSING',
  'OUT_OF_TIME',
  'INFLUXDB_UNREACHABLE',
  'INFLUXDB_REFUSED',
  'INFLUXDB_THROTTLED',
  'INFLUXDB_UNANSWERED',
  'INFLUXDB_NOT_ITSELF',
  'INFLUXDB_VERSION',
  'ROTATOR_REJECTED',
  'ROTATOR_TOKEN',
  'ROTATOR_TOKEN_COPIED',
  'SECRETS_MANAGER_UNREACHABLE',
  'SECRETS_MANAGER_REFUSED',
  'SECRETS_MANAGER_THROTTLED',
  'SECRETS_MANAGER_UNANSWERED',
  'SECRETS_MANAGER_NOT_ITSELF',
  'EVENTBRIDGE_UNREACHABLE',
  'EVENTBRIDGE_REFUSED',
  'EVENTBRIDGE_THROTTLED',
  'EVENTBRIDGE_UNANSWERED',
  'S3_UNREACHABLE',
  'S3_REFUSED',
  'S3_THROTTLED',
  'S3_UNANSWERED',
  'EVIDENCE_UNREADABLE',
  'EVIDENCE_CONTENDED',
  'EVIDENCE_FOLDER',
  'AWS_UNREACHABLE',
  'AWS_REFUSED',
  'AWS_THROTTLED',
  'AWS_UNANSWERED',
  'AWS_SETTINGS',
  'AWS_CREDENTIALS',
  'AWS_CLOCK',
  'SECRET_TEXT',
  'MINT_DIFFERS',
  'TOKEN_FAILS',
  'PROMOTION_UNCERTAIN',
  'STATUS_UNCHANGED',
  'CHANGED_BEFORE_END',
  'CHANGED_AFTER_MINT',
  'CHANGED_BEFORE_PROMOTION',
  'OTHER_SERVER',
  'RETIRE_REFUSED',
  'BATCH_LOST',
  'STEP_REFUSED',
  'STEP_FAILED',
  'UNEXPECTED',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error whose message we wrote ourselves. It contains no token and no secret value, so it may be shown. */
export abstract class CodedError extends Error {
  abstract readonly code: ErrorCode;
  /** What mends it, as far as that is known. */
  readonly mends: readonly Mend[] = [];
}
