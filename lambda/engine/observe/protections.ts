import type { Configuration } from '../../config/configuration.ts';
import { rotatedIn } from '../../config/self.ts';
import { tokenHash } from '../document/document.ts';
import { graceEndsAt } from '../document/grace.ts';
import { markerHash } from '../document/marker.ts';
import { currentIn, ledgerIn } from '../document/own.ts';
import { authorizationsByHash } from './authorizations-by-hash.ts';
import { type Claim, IS_CURRENT, IS_HELD, IS_THE_ROTATORS, MAY_BE_HELD } from './claim.ts';
import { type Elsewhere, holdingOf } from './elsewhere.ts';
import type { Listing } from './listing.ts';
import { contentOf, type ObservedSecret } from './observed-secret.ts';

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

/** Who uses which authorization. Looked up for each consumer, never copied: nothing grows with their square. */
export class Protections {
  readonly #claims = new Map<string, Claim[]>();
  /** The hashes that markers hold. */
  readonly #markedHashes: ReadonlySet<string>;
  /** By the hash that markers hold: what is in use now, whatever a document says of it. */
  readonly #byHash = new Map<string, Claim[]>();

  /** @param secrets by consumer. */
  constructor(
    configuration: Configuration,
    secrets: ReadonlyMap<string, ObservedSecret>,
    listing: Listing,
    rotatorToken: string,
    elsewhere?: Elsewhere,
  ) {
    this.#markedHashes = listing.markedHashes();
    this.#claimCurrent(secrets, listing);
    this.#claimLedgers(configuration, secrets, listing);
    this.#claimValues(secrets, listing, rotatorToken, configuration.influxdb.self?.name);
    if (elsewhere !== undefined) this.#claimElsewhere(listing, elsewhere);
  }

  /**
   * What the claims protect from this consumer.
   * @param retired the configuration itself ends what it uses.
   */
  against(consumer: string, now: number, retired = false): ConsumerProtections {
    return new Seen({ byId: this.#claims, byHash: this.#byHash }, { consumer, now, retired });
  }

  /**
   * The markers on the server say whose value this is, or, where there is none, whose token that authorization is: then a
   * document that says something else claims nothing.
   */
  #isDenied(
    listing: Listing,
    authorizationId: string,
    token: string | undefined,
    consumer: string | undefined,
  ): boolean {
    const marker = listing.markerOf(authorizationId);
    if (token === undefined) return marker !== undefined && marker.consumer !== consumer;
    const hash = markerHash(token);
    if (marker?.tokenHash !== undefined) return marker.tokenHash !== hash;
    return this.#markedHashes.has(hash);
  }

  #claim(authorizationId: string, claim: Claim): void {
    append(this.#claims, authorizationId, claim);
  }

  #claimCurrent(secrets: ReadonlyMap<string, ObservedSecret>, listing: Listing): void {
    for (const [consumer, secret] of secrets) {
      const content = contentOf(secret);
      const id = currentIn(content);
      if (id !== undefined && !this.#isDenied(listing, id, content?.token, consumer))
        this.#claim(id, { kind: 'held', consumer, reason: IS_CURRENT });
    }
  }

  /** Two consumers may have shared a token before they were served: each has a grace period of its own. */
  #claimLedgers(configuration: Configuration, secrets: ReadonlyMap<string, ObservedSecret>, listing: Listing): void {
    const { limits } = configuration;
    for (const { name, gracePeriodMs } of rotatedIn(configuration)) {
      const secret = secrets.get(name);
      if (secret?.kind !== 'value') continue;
      for (const { authorizationId, since, compromised } of ledgerIn(secret.content)) {
        const marker = listing.markerOf(authorizationId);
        // Whose a marked one is the server says: a ledger that others can write cannot protect it from its end.
        if (compromised || (marker !== undefined && marker.consumer !== name)) continue;
        // Whoever wrote a later time than the version's own cannot make the claim last.
        const until = graceEndsAt(Math.min(since, secret.createdAt + limits.clockToleranceMs), limits, {
          gracePeriodMs,
        });
        this.#claim(authorizationId, { kind: 'cached', consumer: name, until, reason: MAY_BE_HELD });
      }
    }
  }

  /** What a secret holds that this run did not read: only what was seen of its value is known. */
  #claimElsewhere(listing: Listing, { holders }: Elsewhere): void {
    for (const { row, marker } of listing.marked()) {
      if (marker.tokenHash === undefined) continue;
      const consumer = holders.get(holdingOf(marker.tokenHash));
      if (consumer === undefined) continue;
      const held: Claim = { kind: 'held', consumer, reason: IS_HELD };
      this.#claim(row.id, held);
      append(this.#byHash, marker.tokenHash, held);
    }
  }

  /** What a secret holds must not be ended, whoever made it. */
  #claimValues(secrets: ReadonlyMap<string, ObservedSecret>, listing: Listing, token: string, self?: string): void {
    const holders = authorizationsByHash(secrets, listing);
    const claim = (token: string, consumer: string | undefined, reason: Claim['reason']) => {
      const held: Claim = { kind: 'held', consumer, reason };
      for (const id of holders.get(tokenHash(token)) ?? [])
        if (!this.#isDenied(listing, id, token, consumer)) this.#claim(id, held);
      append(this.#byHash, markerHash(token), held);
    };
    for (const [consumer, secret] of secrets) {
      const token = contentOf(secret)?.token;
      if (token !== undefined) claim(token, consumer, IS_HELD);
    }
    claim(token, self, IS_THE_ROTATORS);
  }
}

type Claims = ReadonlyMap<string, readonly Claim[]>;

interface AllClaims {
  readonly byId: Claims;
  readonly byHash: Claims;
}

interface Viewer {
  readonly consumer: string;
  readonly now: number;
  readonly retired: boolean;
}

/** There is one for each consumer, so it is an object with methods, and not one of functions that are made anew. */
class Seen implements ConsumerProtections {
  readonly #claims: AllClaims;
  readonly #by: Viewer;

  constructor(claims: AllClaims, by: Viewer) {
    this.#claims = claims;
    this.#by = by;
  }

  of(id: string): string | undefined {
    const claim = this.#claims.byId.get(id)?.findLast((each) => this.#isForeign(each));
    return claim?.reason(claim.consumer);
  }

  inUse(id: string, markedHash = ''): Use | undefined {
    const { byId, byHash } = this.#claims;
    const isHeld = (claim: Claim) => this.#isHeld(claim);
    return longest(byId.get(id), isHeld) ?? longest(byHash.get(markedHash), isHeld);
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
function longest(claims: readonly Claim[] = [], isHeld: (claim: Claim) => boolean): Use | undefined {
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

/** A list that grows in place has room for 16 more, and there is one for each consumer: so a short one is copied. */
function append(lists: Map<string, Claim[]>, key: string, claim: Claim): void {
  const list = lists.get(key) ?? [];
  if (list.length < 4) lists.set(key, [...list, claim]);
  else list.push(claim);
}
