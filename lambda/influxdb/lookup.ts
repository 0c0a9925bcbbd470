import type { Authorization } from './authorization.ts';

/** What reading an authorization by its id says about it. */
export type AuthorizationLookup =
  | { readonly kind: 'found'; readonly row: Authorization }
  | { readonly kind: 'gone' }
  /** The row exists, but its owner was deleted. It cannot be read any more, only deleted. */
  | { readonly kind: 'owner-gone' }
  /** The rotator's token may not read it; `detail` names the missing right in InfluxDB's words. */
  | { readonly kind: 'unseen'; readonly detail: string };
