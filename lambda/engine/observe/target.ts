import type { Permission } from '../../config/permission.ts';

/** The token a consumer should have, with every name resolved to an id. */
export interface Target {
  readonly kind: 'resolved';
  readonly orgId: string;
  /** Undefined: the owner does not exist yet, and `createOwner` will make it. */
  readonly userId: string | undefined;
  /** The permissions of a token of this owner. */
  grant(userId: string): readonly Permission[];
}

/** A name of the configuration that InfluxDB does not know, or does not show. */
export interface UnresolvedTarget {
  readonly kind: 'unresolved';
  readonly problem: string;
  /** InfluxDB then refuses every token of the owner, though they say that they are active. */
  readonly ownerIsDeactivated?: boolean;
}
