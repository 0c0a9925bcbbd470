import { adoptedId } from '../../config/adopted.ts';
import type { ConsumerSettings } from '../../config/configuration.ts';
import { markerHash } from '../document/marker.ts';
import { IS_HELD, MAY_BE_HELD } from './claim.ts';
import type { Use } from './protections.ts';

// Two consumers may share a token that somebody made by hand. A server that hashes its tokens does not say whose value
// it is, so that no claim on its authorization protects it.

/** What other consumers hold that this deployment did not make, or held until lately. */
export interface ValuesOfOthers {
  /** Who else's secret holds this value: of many only the first, and more than `MOST_SHARERS`. */
  sharers(token: string): readonly string[];
  /**
   * Why an authorization without a marker must not be ended now: another consumer may hold it, or its readers may.
   * @param token its value, where that is known; asked for only where it makes a difference.
   */
  mayHold(authorizationId: string, token: () => string | undefined): Use | undefined;
}

/** So many are named. If all consumers share one token, each of them has all the others. */
export const MOST_SHARERS = 10;

/** What is known of one consumer. */
export interface Known {
  readonly settings: ConsumerSettings;
  /** Of the value in its secret, by `markerHash`. */
  readonly hash: string | undefined;
  /** Neither a marker, nor a row, nor the document beside it says whose value it is. */
  readonly isStrange: boolean;
  /** Until then its readers may hold what the secret held before its first token of ours. */
  readonly readersUntil: number;
}

type Groups = ReadonlyMap<string | undefined, readonly Known[]>;

/** Everything in one place, so that nothing grows with the square of the consumers. */
export interface AllKnown {
  /** By the hash of the value in their secrets. */
  readonly holding: Groups;
  /** The strange ones, by the authorization that the configuration says their own value to be, if it says so. */
  readonly strange: Groups;
  /** All of them by the same, those first whose readers hold longest. */
  readonly late: Groups;
}

/** There is one for each consumer, so it is an object with methods, as that of `Protections` is. */
export class Seen implements ValuesOfOthers {
  readonly #known: () => AllKnown;
  readonly #consumer: string;
  readonly #now: number;

  constructor(known: () => AllKnown, consumer: string, now: number) {
    this.#known = known;
    this.#consumer = consumer;
    this.#now = now;
  }

  sharers(token: string): readonly string[] {
    const holders = this.#holders(token).slice(0, MOST_SHARERS + 2);
    return holders.filter((each) => this.#isOther(each)).map(nameOf);
  }

  mayHold(authorizationId: string, token: () => string | undefined): Use | undefined {
    const { strange, late } = this.#known();
    // A consumer whose own value is said to be that of another authorization does not hold this one.
    const ids = [authorizationId, undefined];
    const isOther = (each: Known) => this.#isOther(each);
    const first = (groups: Groups) => ids.flatMap((id) => groups.get(id)?.find(isOther) ?? []);
    const [stranger] = first(strange);
    if (stranger !== undefined) {
      const value = token();
      if (value === undefined) return { why: MAY_HOLD(nameOf(stranger)) };
      const isSharer = (each: Known) => isOther(each) && each.isStrange && ids.includes(ownId(each));
      const sharer = this.#holders(value).find(isSharer);
      if (sharer !== undefined) return { why: IS_HELD(nameOf(sharer)) };
    }
    const [last] = first(late).toSorted(byReaders);
    if (last === undefined || last.readersUntil <= this.#now) return undefined;
    return { why: MAY_BE_HELD(nameOf(last)), until: last.readersUntil };
  }

  #holders(token: string): readonly Known[] {
    return this.#known().holding.get(markerHash(token)) ?? [];
  }

  #isOther({ settings }: Known): boolean {
    return settings.name !== this.#consumer;
  }
}

/** The authorization that the configuration says the consumer's own value to be. */
export function ownId({ settings }: Known): string | undefined {
  return adoptedId(settings);
}

function nameOf({ settings }: Known): string {
  return settings.name;
}

export function byReaders(one: Known, other: Known): number {
  return other.readersUntil - one.readersUntil;
}

const MAY_HOLD = (consumer: string) => `the secret of consumer ${consumer} may hold it`;
