import type { Configuration } from '../../config/configuration.ts';
import { tokenHash } from '../document/document.ts';
import { graceEndsAt } from '../document/grace.ts';
import { type Identity, markerHash } from '../document/marker.ts';
import { namedIn } from '../document/own.ts';
import type { SecretContent } from '../document/secret-content.ts';
import { type Listing, type MarkedRow, showsToken } from './listing.ts';
import { contentOf, type ObservedSecret } from './observed-secret.ts';
import { type AllKnown, byReaders, type Known, ownId, Seen, type ValuesOfOthers } from './values-of-others.ts';

/** Looked at only where a secret holds what somebody else made, so that most runs keep nothing. */
export class SecretValues {
  readonly #configuration: Configuration;
  readonly #secrets: ReadonlyMap<string, ObservedSecret>;
  readonly #listing: Listing;
  #all: AllKnown | undefined;

  /** @param secrets by consumer. */
  constructor(configuration: Configuration, secrets: ReadonlyMap<string, ObservedSecret>, listing: Listing) {
    this.#configuration = configuration;
    this.#secrets = secrets;
    this.#listing = listing;
  }

  against(consumer: string, now: number): ValuesOfOthers {
    return new Seen(this.#known, consumer, now);
  }

  readonly #known = (): AllKnown => {
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
  };

  #look(): Known[] {
    const { limits, consumers } = this.#configuration;
    const known = this.#hashesOfRows();
    return consumers.map((settings) => {
      const secret = this.#secrets.get(settings.name);
      const token = contentOf(secret)?.token || undefined;
      const hash = token === undefined ? undefined : markerHash(token);
      const marked = secret?.kind === 'value' ? this.#marked(secret.identity) : [];
      // The first of ours that is still there. What it replaced is in use for another grace period.
      const first = Math.min(...marked.map(({ row }) => row.createdAt));
      const until = graceEndsAt(first, limits, settings);
      return {
        ...{ settings, hash },
        isStrange: hash !== undefined && !known.has(hash) && !namesItsToken(contentOf(secret)),
        readersUntil: Number.isFinite(until) ? until : 0,
      };
    });
  }

  /** A token that never worked replaced nothing. */
  #marked(identity: Identity): readonly MarkedRow[] {
    return this.#listing.markedAs(identity).filter(({ marker }) => marker.tokenHash !== undefined);
  }

  #hashesOfRows(): ReadonlySet<string> {
    const hashes = new Set(this.#listing.markedHashes());
    for (const row of this.#listing.rows()) if (showsToken(row)) hashes.add(markerHash(row.token));
    return hashes;
  }
}

/** A document beside it says whose it is. One in another secret does not: somebody else can write that. */
function namesItsToken(content: SecretContent | undefined): boolean {
  const { token } = content ?? {};
  return token !== undefined && (namedIn(content) ?? []).some((named) => named.tokenHash === tokenHash(token));
}
