import type { Authorization } from '../../influxdb/authorization.ts';
import type { SecretDescription, SecretVersion } from '../../secrets-manager/secret.ts';

/** One more thing that the planner must see before it can decide. An idle consumer needs none. */
export type LookRequest =
  | { readonly kind: 'description' }
  | { readonly kind: 'version'; readonly stage: 'AWSPREVIOUS' | 'AWSPENDING' }
  | { readonly kind: 'authorization'; readonly id: string };

/** What `GET` by id says of an authorization that the lists do not show. */
export type AuthorizationLookup =
  | { readonly kind: 'found'; readonly row: Authorization }
  | { readonly kind: 'gone' }
  /** The row exists, but its owner was deleted. */
  | { readonly kind: 'owner-gone' }
  /** The rotator's token may not see it. */
  | { readonly kind: 'unseen'; readonly detail: string };

/** Thrown inside the planner, and caught by it, where it meets something that was not looked at yet. */
export class LookNeeded extends Error {
  override readonly name = 'LookNeeded';
  readonly request: LookRequest;
  constructor(request: LookRequest) {
    super(`look needed: ${request.kind}`);
    this.request = request;
  }
}

/**
 * What was looked at for one consumer beyond the batch and the lists. The planner asks as it goes, so that it pays
 * only for what its decision needs; asking for something unseen makes `plan` answer "look" instead of a decision.
 */
export class Looks {
  readonly #seen = new Map<string, unknown>();

  note(request: LookRequest, result: unknown): void {
    this.#seen.set(keyOf(request), result);
  }

  /** Undefined: there is no such secret. */
  description(): SecretDescription | undefined {
    return this.#get({ kind: 'description' }) as SecretDescription | undefined;
  }

  /** The description, if anything asked for it. */
  seenDescription(): SecretDescription | undefined | 'unseen' {
    return this.#seen.has('description') ? this.description() : 'unseen';
  }

  /** Undefined: no version has this label. */
  version(stage: 'AWSPREVIOUS' | 'AWSPENDING'): SecretVersion | undefined {
    return this.#get({ kind: 'version', stage }) as SecretVersion | undefined;
  }

  authorization(id: string): AuthorizationLookup {
    return this.#get({ kind: 'authorization', id }) as AuthorizationLookup;
  }

  #get(request: LookRequest): unknown {
    const key = keyOf(request);
    if (!this.#seen.has(key)) throw new LookNeeded(request);
    return this.#seen.get(key);
  }
}

function keyOf(request: LookRequest): string {
  switch (request.kind) {
    case 'description':
      return 'description';
    case 'version':
      return `version ${request.stage}`;
    case 'authorization':
      return `authorization ${request.id}`;
  }
}
