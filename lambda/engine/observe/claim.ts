/** Somebody uses an authorization: a consumer, or the rotator itself (`consumer` undefined, unless its token is rotated, too). */
export interface Claim {
  /** `held`: it is what they use now. `cached`: they may still use it until then. */
  readonly kind: 'held' | 'cached';
  readonly consumer: string | undefined;
  /** One for all claims of its sort: a text for each would be a good part of a run's memory. */
  readonly reason: (consumer: string | undefined) => string;
  /** In milliseconds since the epoch; undefined for good. */
  readonly until?: number;
}

export const IS_CURRENT: Claim['reason'] = (consumer) => `it is the current one of consumer ${consumer}`;
export const MAY_BE_HELD: Claim['reason'] = (consumer) => `consumer ${consumer}'s readers may still hold it`;
export const IS_HELD: Claim['reason'] = (consumer) => `the secret of consumer ${consumer} holds it`;
export const IS_THE_ROTATORS: Claim['reason'] = () => 'the rotator itself uses it';
