import { randomInt } from 'node:crypto';
import type { Parameters } from './parameters.ts';
import type { Secret } from './secret.ts';
import { invalidRequest, notFound, ServiceError } from './service-error.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const NAME = /^[A-Za-z0-9/_+=.@!-]+$/;

export interface StoreOptions {
  readonly now: () => number;
  readonly region: string;
  readonly accountId: string;
}

/** Every secret of one account and Region. */
export class Store {
  /** Reads are eventually consistent. If true, the first read of a secret after a write shows the state before it. */
  staleReads = false;
  readonly now: () => number;
  readonly #region: string;
  readonly #accountId: string;
  readonly #secrets = new Map<string, Secret>();
  readonly #before = new Map<string, Secret | undefined>();
  /** Where an ARN was found the last time. */
  readonly #nameOf = new Map<string, string>();

  constructor(options: StoreOptions) {
    this.now = options.now;
    this.#region = options.region;
    this.#accountId = options.accountId;
  }

  /** Oldest first, including those scheduled for deletion. */
  secrets(): Secret[] {
    for (const { name, purgedAt } of this.#secrets.values()) {
      if (purgedAt !== undefined && purgedAt <= this.now()) this.#secrets.delete(name);
    }
    return [...this.#secrets.values()];
  }

  /** By name, ARN, or ARN without its six random characters. */
  secret(nameOrArn: string): Secret | undefined {
    const named = this.#secrets.get(nameOrArn);
    if (named !== undefined && named.purgedAt === undefined) return named;
    const isMeant = ({ name, arn }: Secret) => [name, arn, arn.slice(0, -7)].includes(nameOrArn);
    const known = this.#secrets.get(this.#nameOf.get(nameOrArn) ?? '');
    if (known !== undefined && (known.purgedAt ?? Number.POSITIVE_INFINITY) > this.now() && isMeant(known))
      return known;
    const found = this.secrets().find(isMeant);
    if (found !== undefined) this.#nameOf.set(nameOrArn, found.name);
    return found;
  }

  snapshot(): Map<string, Secret> {
    return structuredClone(this.#secrets);
  }

  restore(snapshot: ReadonlyMap<string, Secret>): void {
    this.#before.clear();
    this.#secrets.clear();
    for (const [name, secret] of structuredClone(snapshot)) this.#secrets.set(name, secret);
  }

  create(name: string): Secret {
    checkName(name);
    const createdAt = this.now();
    const arn = this.arn(name);
    const secret: Secret = {
      arn,
      name,
      createdAt,
      lastChangedAt: createdAt,
      rotationEnabled: false,
      versions: new Map(),
      tags: new Map(),
    };
    this.#secrets.set(name, secret);
    this.#nameOf.set(arn, name);
    if (this.staleReads) this.#before.set(arn, undefined);
    return secret;
  }

  arn(name: string): string {
    const random = Array.from({ length: 6 }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
    return `arn:aws:secretsmanager:${this.#region}:${this.#accountId}:secret:${name}-${random}`;
  }

  remove(secret: Secret): void {
    this.#secrets.delete(secret.name);
  }

  /** The secret that a request names, in whatever state it is. */
  named(input: Parameters): Secret {
    const id = secretId(input);
    return this.secret(id) ?? missing();
  }

  /** The secret whose value a request wants to read or write. Throws if it is scheduled for deletion. */
  usable(input: Parameters): Secret {
    return refuseDeleted(this.named(input));
  }

  /** The same, for what a request writes. Throws if it is a replica, or another service's. */
  writable(input: Parameters): Secret {
    const secret = this.usable(input);
    if (secret.primaryRegion !== undefined && secret.primaryRegion !== this.#region)
      throw invalidRequest(
        "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
      );
    if (secret.owningService !== undefined)
      throw invalidRequest(`You can't update this secret because it is managed by ${secret.owningService}.`);
    return secret;
  }

  /** The secret as a reader sees it, which may be an earlier state. */
  view(id: string): Secret {
    const secret = this.secret(id);
    if (!secret || !this.staleReads || !this.#before.has(secret.arn)) return secret ?? missing();
    const before = this.#before.get(secret.arn);
    this.#before.delete(secret.arn);
    return before ?? missing();
  }

  /** Every change goes through here, once it is certain to be made. */
  change<T>(secret: Secret, mutate: () => T): T {
    if (this.staleReads) this.#before.set(secret.arn, structuredClone(secret));
    secret.lastChangedAt = this.now();
    return mutate();
  }
}

export function secretId(input: Parameters): string {
  const id = input.requiredText('SecretId', { min: 1, max: 2048 });
  if (!id.startsWith('arn:')) checkName(id);
  return id;
}

export function refuseDeleted(secret: Secret): Secret {
  if (secret.deletedAt === undefined) return secret;
  throw invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
}

function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new ServiceError(
    'ValidationException',
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  );
}

function missing(): never {
  throw notFound("Secrets Manager can't find the specified secret.");
}
