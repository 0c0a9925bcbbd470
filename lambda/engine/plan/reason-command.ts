import type { Permission } from '../../config/permission.ts';

interface OfToken {
  readonly authorizationId: string;
}

interface UntilThen {
  /** In milliseconds since the epoch. */
  readonly until: number;
}

/** What keeps a command from what it was asked for, or says that it is done. */
export interface CommandReasons {
  YOUNGER_THAN_ASKED: OfToken & UntilThen;
  REACTIVATED: OfToken & UntilThen;
  NO_OLDER_TOKEN: { readonly secret: string };
  OLDER_TOKEN_COMPROMISED: OfToken;
  OLDER_VALUE_GONE: OfToken;
  OLDER_RIGHTS_LACKING: OfToken & { readonly rights: readonly Permission[] };
  ROLLED_BACK_ALREADY: OfToken & { readonly newerId: string };
  NOT_REACTIVATED: OfToken;
}
