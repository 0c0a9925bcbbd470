import { CallError } from '../calls/call-error.ts';

/** InfluxDB answered, but not with a success. `status` is the HTTP status, `reason` the server's message, redacted. */
export class InfluxdbError extends CallError {
  override readonly name: string = 'InfluxdbError';
  readonly status: number;
  readonly reason: string;

  constructor(operation: string, status: number, reason: string, retryAfterMs?: number) {
    const kind = kindOf(status);
    super(CODES[kind], kind, `InfluxDB answered ${status} to ${operation}: ${reason}`, { retryAfterMs });
    this.status = status;
    this.reason = reason;
  }

  /** The authorization does not exist. (`user not found` means something else: its row is still there.) */
  get isAuthorizationGone(): boolean {
    return this.status === 404 && this.reason === 'authorization not found';
  }

  /** The row exists, but its owner was deleted. It cannot be read any more, only deleted. */
  get isOwnerGone(): boolean {
    return this.status === 404 && this.reason === 'user not found';
  }

  /** The token is valid, but lacks a right, e.g. `write:users/0b1c… is unauthorized`. */
  get isMissingRight(): boolean {
    return (
      (this.status === 401 && this.reason.endsWith(' is unauthorized')) || (this.status === 403 && !isTokenEnd(this))
    );
  }
}

/** InfluxDB refuses the rotator's own token, so nothing else in this run can succeed. */
export class RotatorRejectedError extends CallError {
  override readonly name = 'RotatorRejectedError';
  constructor({ status, reason }: InfluxdbError) {
    super(
      'ROTATOR_REJECTED',
      'refused',
      `InfluxDB refuses the rotator's own token (${status} ${reason}): store the token of an active authorization of an active user in the secret that influxdb.tokenSecret names`,
    );
  }

  override get endsRun(): boolean {
    return true;
  }
}

/** InfluxDB could not be reached at all, so nothing else in this run can succeed. */
export class InfluxdbUnreachableError extends CallError {
  override readonly name = 'InfluxdbUnreachableError';
  constructor(origin: string, cause: unknown) {
    super(
      'INFLUXDB_UNREACHABLE',
      'unreachable',
      `no connection to InfluxDB at ${origin} (${codeOf(cause)}): check the URL, the network path and the certificate`,
      { cause },
    );
  }

  override get endsRun(): boolean {
    return true;
  }
}

/** True for the answers to a token that has ended: it is unknown or deleted, or it or its user is inactive. */
export function isTokenEnd({ status, reason }: Pick<InfluxdbError, 'status' | 'reason'>): boolean {
  if (status === 401) return reason === 'unauthorized access' || reason === 'token is inactive';
  return status === 403 && reason === 'User is inactive';
}

const CODES = {
  throttled: 'INFLUXDB_THROTTLED',
  unanswered: 'INFLUXDB_UNANSWERED',
  refused: 'INFLUXDB_REFUSED',
} as const;

function kindOf(status: number): keyof typeof CODES {
  if (status === 429) return 'throttled';
  return status >= 500 ? 'unanswered' : 'refused';
}

/** The code of a network error such as `ECONNREFUSED`, or else its name. */
export function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null) {
    if ('code' in error && typeof error.code === 'string') return error.code;
    if ('name' in error && typeof error.name === 'string') return error.name;
  }
  return 'unknown error';
}
