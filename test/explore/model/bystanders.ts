import type { World } from '../../../simulation/world.ts';
import { contentOf, currentVersionOf, rotated, tokenKeyOf } from './look.ts';
import { OF_THE_APPLICATION } from './values.ts';

interface Seen {
  readonly versionId: string | undefined;
  readonly others: string;
  readonly value: string;
}

/** What else is in a secret stays as it is: no run changes another key than ours, nor takes one that the application has. */
export class Bystanders {
  readonly #world: World;
  readonly #violations: string[];
  #seen = new Map<string, Seen>();

  constructor(world: World, violations: string[]) {
    this.#world = world;
    this.#violations = violations;
  }

  accept(): void {
    const names = rotated(this.#world).map(({ name }) => name);
    this.#seen = new Map(names.map((name) => [name, this.#read(name)]));
  }

  /** After a call of the program. */
  look(): void {
    for (const [name, before] of this.#seen) {
      const now = this.#read(name);
      if (now.versionId === before.versionId) continue;
      this.#seen.set(name, now);
      // A secret whose deletion was scheduled is gone at last.
      if (now.versionId === undefined) continue;
      const isTaken = before.value.includes(OF_THE_APPLICATION) && !now.value.includes(OF_THE_APPLICATION);
      if (isTaken || now.others !== before.others)
        this.#violations.push(`R8: ${name}: a run changed what the application keeps in its secret`);
    }
  }

  #read(name: string): Seen {
    const version = currentVersionOf(this.#world, name);
    const { rotation, [tokenKeyOf(this.#world, name)]: token, ...others } = contentOf(version);
    return { versionId: version?.id, others: JSON.stringify(others), value: version?.value ?? '' };
  }
}
