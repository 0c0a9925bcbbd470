import type { LedgerEntry, RotationDocument } from './document.ts';
import { type Identity, isSameIdentity } from './marker.ts';
import type { SecretContent } from './secret-content.ts';

// Whose document it is: no other file reads one out of a secret's content.

/** Whose document a secret holds, seen from the consumer whose secret it is. */
export type Ownership =
  /** Its own, and it speaks of the token beside it. */
  | { readonly kind: 'own'; readonly document: RotationDocument }
  /** Its own, copied beside a token that it does not speak of: somebody put that token there by hand. */
  | { readonly kind: 'copied'; readonly document: RotationDocument }
  /** Another deployment's, consumer's or secret's. */
  | { readonly kind: 'another'; readonly owner: Identity }
  | { readonly kind: 'none' };

export function whoseDocument(content: SecretContent | undefined, identity: Identity): Ownership {
  const document = documentIn(content);
  if (document === undefined) return { kind: 'none' };
  if (!isSameIdentity(document.identity, identity)) return { kind: 'another', owner: document.identity };
  return { kind: content?.kind === 'foreign' ? 'copied' : 'own', document };
}

/** The consumer's own document, where it speaks of the token beside it. */
export function ownDocument(content: SecretContent | undefined, identity: Identity): RotationDocument | undefined {
  const owned = whoseDocument(content, identity);
  return owned.kind === 'own' ? owned.document : undefined;
}

/** The authorization whose token a value holds, where its document says so. */
export function currentIn(content: SecretContent | undefined): string | undefined {
  return content?.kind === 'foreign' ? undefined : authorizationNamedIn(content);
}

/** The authorization that a value's document names, whoever wrote it, and whatever token stands beside it. */
export function authorizationNamedIn(content: SecretContent | undefined): string | undefined {
  return documentIn(content)?.authorizationId;
}

/** The token that a value holds, and its document, if it is this authorization's. */
export function tokenOf(
  content: SecretContent | undefined,
  authorizationId: string,
): { readonly token: string; readonly document: RotationDocument } | undefined {
  const document = documentIn(content);
  if (document === undefined || currentIn(content) !== authorizationId) return undefined;
  return content?.token === undefined ? undefined : { token: content.token, document };
}

/** When a value's document says that its token was copied forward, in milliseconds since the epoch. */
export function copiesIn(content: SecretContent | undefined): readonly number[] {
  return documentIn(content)?.copiedAt ?? [];
}

/** The older tokens that a value's document names, whoever wrote it. */
export function ledgerIn(content: SecretContent | undefined): readonly LedgerEntry[] {
  return documentIn(content)?.superseded ?? [];
}

export type Named = Pick<LedgerEntry, 'authorizationId' | 'orgId' | 'userId' | 'tokenHash'>;

/** Every authorization that a value's document names, whoever wrote it; undefined where the value has none. */
export function namedIn(content: SecretContent | undefined): readonly Named[] | undefined {
  const document = documentIn(content);
  return document && [document, ...document.superseded];
}

function documentIn(content: SecretContent | undefined): RotationDocument | undefined {
  return content !== undefined && 'document' in content ? content.document : undefined;
}
