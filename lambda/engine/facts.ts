import type { ConsumerSettings, Limits } from '../config/configuration.ts';
import type { Authorization } from '../influxdb/authorization.ts';
import type { Permission } from '../influxdb/permissions.ts';
import type { SecretReading } from '../secrets-manager/secret.ts';
import type { ClockVerdict } from '../service-clocks.ts';
import type { Looks } from './look.ts';
import { type Identity, isSameIdentity, type Marker, parseMarker } from './marker.ts';

/** What a consumer's token shall be, in InfluxDB's ids. */
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
}

/** What the lists of authorizations showed. */
export class Listing {
  readonly #rows: ReadonlyMap<string, Authorization>;
  readonly #shown: ReadonlySet<string>;

  constructor(rows: Iterable<Authorization>) {
    const all = [...rows];
    this.#rows = new Map(all.map((row) => [row.id, row]));
    this.#shown = new Set(all.map(({ orgId, userId }) => `${orgId}/${userId}`));
  }

  get(id: string): Authorization | undefined {
    return this.#rows.get(id);
  }

  rows(): Iterable<Authorization> {
    return this.#rows.values();
  }

  /** Rows that may not be seen are left out silently; where one row of the owner and org shows, all do. */
  shows(owner: { readonly orgId: string; readonly userId: string }): boolean {
    return this.#shown.has(`${owner.orgId}/${owner.userId}`);
  }
}

/** An authorization that carries this consumer's marker. */
export interface MarkedRow {
  readonly row: Authorization;
  readonly marker: Marker;
}

/** Everything that the decision for one consumer depends on. */
export interface Facts {
  /** This function's clock, in milliseconds since the epoch. */
  readonly now: number;
  readonly clocks: ClockVerdict;
  readonly deployment: string;
  readonly limits: Limits;
  readonly settings: ConsumerSettings;
  readonly reading: SecretReading;
  readonly target: Target | UnresolvedTarget;
  readonly listing: Listing;
  /** Authorizations that must not be written for this consumer, and why: others' current ones, the rotator's own. */
  readonly untouchable: ReadonlyMap<string, string>;
  /** Deactivations that are over this run's limit. */
  readonly postponed: ReadonlySet<string>;
  readonly looks: Looks;
}

/** The authorizations that are this consumer's by their marker. */
export function markedRows(listing: Listing, identity: Identity): MarkedRow[] {
  return [...listing.rows()].flatMap((row) => {
    const marker = parseMarker(row.description);
    return marker !== undefined && isSameIdentity(marker, identity) ? [{ row, marker }] : [];
  });
}
