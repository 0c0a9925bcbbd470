import type { Authorization } from '../../influxdb/authorization.ts';
import type { RowCollector } from '../../influxdb/listed-row.ts';
import { tokenHash } from '../document/document.ts';
import { type Identity, isSameIdentity, type Marker, markerHash, parseMarker } from '../document/marker.ts';

/** An authorization with a marker of ours in its description. */
export interface MarkedRow {
  readonly row: Authorization;
  readonly marker: Marker;
}

/** Which rows a run keeps beside the marked ones: memory must not grow with other people's. */
export interface Interest {
  /** What documents, ledgers and the configuration name. */
  readonly ids: ReadonlySet<string>;
  /** Whose tokens this deployment makes, by user id. */
  readonly owners: ReadonlySet<string>;
  /** Of the values that the secrets hold, by `tokenHash`. */
  readonly values: ReadonlySet<string>;
  /** Whether a marker is that of a consumer that the run was not given; missing where it was given all. */
  readonly isElsewhere?: (marker: Marker) => boolean;
}

/** True if the server shows the token itself: one that hashes tokens shows nothing, Cloud a word. */
export function showsToken({ token }: Authorization): boolean {
  return token !== '' && token !== 'redacted';
}

/** The authorization is that of this value, by its own word or its marker's. */
export function isOfValue(
  { row, marker }: { readonly row: Authorization; readonly marker: Marker | undefined },
  value: string,
): boolean {
  return (showsToken(row) && row.token === value) || marker?.tokenHash === markerHash(value);
}

/** Takes the rows of one list as they arrive, and keeps those of interest. */
export class ListedRows implements RowCollector {
  readonly #interest: Interest;
  readonly rows: Authorization[] = [];
  /** Of those, whatever another list says of the same authorization. */
  readonly markers = new Map<Authorization, Marker>();
  /** Every owner and org of which a row was listed. */
  readonly shown = new Set<string>();

  constructor(interest: Interest) {
    this.#interest = interest;
  }

  begin(): void {
    this.rows.length = 0;
    this.markers.clear();
    this.shown.clear();
  }

  row(row: Authorization): void {
    this.shown.add(ownerKey(row));
    const { ids, owners, values, isElsewhere } = this.#interest;
    const marker = parseMarker(row.description);
    const counts =
      ids.has(row.id) ||
      (showsToken(row) && values.has(tokenHash(row.token))) ||
      (marker === undefined ? owners.has(row.userId) : !isElsewhere?.(marker));
    if (!counts) return;
    this.rows.push(row);
    if (marker !== undefined) this.markers.set(row, marker);
  }
}

/** What the lists of authorizations showed. */
export class Listing {
  readonly #rows: ReadonlyMap<string, Authorization>;
  readonly #markers: ReadonlyMap<string, Marker>;
  /** By the fingerprint of the secret: a consumer has one of its own. */
  readonly #marked: ReadonlyMap<string, readonly MarkedRow[]>;
  readonly #shown: ReadonlySet<string>;
  // Made when they are first asked for, since most runs never do. Each is one look at all rows, and not one a consumer.
  #byName: ReadonlyMap<string, readonly MarkedRow[]> | undefined;
  #byValue: ReadonlyMap<string, Authorization> | undefined;
  #markedHashes: ReadonlySet<string> | undefined;
  #unmarkedOf: ReadonlyMap<string, readonly Authorization[]> | undefined;

  /**
   * @param shown every owner and org of which a row was listed, those that were not kept included.
   * @param markers of the rows, where they were parsed already.
   */
  constructor(
    rows: Iterable<Authorization>,
    shown?: ReadonlySet<string>,
    markers?: ReadonlyMap<Authorization, Marker>,
  ) {
    this.#rows = new Map([...rows].map((row) => [row.id, row]));
    const all = [...this.#rows.values()];
    this.#shown = shown ?? new Set(all.map(ownerKey));
    const marked = all.flatMap((row): MarkedRow[] => {
      const marker = markers === undefined ? parseMarker(row.description) : markers.get(row);
      return marker === undefined ? [] : [{ row, marker }];
    });
    this.#markers = new Map(marked.map(({ row, marker }) => [row.id, marker]));
    this.#marked = Map.groupBy(marked, ({ marker }) => marker.fingerprint);
  }

  static of(lists: readonly ListedRows[]): Listing {
    return new Listing(
      lists.flatMap(({ rows }) => rows),
      new Set(lists.flatMap(({ shown }) => [...shown])),
      new Map(lists.flatMap(({ markers }) => [...markers])),
    );
  }

  get(id: string): Authorization | undefined {
    return this.#rows.get(id);
  }

  rows(): Iterable<Authorization> {
    return this.#rows.values();
  }

  /** The marker of a listed authorization; undefined if it has none, or no list shows it. */
  markerOf(id: string): Marker | undefined {
    return this.#markers.get(id);
  }

  /** The authorizations that are this consumer's by their marker. */
  markedAs(identity: Identity): readonly MarkedRow[] {
    const ofSecret = this.#marked.get(identity.fingerprint) ?? [];
    return ofSecret.filter(({ marker }) => isSameIdentity(marker, identity));
  }

  /** The same by their names alone, where the secret's ARN is not known: those made for another secret, too. */
  markedByName(deployment: string, consumer: string): readonly MarkedRow[] {
    this.#byName ??= Map.groupBy(this.marked(), ({ marker }) => `${marker.deployment}/${marker.consumer}`);
    return this.#byName.get(`${deployment}/${consumer}`) ?? [];
  }

  /** Every authorization that carries anybody's marker. */
  marked(): readonly MarkedRow[] {
    return [...this.#marked.values()].flat();
  }

  /** The authorization that shows this very token; undefined also where the server shows none. */
  showing(token: string): Authorization | undefined {
    this.#byValue ??= new Map(
      [...this.#rows.values()]
        .filter(showsToken)
        .map((row) => [row.token, row])
        .reverse() as [string, Authorization][],
    );
    return this.#byValue.get(token);
  }

  /** The hashes that markers hold, of anybody's tokens. */
  markedHashes(): ReadonlySet<string> {
    this.#markedHashes ??= new Set(this.marked().flatMap(({ marker }) => marker.tokenHash ?? []));
    return this.#markedHashes;
  }

  /** Some authorization carries nobody's marker. */
  hasUnmarked(): boolean {
    return this.#markers.size < this.#rows.size;
  }

  /** The authorizations of this user that carry nobody's marker. */
  unmarkedOf(userId: string): readonly Authorization[] {
    this.#unmarkedOf ??= Map.groupBy(
      [...this.#rows.values()].filter(({ id }) => !this.#markers.has(id)),
      (row) => row.userId,
    );
    return this.#unmarkedOf.get(userId) ?? [];
  }

  /**
   * InfluxDB silently omits rows the caller may not read. It decides by owner and org: if one row is listed, they all
   * are.
   */
  shows(owner: { readonly orgId: string | undefined; readonly userId: string }): boolean {
    return this.#shown.has(ownerKey(owner));
  }
}

function ownerKey({ orgId, userId }: { readonly orgId: string | undefined; readonly userId: string }): string {
  return `${orgId}/${userId}`;
}
