import type { World } from '../../../simulation/world.ts';
import { consumersOf, mostOthers, type Request } from './commands.ts';
import { contentOf, currentRowOf, currentVersionOf, type Marked, markedRowsOf, namedOwners, rotated } from './look.ts';

/**
 * I3, judged at the mint: a limit on how many are live says little once people bring tokens back to life, or say again
 * and again that one leaked.
 */
export class Mints {
  readonly #world: World;
  readonly #violations: string[];
  readonly #rows = new Map<string, Set<string>>();
  /** Consumers for whom this run may have begun to mint. */
  readonly #mayMint = new Set<string>();
  /** How many other live tokens do not stand in the way, where an operator asked for a new one. */
  readonly #asked = new Map<string, number>();

  constructor(world: World, violations: string[]) {
    this.#world = world;
    this.#violations = violations;
  }

  /** Before a run, or before steps that Secrets Manager asks for. */
  begin(): void {
    this.#mayMint.clear();
    this.#asked.clear();
  }

  /** What this run, or one that overlaps it, is asked for. */
  ask(request: Request): void {
    for (const name of consumersOf(request)) this.allow(name, mostOthers(request));
  }

  /** @param most how many other live tokens do not stand in the way. */
  allow(consumer: string, most: number): void {
    this.#asked.set(consumer, Math.max(this.#asked.get(consumer) ?? 0, most));
  }

  /** Before, and so after, every call of a run. */
  look(): void {
    for (const { name } of rotated(this.#world)) {
      const before = this.#rows.get(name) ?? new Set();
      // What is adopted is marked as it is switched off, and was made by somebody else.
      const isMade = ({ row, marker }: Marked) => !before.has(row.id) && !marker.adopted && !isTrial(row);
      const made = markedRowsOf(this.#world, name).filter(isMade);
      if (made.length > 0 && !this.#mayMint.has(name))
        this.#violations.push(`I3: ${name}: a token was minted while an older one than the current one was live`);
      for (const { row } of made) before.add(row.id);
      this.#rows.set(name, before);
      if (mayMint(this.#world, name, this.#asked.get(name) ?? 0)) this.#mayMint.add(name);
    }
  }

  /** After something that people did: what is there is not the program's. */
  accept(): void {
    this.#rows.clear();
    for (const { name } of rotated(this.#world))
      this.#rows.set(name, new Set(markedRowsOf(this.#world, name).map(({ row }) => row.id)));
  }
}

/** S6: what the rotator makes to prove its next token, inactive, and deletes at once. */
function isTrial({ description }: Marked['row']): boolean {
  return description.endsWith(' trial');
}

/**
 * I3: not while another marked token that counts is live, unless consumers have none of ours that works, or it leaked.
 *
 * @param most how many may live beside the current one: one where an operator asks for a new one, two where he forces it.
 */
function mayMint(world: World, consumer: string, most: number): boolean {
  const { rotation } = contentOf(currentVersionOf(world, consumer));
  const current = currentRowOf(world, consumer);
  const { users, buckets } = world.influxdb.store.tables;
  if (current?.status !== 'active' || users.get(current.userId)?.status !== 'active') return true;
  const reaches = ({ resource: { type, id } }: { resource: { type: string; id?: string } }) =>
    type !== 'buckets' || id === undefined || buckets.has(id);
  if (!current.permissions.every(reaches) || world.influxdb.store.refuses?.(current)) return true;
  if (current.id !== rotation?.authorizationId) return true;
  if (rotation.superseded.some((entry) => entry.authorizationId === current.id && entry.compromised)) return true;
  const marked = markedRowsOf(world, consumer);
  if (marked.some(({ row, marker }) => row.id === current.id && marker.compromised)) return true;
  const owners = namedOwners(world, consumer);
  // Whose owner is gone works for nobody, and no list shows it.
  const counts = ({ userId }: Marked['row']) => owners.has(userId) && users.has(userId);
  const others = marked.filter(({ row }) => row.id !== current.id && row.status === 'active' && counts(row));
  return others.length <= most;
}
