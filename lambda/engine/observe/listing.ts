import type { Authorization } from '../../influxdb/authorization.ts';
import { type Identity, type Marker, parseMarker } from '../document/marker.ts';

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

  /**
   * InfluxDB silently omits rows the caller may not read. It decides by owner and org: if one row is listed, they all
   * are.
   */
  shows(owner: { readonly orgId: string | undefined; readonly userId: string }): boolean {
    return this.#shown.has(`${owner.orgId}/${owner.userId}`);
  }
}

function keyOf({ deployment, consumer, fingerprint }: Identity): string {
  return `${deployment}/${consumer}/${fingerprint}`;
}
