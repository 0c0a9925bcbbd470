import type { Configuration } from '../../config/configuration.ts';
import { tokenHash } from '../document/document.ts';
import { currentIn, ledgerIn, namedIn } from '../document/own.ts';
import type { SecretContent } from '../document/secret-content.ts';
import type { Listing } from './listing.ts';

/** Somebody uses an authorization: a consumer, or the rotator itself (`consumer` undefined). */
interface Claim {
  readonly consumer: string | undefined;
  readonly reason: string;
  /** In milliseconds since the epoch; undefined for good. */
  readonly until?: number;
}

/** What each consumer's secret holds; undefined where it could not be read. */
type Contents = ReadonlyMap<string, SecretContent | undefined>;

/** Which authorizations must not be written for one consumer. */
export interface ConsumerProtections {
  /** Why this authorization must not be written: who else uses it. Undefined if nobody does. */
  of(authorizationId: string): string | undefined;
}

/** Who uses which authorization. Looked up for each consumer, never copied: nothing grows with their square. */
export class Protections {
  readonly #claims = new Map<string, Claim[]>();

  constructor(configuration: Configuration, contents: Contents, listing: Listing, rotatorToken: string) {
    this.#claimCurrent(contents);
    this.#claimLedgers(configuration, contents);
    this.#claimValues(listing, contents, rotatorToken);
  }

  /** What the others' claims protect from this consumer. */
  against(consumer: string, now: number): ConsumerProtections {
    const counts = (claim: Claim) => claim.consumer !== consumer && (claim.until === undefined || claim.until > now);
    return { of: (authorizationId) => this.#claims.get(authorizationId)?.findLast(counts)?.reason };
  }

  #claim(authorizationId: string, claim: Claim): void {
    const claims = this.#claims.get(authorizationId);
    if (claims === undefined) this.#claims.set(authorizationId, [claim]);
    else claims.push(claim);
  }

  #claimCurrent(contents: Contents): void {
    for (const [consumer, content] of contents) {
      const id = currentIn(content);
      if (id !== undefined) this.#claim(id, { consumer, reason: `it is the current one of consumer ${consumer}` });
    }
  }

  /** Two consumers may have shared a token before they were served: each has a grace period of its own. */
  #claimLedgers({ consumers, limits }: Configuration, contents: Contents): void {
    for (const { name, gracePeriodMs } of consumers) {
      for (const { authorizationId, since, compromised } of ledgerIn(contents.get(name))) {
        if (compromised) continue;
        const until = since + limits.leaseMs + gracePeriodMs;
        this.#claim(authorizationId, { consumer: name, until, reason: `consumer ${name}'s readers may still hold it` });
      }
    }
  }

  /** What another secret holds must not be switched off, whoever made it. */
  #claimValues(listing: Listing, contents: Contents, rotatorToken: string): void {
    const holders = authorizationsByHash(listing, contents);
    const claim = (token: string, consumer: string | undefined, reason: string) => {
      for (const id of holders.get(tokenHash(token)) ?? []) this.#claim(id, { consumer, reason });
    };
    claim(rotatorToken, undefined, 'the rotator itself uses it');
    for (const [consumer, content] of contents) {
      if (content?.token !== undefined) claim(content.token, consumer, `the secret of consumer ${consumer} holds it`);
    }
  }
}

/** Whose a value is: by the hash where a document notes one, and on servers without token hashing by the rows. */
function authorizationsByHash(listing: Listing, contents: Contents): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const link = (hash: string | undefined, authorizationId: string) => {
    if (hash === undefined) return;
    const ids = found.get(hash);
    if (ids === undefined) found.set(hash, new Set([authorizationId]));
    else ids.add(authorizationId);
  };
  for (const row of listing.rows()) {
    if (row.token !== '' && row.token !== 'redacted') link(tokenHash(row.token), row.id);
  }
  for (const content of contents.values()) {
    for (const named of namedIn(content) ?? []) link(named.tokenHash, named.authorizationId);
  }
  return found;
}
