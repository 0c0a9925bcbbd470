/** One version of a secret. It holds text, or bytes, or nothing if a rotation made it and has not filled it yet. */
export interface Version {
  /** The `ClientRequestToken` of the write that made it. */
  readonly id: string;
  value?: string | undefined;
  /** Base64. */
  binary?: string | undefined;
  readonly stages: Set<string>;
  /** Milliseconds since the epoch, like every time here. */
  readonly createdAt: number;
  lastAccessedAt?: number | undefined;
}

export interface RotationRules {
  readonly automaticallyAfterDays?: number | undefined;
  readonly duration?: string | undefined;
  readonly scheduleExpression?: string | undefined;
}

/** A secret as the service keeps it; a test may change it by hand, as a person does in the console. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly versions: Map<string, Version>;
  readonly tags: Map<string, string>;
  readonly createdAt: number;
  lastChangedAt: number;
  lastAccessedAt?: number | undefined;
  description?: string | undefined;
  kmsKeyId?: string | undefined;
  /** Of a replica: the Region of the secret that it follows. A replica takes no writes of its own. */
  primaryRegion?: string | undefined;
  /** The service that made the secret, and alone may write it. */
  owningService?: string | undefined;
  resourcePolicy?: string | undefined;
  /** When `DeleteSecret` was called; the secret is gone at `purgedAt`. */
  deletedAt?: number | undefined;
  purgedAt?: number | undefined;
  rotationEnabled: boolean;
  rotationLambdaArn?: string | undefined;
  rotationRules?: RotationRules | undefined;
  lastRotatedAt?: number | undefined;
  /** The version that a rotation is working on; another write to the secret takes it away, and the rotation stops. */
  rotatingVersionId?: string | undefined;
  /** When rotation was switched on. */
  rotationEnabledAt?: number | undefined;
  /** Of the rotation at work: how often it failed, and when the service begins again. */
  failedAttempts?: number | undefined;
  retryAt?: number | undefined;
  /** When the service had tried often enough. */
  gaveUpAt?: number | undefined;
  /** Why the last attempt stopped; undefined after one that succeeded. */
  lastRotationError?: string | undefined;
}

export const hasContent = (version: Version): boolean => version.value !== undefined || version.binary !== undefined;

/** Epoch seconds with decimals: how times go over the wire. */
export const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);

const DAY_MS = 86_400_000;

/** `LastAccessedDate` has the precision of a day. */
export const day = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : (Math.floor(ms / DAY_MS) * DAY_MS) / 1000;
