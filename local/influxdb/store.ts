import { ApiError } from './errors.ts';
import { randomId, Snowflakes } from './ids.ts';
import type { Permission } from './permissions.ts';
import {
  type Authorization,
  type Bucket,
  emptyTables,
  type Org,
  type Point,
  type Status,
  type StoredAuthorization,
  type Tables,
  type User,
} from './rows.ts';
import { shardGroupOf } from './shard-groups.ts';
import { Stamps } from './timestamps.ts';
import { hashToken, newToken } from './tokens.ts';

/** What the server serves of a token after its creation: nothing, the clear text, or the word `redacted`. */
export type TokenMode = 'hashed' | 'plain' | 'cloud';

/** A backup of everything that a store holds. */
export type Snapshot = { readonly mode: TokenMode; readonly tables: Tables };

/** What one server holds: users, orgs, buckets, authorizations, points. Tests may look at it at any time. */
export class Store {
  #mode: TokenMode;
  readonly now: () => number;
  /** Awaited between the read and the write of a `PATCH` of an authorization; other operations are atomic. */
  betweenPatchReadAndWrite: ((id: string) => void | Promise<void>) | undefined;
  /** Tokens that are refused although their rows are active, as Cloud has done; undefined for none. */
  refuses: ((row: StoredAuthorization) => boolean) | undefined;
  tables: Tables = emptyTables();
  /** Whose a token was the last time, by its hash. The tables are the truth. */
  readonly #idOf = new Map<string, string>();
  /** The same of a user, by its name. */
  readonly #userIdOf = new Map<string, string>();
  /** And of a bucket, by its org and name. */
  readonly #bucketIdOf = new Map<string, string>();
  readonly #snowflakes = new Snowflakes();
  readonly #stamps: Stamps;

  constructor(mode: TokenMode, now: () => number) {
    this.#mode = mode;
    this.now = now;
    this.#stamps = new Stamps(now);
  }

  get mode(): TokenMode {
    return this.#mode;
  }

