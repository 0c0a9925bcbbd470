import type { ConsumerSettings } from '../../config/configuration.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import type { OwnRights } from '../observe/target.ts';
import type { StartingVersion } from '../plan/steps.ts';

/** A token on its way to becoming the current one. */
export interface NewToken {
  readonly settings: ConsumerSettings;
  readonly start: StartingVersion;
  readonly authorization: Authorization;
  /** The id of its rotation, which is that of its version, too. */
  readonly rotationId: string;
  /** The permissions that were asked for, by `askedHash`. */
  readonly asked: string;
  /** What the rotator's own must be able to do; undefined for a consumer's. */
  readonly own?: OwnRights | undefined;
  /** A call about this token got no answer and may still take effect, so this run must not undo anything. */
  mayStillLand: boolean;
  /** Its value is in the secret. */
  stored: boolean;
  /** It works, or may. */
  live: boolean;
}

/** What each call about the token is given, so that a missing answer is noted on it. */
export function noting(token: NewToken): { onUnanswered: () => void } {
  return {
    onUnanswered: () => {
      token.mayStillLand = true;
    },
  };
}
