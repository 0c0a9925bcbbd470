import type { Authorization } from './authorization.ts';
import { InfluxdbError } from './errors.ts';

/** What reading an authorization by its id says about it. */
export type AuthorizationLookup =
  | { readonly kind: 'found'; readonly row: Authorization }
  | { readonly kind: 'gone' }
  /** The row exists, but its owner was deleted. It cannot be read any more, only deleted. */
  | { readonly kind: 'owner-gone' }
  /** The rotator's token may not read it; `detail` says so in InfluxDB's words, `right` in its notation, where it tells. */
  | { readonly kind: 'unseen'; readonly detail: string; readonly right?: string | undefined };

/** What a refused read says. Throws what says nothing. */
export function lookupIn(error: unknown): AuthorizationLookup {
  if (!(error instanceof InfluxdbError) || error.kind !== 'refused') throw error;
  if (error.isAuthorizationGone) return { kind: 'gone' };
  if (error.isOwnerGone) return { kind: 'owner-gone' };
  if (error.isMissingRight) return { kind: 'unseen', detail: error.message, right: error.lackedRight };
  throw error;
}
