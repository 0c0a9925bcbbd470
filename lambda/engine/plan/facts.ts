import type { ClockVerdict } from '../../calls/service-clocks.ts';
import type { ConsumerSettings, Limits } from '../../config/configuration.ts';
import type { Permission } from '../../config/permission.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import type { SecretReading } from '../../secrets-manager/secret.ts';
import { type Identity, type Marker, parseMarker } from '../document/marker.ts';
import type { Looks } from '../observe/question.ts';

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

/** An authorization with a marker of ours in its description. */
export interface MarkedRow {
  readonly row: Authorization;
  readonly marker: Marker;
}

/** What the lists of authorizations showed. */
export class Listing {
  readonly #rows: ReadonlyMap<string, Authorization>;
  readonly #marked: ReadonlyMap<string, readonly MarkedRow[]>;
  readonly #shown: ReadonlySet<string>;

  constructor(rows: Iterable<Authorization>) {
    this.#rows = new Map([...rows].map((row) => [row.id, row]));
    const all = [...this.#rows.values()];
    this.#shown = new Set(all.map(({ orgId, userId }) => `${orgId}/${userId}`));
    const marked = all.flatMap((row): MarkedRow[] => {
      const marker = parseMarker(row.description);
      return marker === undefined ? [] : [{ row, marker }];
    });
    this.#marked = Map.groupBy(marked, ({ marker }) => keyOf(marker));
  }

  get(id: string): Authorization | undefined {
    return this.#rows.get(id);
  }

  rows(): Iterable<Authorization> {
    return this.#rows.values();
  }

  /** The authorizations that are this consumer's by their marker. */
  markedAs(identity: Identity): readonly MarkedRow[] {
    return this.#marked.get(keyOf(identity)) ?? [];
  }

  /** Every authorization that carries anybody's marker. */
  marked(): readonly MarkedRow[] {
    return [...this.#marked.values()].flat();
  }

  /** Rows that may not be seen are left out silently; where one row of the owner and org shows, all do. */
  shows(owner: { readonly orgId: string | undefined; readonly userId: string }): boolean {
    return this.#shown.has(`${owner.orgId}/${owner.userId}`);
  }
}

function keyOf({ deployment, consumer, fingerprint }: Identity): string {
  return `${deployment}/${consumer}/${fingerprint}`;
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
  /** Other consumers whose secrets this run could not read: they may hold a token that was shared. */
  readonly unread: readonly string[];
  /** Deactivations that are over this run's limit. */
  readonly postponed: ReadonlySet<string>;
  readonly looks: Looks;
}