  /** The server was restarted with token hashing: what it has in plain text, it hashes. There is no way back. */
  hashTokens(): void {
    if (this.#mode === 'plain') this.#mode = 'hashed';
    for (const row of this.tables.authorizations.values())
      this.tables.authorizations.set(row.id, { ...row, token: undefined });
  }

  /** All rows in order of creation, without their tokens. */
  authorizations(): Authorization[] {
    return this.storedAuthorizations().map(({ token: _token, tokenHash: _hash, ...row }) => structuredClone(row));
  }

  storedAuthorizations(): StoredAuthorization[] {
    return [...this.tables.authorizations.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** What a token is worth now: an authorization whose owner is inactive or gone counts as inactive. */
  statusOf(token: string): Status | 'unknown' {
    const row = this.authorizationOf(token);
    if (!row) return 'unknown';
    const owner = this.tables.users.get(row.userId);
    return row.status === 'active' && owner !== undefined && owner.status !== 'inactive' ? 'active' : 'inactive';
  }

  /** The points of a bucket in order of arrival. */
  points(bucketId: string): Point[] {
    return [...(this.tables.points.get(bucketId) ?? [])];
  }

  /** A backup. Restoring it brings back deleted authorizations, and forgets what was made since. */
  snapshot(): Snapshot {
    return { mode: this.mode, tables: structuredClone(this.tables) };
  }

  restore(snapshot: Snapshot): void {
    this.tables = structuredClone(snapshot.tables);
    this.#mode = snapshot.mode;
  }

  stamp(): string {
    return this.#stamps.next();
  }

  authorizationOf(token: string): StoredAuthorization | undefined {
    const tokenHash = hashToken(token);
    const known = this.tables.authorizations.get(this.#idOf.get(tokenHash) ?? '');
    if (known?.tokenHash === tokenHash) return known;
    for (const row of this.tables.authorizations.values()) {
      if (row.tokenHash !== tokenHash) continue;
      this.#idOf.set(tokenHash, row.id);
      return row;
    }
    return undefined;
  }

  addAuthorization(
    fields: { status: Status; description: string; orgId: string; userId: string; permissions: readonly Permission[] },
    token = newToken(),
  ): { row: StoredAuthorization; token: string } {
    const stamp = this.stamp();
    const row: StoredAuthorization = {
      id: this.#snowflakes.next(this.now()),
      ...fields,
      createdAt: stamp,
      updatedAt: stamp,
      tokenHash: hashToken(token),
      token: this.mode === 'plain' ? token : undefined,
    };
    this.tables.authorizations.set(row.id, row);
    this.#idOf.set(row.tokenHash, row.id);
    return { row, token };
  }

  addUser(user: Omit<User, 'id'>, id = this.#snowflakes.next(this.now())): User {
    if (this.userNamed(user.name)) throw new ApiError('conflict', `user with name ${user.name} already exists`);
    if (this.tables.users.has(id)) throw new ApiError('conflict', `user with ID ${id} already exists`);
    if (user.name === '') throw new ApiError('empty value', 'key required');
    const row = { id, ...user };
    this.tables.users.set(id, row);
    this.#userIdOf.set(row.name, id);
    return row;
  }

  userNamed(name: string): User | undefined {
    const known = this.tables.users.get(this.#userIdOf.get(name) ?? '');
    if (known?.name === name) return known;
    const found = [...this.tables.users.values()].find((user) => user.name === name);
    if (found !== undefined) this.#userIdOf.set(name, found.id);
    return found;
  }

  addOrg(name: string, description: string, ownerId: string): Org {
    this.demandFreeOrgName(name);
    const stamp = this.stamp();
    const org: Org = { id: randomId(), name, description, createdAt: stamp, updatedAt: stamp, ownerIds: [ownerId] };
    this.tables.orgs.set(org.id, org);
    const system = { orgId: org.id, type: 'system', retentionPolicy: '' } as const;
    const day = 86_400;
    this.addBucket(
      { ...system, name: '_tasks', description: 'System bucket for task logs', retentionSeconds: 3 * day },
      0,
    );
    this.addBucket(
      { ...system, name: '_monitoring', description: 'System bucket for monitoring logs', retentionSeconds: 7 * day },
      0,
    );
    return org;
  }

  demandFreeOrgName(name: string): void {
    if (name.trim() === '') throw new ApiError('invalid', 'org name is empty');
    if (this.orgNamed(name)) throw new ApiError('conflict', `organization with name ${name} already exists`);
  }

  orgNamed(name: string): Org | undefined {
    return [...this.tables.orgs.values()].find((org) => org.name.trim() === name.trim());
  }

  addBucket(
    fields: Omit<Bucket, 'id' | 'shardGroupSeconds' | 'createdAt' | 'updatedAt'>,
    shardGroupSeconds: number,
  ): Bucket {
    if (this.bucketNamed(fields.orgId, fields.name))
      throw new ApiError('conflict', `bucket with name ${fields.name} already exists`);
    const stamp = this.stamp();
    const bucket: Bucket = {
      id: randomId(),
      ...fields,
      shardGroupSeconds:
        shardGroupSeconds > 0 ? Math.max(shardGroupSeconds, 3_600) : shardGroupOf(fields.retentionSeconds),
      createdAt: stamp,
      updatedAt: stamp,
    };
    this.tables.buckets.set(bucket.id, bucket);
    this.#bucketIdOf.set(`${bucket.orgId}/${bucket.name}`, bucket.id);
    return bucket;
  }

  bucketNamed(orgId: string, name: string): Bucket | undefined {
    const isMeant = (bucket: Bucket | undefined) => bucket?.orgId === orgId && bucket.name === name;
    const key = `${orgId}/${name}`;
    const known = this.tables.buckets.get(this.#bucketIdOf.get(key) ?? '');
    if (isMeant(known)) return known;
    const found = [...this.tables.buckets.values()].find(isMeant);
    if (found !== undefined) this.#bucketIdOf.set(key, found.id);
    return found;
  }
}
