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

/** Who uses which authorization, of all consumers. */
export class AllClaims {
  readonly #byId = new Map<string, Claim[]>();
  /** By the hash that markers hold: what is in use now, whatever a document says of it. */
  readonly #byHash = new Map<string, Claim[]>();
  /** The hashes that markers hold. */
  readonly #markedHashes: ReadonlySet<string>;

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

  /** What uses this authorization. */
  onAuthorization(id: string): readonly Claim[] {
    return this.#byId.get(id) ?? [];
  }

  /** What uses the value of which a marker holds this hash. */
  onValue(markedHash: string): readonly Claim[] {
    return this.#byHash.get(markedHash) ?? [];
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
    append(this.#byId, authorizationId, claim);
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

/** A list that grows in place has room for 16 more, and there is one for each consumer: so a short one is copied. */
function append(lists: Map<string, Claim[]>, key: string, claim: Claim): void {
  const list = lists.get(key) ?? [];
  if (list.length < 4) lists.set(key, [...list, claim]);
  else list.push(claim);
}
