import type { Configuration } from '../../config/configuration.ts';
import { AllClaims } from './all-claims.ts';
import type { Claim } from './claim.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { Listing } from './listing.ts';
import type { ObservedSecret } from './observed-secret.ts';

/** That an authorization is in use. */
export interface Use {
  readonly why: string;
  /** When that ends by itself, in milliseconds since the epoch; missing where nothing tells. */
  readonly until?: number;
}

/** What is in use, seen from one consumer. */
export interface ConsumerProtections {
  /** Why this authorization is somebody else's: who else uses it. Undefined if nobody else does. */
  of(authorizationId: string): string | undefined;
  /** Why it must not be ended now: who uses it, this consumer and the rotator included. */
  inUse(authorizationId: string, markedHash: string | undefined): Use | undefined;
}

/**
 * Who uses which authorization. Looked at only where one may have to end, so that most runs keep nothing of it; and looked
 * up for each consumer, never copied: nothing grows with their square.
 */
export class Protections {
  readonly #look: () => AllClaims;
  #claims: AllClaims | undefined;

  /** @param secrets by consumer. */
  constructor(
    configuration: Configuration,
    secrets: ReadonlyMap<string, ObservedSecret>,
    listing: Listing,
    rotatorToken: string,
    elsewhere?: Elsewhere,
  ) {
    this.#look = () => new AllClaims(configuration, secrets, listing, rotatorToken, elsewhere);
  }

  /**
   * What the claims protect from this consumer.
   * @param retired the configuration itself ends what it uses.
   */
  against(consumer: string, now: number, retired = false): ConsumerProtections {
    return new Seen(this.#all, { consumer, now, retired });
  }

  readonly #all = (): AllClaims => {
    this.#claims ??= this.#look();
    return this.#claims;
  };
}

interface Viewer {
  readonly consumer: string;
  readonly now: number;
  readonly retired: boolean;
}

/** There is one for each consumer, so it is an object with methods, and not one of functions that are made anew. */
class Seen implements ConsumerProtections {
  readonly #all: () => AllClaims;
  readonly #by: Viewer;

  constructor(all: () => AllClaims, by: Viewer) {
    this.#all = all;
    this.#by = by;
  }

  of(id: string): string | undefined {
    const claim = this.#all()
      .onAuthorization(id)
      .findLast((each) => this.#isForeign(each));
    return claim?.reason(claim.consumer);
  }

  inUse(id: string, markedHash = ''): Use | undefined {
    const all = this.#all();
    const isHeld = (claim: Claim) => this.#isHeld(claim);
    return longest(all.onAuthorization(id), isHeld) ?? longest(all.onValue(markedHash), isHeld);
  }

  #lasts({ until }: Claim): boolean {
    return until === undefined || until > this.#by.now;
  }

  #isForeign(claim: Claim): boolean {
    return claim.consumer !== this.#by.consumer && this.#lasts(claim);
  }

  #isHeld(claim: Claim): boolean {
    return claim.kind === 'held' && !this.#by.retired ? this.#lasts(claim) : this.#isForeign(claim);
  }
}

/** The claim that lasts longest; of several that have no end, the last: all consumers may hold one token. */
function longest(claims: readonly Claim[], isHeld: (claim: Claim) => boolean): Use | undefined {
  const endless = claims.findLast((claim) => claim.until === undefined && isHeld(claim));
  const last =
    endless ??
    claims
      .filter(isHeld)
      .toSorted((one, other) => (one.until ?? 0) - (other.until ?? 0))
      .at(-1);
  if (last === undefined) return undefined;
  const { until } = last;
  return { why: last.reason(last.consumer), ...(until !== undefined && { until }) };
}
