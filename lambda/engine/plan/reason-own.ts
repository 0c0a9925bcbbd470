import type { Permission } from '../../config/permission.ts';
import type { Identity } from '../document/marker.ts';

/** What is only said of the rotator's own token. */
export interface OwnReasons {
  ROTATED_BY_ANOTHER: { readonly secret: string; readonly owner: Identity };
  /** `rights` is what the rotator's token has not, and `wanted` all that its next one should have. */
  OWN_RIGHTS_LACKING: {
    readonly secret: string;
    readonly tokenKey: string;
    readonly orgId: string;
    readonly userId: string;
    readonly rights: readonly Permission[];
    readonly wanted: readonly Permission[];
  };
  RIGHTS_SHRINK: { readonly secret: string; readonly rights: readonly Permission[] };
  OWN_TOKENS_LEFT: { readonly authorizationIds: readonly string[] };
}
