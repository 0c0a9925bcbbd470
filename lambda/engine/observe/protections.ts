import type { Configuration } from '../../config/configuration.ts';
import { tokenHash } from '../document/document.ts';
import { markerHash } from '../document/marker.ts';
import { currentIn, ledgerIn, namedIn } from '../document/own.ts';
import { type Listing, showsToken } from './listing.ts';
import { contentOf, type ObservedSecret } from './observed-secret.ts';

/** Somebody uses an authorization: a consumer, or the rotator itself (`consumer` undefined). */
interface Claim {
  /** `held`: it is what they use now. `cached`: they may still use it until then. */
  readonly kind: 'held' | 'cached';
  readonly consumer: string | undefined;
  readonly reason: string;
  /** In milliseconds since the epoch; undefined for good. */
  readonly until?: number;
}

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
  ) {
    this.#markedHashes = new Set(listing.marked().flatMap(({ marker }) => marker.tokenHash ?? []));
    this.#claimCurrent(secrets, listing);
    this.#claimLedgers(configuration, secrets, listing);
    this.#claimValues(secrets, listing, rotatorToken);
  }

  /**
   * What the claims protect from this consumer.
   * @param retired the configuration itself ends what it uses.
   */
  against(consumer: string, now: number, retired = false): ConsumerProtections {
    const lasts = ({ until }: Claim) => until === undefined || until > now;
    const foreign = (claim: Claim) => claim.consumer !== consumer && lasts(claim);
    const held = (claim: Claim) => (claim.kind === 'held' && !retired ? lasts(claim) : foreign(claim));
    return {
      of: (id) => this.#claims.get(id)?.findLast(foreign)?.reason,
      inUse: (id, markedHash = '') =>
        longest(this.#claims.get(id)?.filter(held)) ?? longest(this.#byHash.get(markedHash)?.filter(held)),
    };
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
      const reason = `it is the current one of consumer ${consumer}`;
      if (id !== undefined && !this.#isDenied(listing, id, content?.token, consumer))
        this.#claim(id, { kind: 'held', consumer, reason });
    }
  }

  /** Two consumers may have shared a token before they were served: each has a grace period of its own. */
  #claimLedgers(
    { consumers, limits }: Configuration,
    secrets: ReadonlyMap<string, ObservedSecret>,
    listing: Listing,
  ): void {
    for (const { name, gracePeriodMs } of consumers) {
      const secret = secrets.get(name);
      if (secret?.kind !== 'value') continue;
      for (const { authorizationId, since, compromised } of ledgerIn(secret.content)) {
        const marker = listing.markerOf(authorizationId);
        // Whose a marked one is the server says: a ledger that others can write cannot protect it from its end.
        if (compromised || (marker !== undefined && marker.consumer !== name)) continue;
        // Whoever wrote a later time than the version's own cannot make the claim last.
        const until = Math.min(since, secret.createdAt + limits.clockToleranceMs) + limits.leaseMs + gracePeriodMs;
        const reason = `consumer ${name}'s readers may still hold it`;
        this.#claim(authorizationId, { kind: 'cached', consumer: name, until, reason });
      }
    }
  }

  /** What a secret holds must not be ended, whoever made it. */
  #claimValues(secrets: ReadonlyMap<string, ObservedSecret>, listing: Listing, rotatorToken: string): void {
    const holders = authorizationsByHash(secrets, listing);
    const claim = (token: string, consumer: string | undefined, reason: string) => {
      const held: Claim = { kind: 'held', consumer, reason };
      for (const id of holders.get(tokenHash(token)) ?? [])
        if (!this.#isDenied(listing, id, token, consumer)) this.#claim(id, held);
      append(this.#byHash, markerHash(token), held);
    };
    for (const [consumer, secret] of secrets) {
      const token = contentOf(secret)?.token;
      if (token !== undefined) claim(token, consumer, `the secret of consumer ${consumer} holds it`);
    }
    claim(rotatorToken, undefined, 'the rotator itself uses it');
  }
}

/** The claim that lasts longest; of several that have no end, the last. */
function longest(claims: readonly Claim[] = []): Use | undefined {
  const endOf = ({ until }: Claim) => until ?? Number.POSITIVE_INFINITY;
  const last = claims.toSorted((one, other) => Math.sign(endOf(one) - endOf(other)) || 0).at(-1);
  if (last === undefined) return undefined;
  const { reason: why, until } = last;
  return until === undefined ? { why } : { why, until };
}

function append(lists: Map<string, Claim[]>, key: string, claim: Claim): void {
  const claims = lists.get(key);
  if (claims === undefined) lists.set(key, [claim]);
  else claims.push(claim);
}

/** Whose a value is: by the hash where a document notes one, and on servers without token hashing by the rows. */
function authorizationsByHash(
  secrets: ReadonlyMap<string, ObservedSecret>,
  listing: Listing,
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const link = (hash: string | undefined, authorizationId: string) => {
    if (hash === undefined) return;
    const ids = found.get(hash);
    if (ids === undefined) found.set(hash, new Set([authorizationId]));
    else ids.add(authorizationId);
  };
  for (const row of listing.rows()) if (showsToken(row)) link(tokenHash(row.token), row.id);
  for (const secret of secrets.values()) {
    for (const named of namedIn(contentOf(secret)) ?? []) link(named.tokenHash, named.authorizationId);
  }
  return found;
}
