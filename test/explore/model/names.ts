import type { World } from '../../../simulation/world.ts';

const ID = /\b[0-9a-f]{16}\b/g;

/** Short names for authorizations, in the order in which they were made: the same in every replay, as ids are not. */
export class Names {
  readonly #world: World;
  readonly #names = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Every now and then: what is minted and deleted between two looks has no name. */
  look(): void {
    for (const { id } of this.#world.influxdb.store.storedAuthorizations())
      if (!this.#names.has(id)) this.#names.set(id, `T${this.#names.size}`);
  }

  in(text: string): string {
    this.look();
    return text.replace(ID, (id) => this.#names.get(id) ?? id);
  }
}
