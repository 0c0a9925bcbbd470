import type { Authorization } from './authorization.ts';

/** What `GET` by id says of an authorization. */
export type AuthorizationLookup =
  | { readonly kind: 'found'; readonly row: Authorization }
  | { readonly kind: 'gone' }
  /** The row exists, but its owner was deleted: no read shows it, and only a delete works. */
  | { readonly kind: 'owner-gone' }
  /** The rotator's token may not see it. */
  | { readonly kind: 'unseen'; readonly detail: string };
