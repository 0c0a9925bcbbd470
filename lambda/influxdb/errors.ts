import { CallError } from '../calls/call-error.ts';
import type { Mend } from '../log/mend.ts';

interface Advice {
  readonly retryAfterMs?: number | undefined;
  readonly isOverload?: boolean | undefined;
  readonly remedy?: string;
  readonly mends?: readonly Mend[];
}

/** InfluxDB answered, but not with a success. `status` is the HTTP status, `reason` the server's message, redacted. */
export class InfluxdbError extends CallError {
  override readonly name: string = 'InfluxdbError';
  readonly status: number;
  /** The code in the body; undefined if there is none, so that another may have answered. */
  readonly wireCode: string | undefined;
  readonly reason: string;
  readonly #operation: string;

  /** @param remedy what to do, if that is known. */
  constructor(
    operation: string,
    said: { readonly status: number; readonly wireCode: string | undefined; readonly reason: string },
    { remedy, ...options }: Advice = {},
  ) {
    const { status, wireCode, reason } = said;
    const kind = kindOf(status);
    const what = remedy === undefined ? '' : `: ${remedy}`;
    super(CODES[kind], kind, `InfluxDB answered ${status} to ${operation}: ${reason}${what}`, options);
    this.status = status;
    this.wireCode = wireCode;
    this.reason = reason;
    this.#operation = operation;
  }

  /** The same, with what to do. */
  with(remedy: string, mends: readonly Mend[]): InfluxdbError {
    const { retryAfterMs, isOverload } = this;
    return new InfluxdbError(this.#operation, this, { retryAfterMs, isOverload, remedy, mends });
  }

  /** What does not exist, if that is what the server says. A 404 in other words is a `NotItselfError`; one without any says nothing. */
  get absent(): Thing | undefined {
    return absentIn(this);
  }

  /** The authorization does not exist. (`user not found` means something else: its row is still there.) */
  get isAuthorizationGone(): boolean {
    return this.absent === 'authorization';
  }

  /** The row exists, but its owner was deleted. It cannot be read any more, only deleted. */
  get isOwnerGone(): boolean {
    return this.absent === 'user';
  }

  /** That right, in InfluxDB's notation, where its answer ends with it. */
  get lackedRight(): string | undefined {
    return /\b((?:read|write):\S+) is unauthorized$/.exec(this.reason)?.[1];
  }

  /** The token is valid, but lacks a right, e.g. `write:users/0b1c… is unauthorized`. */
  get isMissingRight(): boolean {
    const { status, wireCode, reason } = this;
    if (status === 401) return wireCode === 'unauthorized' && reason.endsWith(' is unauthorized');
    return status === 403 && wireCode === 'forbidden' && !isTokenEnd(this);
  }
}

/** What to do, where nothing more is known. */
export const STORE_ANOTHER =
  'store the token of an active authorization of an active user in the secret that influxdb.tokenSecret names';

/** InfluxDB refuses the rotator's own token, so nothing else in this run can succeed. */
export class RotatorRejectedError extends CallError {
  override readonly name = 'RotatorRejectedError';
  constructor({ status, reason }: InfluxdbError) {
    super(
      'ROTATOR_REJECTED',
      'refused',
      `InfluxDB refuses the rotator's own token (${status} ${reason}): ${STORE_ANOTHER}`,
    );
  }

  override get endsRun(): boolean {
    return true;
  }
}

/** A remedy for answers that are nobody's, or somebody else's. */
export function checkOf(url: string): string {
  return `Check that influxdb.url, ${url}, leads to InfluxDB itself, with the right base path, and that nothing on the way answers for it`;
}

export const SUPPORTED = 'InfluxDB 2.x, Cloud 2 and Cloud Serverless';

/** An InfluxDB with another API for tokens, as its version says, so that every other call would fail the same way. */
export class UnsupportedVersionError extends CallError {
  override readonly name = 'UnsupportedVersionError';

  /** @param url the server's URL with its base path. */
  constructor(operation: string, { status, version, url }: { status: number; version: string; url: string }) {
    super(
      'INFLUXDB_VERSION',
      status >= 500 ? 'unanswered' : 'refused',
      `InfluxDB ${version} answered ${status} to ${operation}, and this version is not supported: supported are ${SUPPORTED}. Give the URL of one of these as influxdb.url (is ${url})`,
    );
  }

  override get endsRun(): boolean {
    return true;
  }
}

/**
 * Something else answered in InfluxDB's place, e.g. a proxy, a cache or a default backend, or InfluxDB at another path.
 * Such an answer says nothing about what exists.
 */
export class NotItselfError extends CallError {
  override readonly name = 'NotItselfError';

  /**
   * @param sign what shows it, completing "is not its own: …".
   * @param url the server's URL with its base path.
   */
  constructor(
    operation: string,
    kind: 'unanswered' | 'refused',
    sign: string,
    url: string,
    options: Pick<Advice, 'retryAfterMs' | 'isOverload'> = {},
  ) {
    super(
      'INFLUXDB_NOT_ITSELF',
      kind,
      `InfluxDB's answer to ${operation} is not its own: ${sign}. ${checkOf(url)}`,
      options,
    );
  }
}

/** Things of which InfluxDB can say that they do not exist. */
export type Thing = 'authorization' | 'user' | 'bucket' | 'org';

const ABSENT: readonly (readonly [Thing, RegExp])[] = [
  ['authorization', /^authorization not found$/],
  ['user', /^user not found$/],
  ['bucket', /^bucket (".*" )?not found$/],
  ['org', /^organization (name ".*" )?not found$/],
];

/** What InfluxDB says, in its own words, does not exist; undefined for the 404 of anything else. */
export function absentIn({
  status,
  wireCode,
  reason,
}: Pick<InfluxdbError, 'status' | 'wireCode' | 'reason'>): Thing | undefined {
  if (status !== 404 || wireCode !== 'not found') return undefined;
  return ABSENT.find(([, words]) => words.test(reason))?.[0];
}

/** True for the answers to a token that has ended: it is unknown or deleted, or it or its user is inactive. */
export function isTokenEnd({
  status,
  wireCode,
  reason,
}: Pick<InfluxdbError, 'status' | 'wireCode' | 'reason'>): boolean {
  if (status === 401)
    return wireCode === 'unauthorized' && (reason === 'unauthorized access' || reason === 'token is inactive');
  return status === 403 && wireCode === 'forbidden' && reason === 'User is inactive';
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
