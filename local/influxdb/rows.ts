import type { Permission } from './permissions.ts';

export type Status = 'active' | 'inactive';

/** One authorization without its token. What is served of the token depends on the mode, so it is kept separately. */
export interface Authorization {
  readonly id: string;
  readonly status: Status;
  readonly description: string;
  readonly orgId: string;
  readonly userId: string;
  readonly permissions: readonly Permission[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** An authorization with its token. The hash is what authenticates; the clear text is kept only in the mode `plain`. */
export interface StoredAuthorization extends Authorization {
  readonly tokenHash: string;
  readonly token: string | undefined;
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly oauthId: string | undefined;
  /** Only `inactive` shuts a user out; `POST` takes any text. */
  readonly status: string;
}

export interface Org {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The users who may act for the org in a session. */
  readonly ownerIds: readonly string[];
}

export interface Bucket {
  readonly id: string;
  readonly orgId: string;
  readonly type: 'user' | 'system';
  readonly name: string;
  readonly description: string;
  readonly retentionPolicy: string;
  /** Seconds; 0 keeps points for ever. */
  readonly retentionSeconds: number;
  readonly shardGroupSeconds: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

interface Session {
  readonly userId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Everything that a server keeps, in one value, so that a backup is a copy of it. */
export interface Tables {
  readonly authorizations: Map<string, StoredAuthorization>;
  readonly users: Map<string, User>;
  readonly passwords: Map<string, string>;
  readonly orgs: Map<string, Org>;
  readonly buckets: Map<string, Bucket>;
  readonly sessions: Map<string, Session>;
  readonly points: Map<string, Point[]>;
  /** The user of the set-up, whose sessions hold `instance`. */
  instanceOwnerId: string | undefined;
}

export function emptyTables(): Tables {
  return {
    authorizations: new Map(),
    users: new Map(),
    passwords: new Map(),
    orgs: new Map(),
    buckets: new Map(),
    sessions: new Map(),
    points: new Map(),
    instanceOwnerId: undefined,
  };
}

export type FieldType = 'float' | 'integer' | 'unsigned' | 'string' | 'boolean';

export interface Field {
  readonly type: FieldType;
  /** Integers stay text, as JavaScript numbers cannot hold 64 bits. */
  readonly value: string;
}

/** A point as it was written. */
export interface Point {
  /** The line as it came in. */
  readonly line: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  readonly measurement: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly fields: ReadonlyMap<string, Field>;
}
