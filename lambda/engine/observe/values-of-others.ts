import { adoptedId, type Configuration, type ConsumerSettings } from '../../config/configuration.ts';
import { type Identity, identityOf, markerHash } from '../document/marker.ts';
import { namedIn } from '../document/own.ts';
import { IS_HELD, MAY_BE_HELD } from './claim.ts';
import { type Listing, type MarkedRow, showsToken } from './listing.ts';
import { contentOf, type ObservedSecret } from './observed-secret.ts';
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
interface Known {
  readonly settings: ConsumerSettings;
  /** Of the value in its secret, by `markerHash`. */
  readonly hash: string | undefined;
  /** Neither a marker, nor a row, nor a document says whose value it is. */
  readonly isStrange: boolean;
  /** Until then its readers may hold what the secret held before its first token of ours. */
  readonly readersUntil: number;
}

type Groups = ReadonlyMap<string | undefined, readonly Known[]>;

/** Everything in one place, so that nothing grows with the square of the consumers. */
interface All {
  /** By the hash of the value in their secrets. */
  readonly holding: Groups;
  /** The strange ones, by the authorization that the configuration says their own value to be, if it says so. */
  readonly strange: Groups;
  /** All of them by the same, those first whose readers hold longest. */
  readonly late: Groups;
}

/** Looked at only where a secret holds what somebody else made, so that most runs keep nothing. */
export class SecretValues {
  readonly #configuration: Configuration;
  readonly #secrets: ReadonlyMap<string, ObservedSecret>;
  readonly #listing: Listing;
  #all: All | undefined;

  /** @param secrets by consumer. */
  constructor(configuration: Configuration, secrets: ReadonlyMap<string, ObservedSecret>, listing: Listing) {
    this.#configuration = configuration;
    this.#secrets = secrets;
    this.#listing = listing;
  }

  against(consumer: string, now: number): ValuesOfOthers {
    const isOther = ({ settings }: Known) => settings.name !== consumer;
    const holders = (token: string) => this.#known().holding.get(markerHash(token)) ?? [];
    return {
      sharers: (token) =>
        holders(token)
          .slice(0, MOST_SHARERS + 2)
          .filter(isOther)
          .map(nameOf),
      mayHold: (id, token) => {
        const { strange, late } = this.#known();
        // A consumer whose own value is said to be that of another authorization does not hold this one.
        const ids = [id, undefined];
        const first = (groups: Groups) => ids.flatMap((of) => groups.get(of)?.find(isOther) ?? []);
        const [stranger] = first(strange);
        if (stranger !== undefined) {
          const value = token();
          if (value === undefined) return { why: MAY_HOLD(nameOf(stranger)) };
          const sharer = holders(value).find((each) => isOther(each) && each.isStrange && ids.includes(ownId(each)));
          if (sharer !== undefined) return { why: IS_HELD(nameOf(sharer)) };
        }
        const [last] = first(late).toSorted(byReaders);
        if (last === undefined || last.readersUntil <= now) return undefined;
        return { why: MAY_BE_HELD(nameOf(last)), until: last.readersUntil };
      },
    };
  }

  #known(): All {
    if (this.#all === undefined) {
      const all = this.#look();
      this.#all = {
        holding: Map.groupBy(all, ({ hash }) => hash),
        strange: Map.groupBy(
          all.filter(({ isStrange }) => isStrange),
          ownId,
        ),
        late: Map.groupBy(all.toSorted(byReaders), ownId),
      };
    }
    return this.#all;
  }

  #look(): Known[] {
    const { deployment, limits, consumers } = this.#configuration;
    const attributed = this.#attributed();
    return consumers.map((settings) => {
      const secret = this.#secrets.get(settings.name);
      const token = contentOf(secret)?.token;
      const hash = token === undefined || token === '' ? undefined : markerHash(token);
      const marked = secret?.kind === 'value' ? this.#marked(identityOf(deployment, settings.name, secret.arn)) : [];
      // The first of ours that is still there. What it replaced is in use for another grace period.
      const first = Math.min(...marked.map(({ row }) => row.createdAt));
      const until = first + limits.leaseMs + settings.gracePeriodMs;
      return {
        ...{ settings, hash },
        isStrange: hash !== undefined && !attributed.has(hash),
        readersUntil: Number.isFinite(until) ? until : 0,
      };
    });
  }

  /** A token that never worked replaced nothing. */
  #marked(identity: Identity): readonly MarkedRow[] {
    return this.#listing.markedAs(identity).filter(({ marker }) => marker.tokenHash !== undefined);
  }

  #attributed(): ReadonlySet<string> {
    const hashes = new Set(this.#listing.marked().flatMap(({ marker }) => marker.tokenHash ?? []));
    for (const row of this.#listing.rows()) if (showsToken(row)) hashes.add(markerHash(row.token));
    for (const secret of this.#secrets.values()) {
      // A document has the whole hash, of which a marker has the first half.
      const named = namedIn(contentOf(secret)) ?? [];
      for (const { tokenHash } of named) if (tokenHash !== undefined) hashes.add(tokenHash.slice(7, 39));
    }
    return hashes;
  }
}

/** The authorization that the configuration says the consumer's own value to be. */
function ownId({ settings }: Known): string | undefined {
  return adoptedId(settings);
}

function nameOf({ settings }: Known): string {
  return settings.name;
}

function byReaders(one: Known, other: Known): number {
  return other.readersUntil - one.readersUntil;
}

const MAY_HOLD = (consumer: string) => `the secret of consumer ${consumer} may hold it`;
