import type { RotationDocument } from '../document/document.ts';
import type { MarkedRow } from '../observe/listing.ts';
import type { Holder } from './settled.ts';
import type { StartingVersion } from './steps.ts';

/** A secret that holds a document of its consumer's own. */
export interface Owned {
  readonly start: StartingVersion;
  readonly document: RotationDocument;
  /** Undefined where the secret lacks it under the configured key. */
  readonly token: string | undefined;
  /** Somebody changed the secret by hand, and left our token in it. */
  readonly edited: boolean;
  /** When the version was made, in milliseconds since the epoch. */
  readonly since: number;
}

/** What the ends of older tokens must know of it. */
export function holderOf({ start, document, since }: Owned, marked: readonly MarkedRow[]): Holder {
  const { identity } = start;
  return { identity, marked, documentId: document.id, currentId: document.authorizationId, since };
}
