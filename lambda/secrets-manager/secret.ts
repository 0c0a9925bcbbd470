import type { Mend } from '../log/mend.ts';

/** The current value of a secret, or why there is none. Times are milliseconds since the epoch, by AWS's clock. */
export type SecretReading =
  | ({
      readonly kind: 'value';
      readonly arn: string;
      /** `AWSPENDING` is on this version, where each of our promotions leaves it, so no other version is pending. */
      readonly holdsPending: boolean;
    } & SecretVersion)
  /** The current value is binary. */
  | { readonly kind: 'binary'; readonly arn: string }
  /** The secret does not exist, or it has no value yet; only `DescribeSecret` tells which. */
  | {
      readonly kind: 'not-found';
      /** Where it was looked for: Region, account and endpoint, as far as they are known. */
      readonly where?: string;
    }
  /** The secret is scheduled for deletion. */
  | { readonly kind: 'deleted' }
  /** Another refusal, or an answer that is not understood; and what to do, if that is known. */
  | {
      readonly kind: 'unreadable';
      readonly detail: string;
      readonly remedy?: string;
      readonly mends?: readonly Mend[];
    };

/** One version with its text. Never log the text, which holds a token. */
export interface SecretVersion {
  readonly versionId: string;
  readonly createdAt: number;
  readonly text: string;
}

/** What `DescribeSecret` says. Versions are ids, and those without a label are missing. Times as in `SecretReading`. */
export interface SecretDescription {
  readonly arn: string;
  /** When the description was read, by this function's clock. */
  readonly seenAt: number;
  /** The version that holds `AWSCURRENT`; undefined for a secret without a value. */
  readonly current: string | undefined;
  readonly previous: string | undefined;
  readonly pending: string | undefined;
  /** All versions with a label. */
  readonly labelled: ReadonlySet<string>;
  /** True if Secrets Manager itself rotates this secret. */
  readonly rotationEnabled: boolean;
  /** The Region of the secret that this one is a replica of; undefined if it is none. */
  readonly replicaOf: string | undefined;
  /** The service that made this secret and manages it; undefined if people do. */
  readonly owningService: string | undefined;
  /** When Secrets Manager rotates it next, at the latest; undefined if it does not. */
  readonly nextRotationAt: number | undefined;
  readonly lastChangedAt: number | undefined;
  readonly deletedAt: number | undefined;
}
