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
  /** Who else's secret holds this value. */
  sharers(token: string): readonly string[];
  /**
   * Why an authorization without a marker must not be ended now: another consumer may hold it, or its readers may.
   * @param token its value, where that is known; asked for only where it makes a difference.
   */
  mayHold(authorizationId: string, token: () => string | undefined): Use | undefined;
}

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

/** Looked at only for what is to be adopted, so nothing is kept for the others. */
export class SecretValues {
  readonly #configuration: Configuration;
  readonly #secrets: ReadonlyMap<string, ObservedSecret>;
  readonly #listing: Listing;
  #all: readonly Known[] | undefined;

  /** @param secrets by consumer. */
  constructor(configuration: Configuration, secrets: ReadonlyMap<string, ObservedSecret>, listing: Listing) {
    this.#configuration = configuration;
    this.#secrets = secrets;
    this.#listing = listing;
  }

  against(consumer: string, now: number): ValuesOfOthers {
    const others = () => this.#known().filter(({ settings }) => settings.name !== consumer);
    return {
      sharers: (token) => {
        const wanted = markerHash(token);
        return others().flatMap(({ settings, hash }) => (hash === wanted ? settings.name : []));
      },
      mayHold: (id, token) => {
        const all = others().filter((each) => mayMean(each, id));
        return heldNow(all, token) ?? readLately(all, now);
      },
    };
  }

  #known(): readonly Known[] {
    this.#all ??= this.#look();
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

/** False if the configuration says that this consumer's own value is that of another authorization. */
function mayMean({ settings }: Known, authorizationId: string): boolean {
  const own = adoptedId(settings);
  return own === undefined || own === authorizationId;
}

/** Where the token is not known, it may be any value that nobody can tell whose it is. */
function heldNow(all: readonly Known[], token: () => string | undefined): Use | undefined {
  const strange = all.filter(({ isStrange }) => isStrange);
  const [stranger] = strange;
  if (stranger === undefined) return undefined;
  const value = token();
  if (value === undefined) return { why: MAY_HOLD(stranger.settings.name) };
  const sharer = strange.find(({ hash }) => hash === markerHash(value));
  return sharer && { why: IS_HELD(sharer.settings.name) };
}

function readLately(all: readonly Known[], now: number): Use | undefined {
  const late = all.filter(({ readersUntil }) => readersUntil > now);
  const last = late.toSorted((one, other) => one.readersUntil - other.readersUntil).at(-1);
  return last && { why: MAY_BE_HELD(last.settings.name), until: last.readersUntil };
}

const MAY_HOLD = (consumer: string) => `the secret of consumer ${consumer} may hold it`;
