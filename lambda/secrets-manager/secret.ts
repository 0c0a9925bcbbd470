/** The current value of a secret, or why there is none. Times are milliseconds since the epoch, by AWS's clock. */
export type SecretReading =
  | ({
      readonly kind: 'value';
      readonly arn: string;
      /** `AWSPENDING` is on this version, as after each promotion by us: so nothing else is pending. */
      readonly holdsPending: boolean;
    } & SecretVersion)
  /** Its current value is binary. */
  | { readonly kind: 'binary'; readonly arn: string }
  /** There is no such secret, or it has no value yet: only `DescribeSecret` tells which. */
  | { readonly kind: 'not-found' }
  /** Scheduled for deletion. */
  | { readonly kind: 'deleted' }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** One version with its text. The text holds a token: never log it. */
export interface SecretVersion {
  readonly versionId: string;
  readonly createdAt: number;
  readonly text: string;
}

/** What `DescribeSecret` shows. A version without a label is not in it. */
export interface SecretDescription {
  readonly arn: string;
  /** When it was looked at, by this function's clock. */
  readonly seenAt: number;
  /** The version that holds `AWSCURRENT`; undefined for a secret without a value. */
  readonly current: string | undefined;
  readonly previous: string | undefined;
  readonly pending: string | undefined;
  readonly labelled: ReadonlySet<string>;
  /** True if Secrets Manager itself rotates this secret. */
  readonly rotationEnabled: boolean;
  readonly lastChangedAt: number | undefined;
  readonly deletedAt: number | undefined;
}
