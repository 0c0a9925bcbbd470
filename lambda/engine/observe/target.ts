import type { Permission } from '../../config/permission.ts';
import type { Mend } from '../../log/mend.ts';

/** The token a consumer should have, with every name resolved to an id. */
export interface Target {
  readonly kind: 'resolved';
  readonly orgId: string;
  /** Undefined: the owner does not exist yet, and `createOwner` will make it. */
  readonly userId: string | undefined;
  /** The permissions of a token of this owner. */
  grant(userId: string): readonly Permission[];
  /** Only of the rotator's own token. */
  readonly own?: OwnRights;
}

/** What the rotator's next own token must be able to do, and how that is shown. */
export interface OwnRights {
  /** What it should be granted, if the present one could grant it. */
  readonly wanted: readonly Permission[];
  /** What of that the present one has not, so that no successor can have it without a person. */
  readonly lacking: readonly Permission[];
  /** What it also lacks, in whose place only names are known: `<id of NAME>`. */
  readonly unseen: readonly Permission[];
  /** What the present one has, and the next one will not. */
  readonly dropped: readonly Permission[];
  /** False where no list shows the present one, so that what it lacks is not known. */
  readonly isKnown: boolean;
  /** Without this right the next token could not be replaced itself. */
  readonly withoutWhich: Permission | undefined;
  /** The authorizations that it must see, to end them. */
  readonly sees: ReadonlySet<string>;
  /** An authorization that it must be able to make and delete, for each owner and for its own user. */
  readonly trials: readonly OwnTrial[];
}

export interface OwnTrial {
  readonly userId: string;
  readonly permissions: readonly Permission[];
}

/** A name of the configuration that InfluxDB does not know, or does not show. */
export interface UnresolvedTarget {
  readonly kind: 'unresolved';
  readonly problem: string;
  /** Left out where nothing is known but the sentence. */
  readonly mends?: readonly Mend[];
  /** InfluxDB then refuses every token of the owner, though they say that they are active. */
  readonly ownerIsDeactivated?: boolean;
  /** The rotator's token lacks the right to look it up. */
  readonly isUnseen?: boolean;
  /** There was no time to look it up, and nothing else is known to be wrong. */
  readonly isLate?: boolean;
}
