import { parseMarker } from '../../../lambda/engine/document/marker.ts';
import type { StoredAuthorization } from '../../../local/influxdb/rows.ts';
import type { World } from '../../../simulation/world.ts';
import { consumersOf, type Request } from './commands.ts';
import { holdersOf, rotated } from './look.ts';

/** Who uses what, by the id of the authorization. */
type Holders = ReadonlyMap<string, readonly string[]>;

/**
 * T2, from the servers' state: what a consumer's `AWSCURRENT` holds by value is never switched off or deleted, nor what
 * the run signs in with. Whose marker the row has plays no part, nor does what any document says. T1 is the auditor's I4.
 */
export class Trust {
  readonly #world: World;
  readonly #violations: string[];
  #rows: ReadonlyMap<string, StoredAuthorization> = new Map();
  #holders: Holders = new Map();
  /** Until when the readers of what people made may hold it, by the id of the authorization. */
  readonly #graceOver = new Map<string, number>();
  /** The consumers of which this run, or one that overlaps it, was told that their token leaked. */
  readonly #leaked = new Set<string>();

  constructor(world: World, violations: string[]) {
    this.#world = world;
    this.#violations = violations;
    this.accept();
  }

  /** Before a run. */
  begin(): void {
    this.#leaked.clear();
  }

  /** What it is asked for. */
  ask(request: Request): void {
    if (request.compromised) for (const name of consumersOf(request)) this.#leaked.add(name);
  }

  /** People changed the servers, and nothing of it is the program's. */
  accept(): void {
    const { influxdb, clock } = this.#world;
    const before = this.#holders;
    this.#rows = new Map(influxdb.store.storedAuthorizations().map((row) => [row.id, row]));
    this.#holders = holdersOf(this.#world);
    // Whoever used it until now may have read it just now.
    for (const [id, names] of [...before, ...this.#holders])
      for (const { name, gracePeriodMs } of rotated(this.#world))
        if (names.includes(name)) this.#graceOver.set(id, clock.now() + gracePeriodMs);
  }

  /** After a call of the program. */
  look(): void {
    const [rows, holders] = [this.#rows, this.#holders];
    this.accept();
    for (const [id, { status, description }] of rows) {
      const isEnded = !this.#rows.has(id) || (status === 'active' && this.#rows.get(id)?.status !== 'active');
      if (!isEnded) continue;
      // A label that was moved in the same step may have taken it out of use.
      const inUse = (holders.get(id) ?? []).filter((name) => this.#holders.get(id)?.includes(name));
      if (inUse.length > 0) this.#violations.push(`T2: ${id} was ended, and ${inUse.join()} uses it`);
      // I5 for what is adopted; the auditor has it for what is marked.
      const isEarly =
        parseMarker(description) === undefined && this.#world.clock.now() < (this.#graceOver.get(id) ?? 0);
      if (isEarly && !this.#mayHaveLeaked(id, rows))
        this.#violations.push(`I5: ${id} was adopted, and ended inside its grace period`);
      const { self } = this.#world.configuration.influxdb;
      if (id === this.#world.rotatorId && self?.adopt !== id)
        this.#violations.push("T2: the rotator's own token was ended");
    }
  }

  /** H26: a command says so, or the row of a newer token of whoever adopts it. A secret's word does not count. */
  #mayHaveLeaked(id: string, rows: ReadonlyMap<string, StoredAuthorization>): boolean {
    const createdAt = rows.get(id)?.createdAt ?? '';
    return rotated(this.#world).some(({ name, adopt }) => {
      if (adopt !== id && adopt !== 'auto') return false;
      const isNoted = (row: StoredAuthorization) => {
        const marker = parseMarker(row.description);
        return marker?.consumer === name && marker.compromised && row.createdAt > createdAt;
      };
      return this.#leaked.has(name) || [...rows.values()].some(isNoted);
    });
  }
}
