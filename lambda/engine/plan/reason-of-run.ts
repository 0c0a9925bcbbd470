import type { ErrorCode } from '../../log/coded-error.ts';
import type { Mend } from '../../log/mend.ts';

/** `until`: before then none of them is retired, since a run may be at work on the youngest; missing if that is over. */
interface OfStrays {
  readonly consumer: string;
  readonly authorizationIds: readonly string[];
  readonly until?: number;
}

/** What a run says of consumers that it did not get to, and of what is not one consumer's matter. */
export interface RunReasons {
  NOT_ATTEMPTED: object;
  NOT_PLANNED: { readonly error: ErrorCode; readonly mends?: readonly Mend[] };
  /** Why a check tries nothing. */
  MADE_WITH_FIRST_TOKEN: { readonly what: 'owner' | 'secret' };
  UNMANAGED_TOKEN: {
    readonly authorizationId: string;
    readonly userId: string;
    readonly description: string;
    readonly status: 'active' | 'inactive';
    /** ISO 8601. */
    readonly createdAt: string;
    /** Whose secrets hold its token, where the server shows it. */
    readonly consumers: readonly string[];
    /** It may write authorizations, and the server does not show whose value it is. */
    readonly mayBeRotators?: boolean;
  };
  MORE_UNMANAGED: { readonly more: number };
  SHARED_VALUE: { readonly consumers: readonly string[]; readonly more?: number };
  NOT_CONFIGURED: OfStrays;
  /** Those that are not listed, and their authorizations. */
  MORE_CONSUMERS: { readonly consumers: number; readonly authorizations: number };
  ANOTHER_SECRET: OfStrays;
}
