import { CallError } from '../../calls/call-error.ts';
import { endsRun } from '../../calls/failure.ts';
import type { ConsumerSettings, InfluxdbSettings } from '../../config/configuration.ts';
import type { Permission } from '../../config/permission.ts';
import { ID } from '../../influxdb/authorization.ts';
import { InfluxdbError } from '../../influxdb/errors.ts';
import type { User } from '../../influxdb/named.ts';
import {
  allAccessPermissions,
  bucketPermissions,
  hasOnlyFirstTypes,
  lackedTypes,
  operatorPermissions,
  withinOrg,
} from '../../influxdb/permissions.ts';
import type { ReadingInfluxdb } from './reads.ts';
import type { Target, UnresolvedTarget } from './target.ts';

/** A name in the configuration that could not be turned into an id; the message says what to do. */
class UnresolvedError extends Error {
  override readonly name = 'UnresolvedError';
}

/** Turns the names of a configuration into InfluxDB's ids, each distinct name with one call a run. */
export class Resolver {
  readonly #settings: InfluxdbSettings;
  readonly #influxdb: ReadingInfluxdb;
  readonly #answers = new Map<string, Promise<unknown>>();
  readonly #owners = new Set<string>();
  #orgIdOfBucket: string | undefined;

  constructor(settings: InfluxdbSettings, influxdb: ReadingInfluxdb) {
    this.#settings = settings;
    this.#influxdb = influxdb;
  }

  /** Every owner found so far, also those of consumers whose buckets could not be resolved. */
  resolvedOwners(): Iterable<string> {
    return this.#owners;
  }

  /** Throws only what ends the whole run. */
  async resolve(consumer: ConsumerSettings): Promise<Target | UnresolvedTarget> {
    try {
      const userId = await this.#owner(consumer);
      if (userId !== undefined) this.#owners.add(userId);
      if (consumer.retired) return { kind: 'resolved', orgId: '', userId, grant: () => [] };
      return await this.#target(consumer, userId);
    } catch (error) {
      if (error instanceof UnresolvedError) return { kind: 'unresolved', problem: error.message };
      if (endsRun(error) || !(error instanceof CallError)) throw error;
      return { kind: 'unresolved', problem: error.message };
    }
  }

  async #target({ access }: ConsumerSettings, userId: string | undefined): Promise<Target> {
    switch (access.kind) {
      case 'buckets': {
        const read = await this.#buckets(access.read);
        const write = await this.#buckets(access.write);
        const orgId = await this.#orgId([...read, ...write]);
        return { kind: 'resolved', orgId, userId, grant: () => bucketPermissions(orgId, read, write) };
      }
      case 'all-access': {
        const types = await this.#types();
        const orgId = await this.#orgId([]);
        return { kind: 'resolved', orgId, userId, grant: (owner) => allAccessPermissions(orgId, owner, types) };
      }
      case 'operator': {
        const types = await this.#types();
        return { kind: 'resolved', orgId: await this.#orgId([]), userId, grant: () => operatorPermissions(types) };
      }
      case 'permissions': {
        await this.#assertKnownTypes(access.permissions);
        const orgId = await this.#orgId([]);
        const permissions = access.permissions.map((permission) => withinOrg(permission, orgId));
        return { kind: 'resolved', orgId, userId, grant: () => permissions };
      }
    }
  }

  /** Costs a call only where a type is younger than the oldest servers. */
  async #assertKnownTypes(permissions: readonly Permission[]): Promise<void> {
    if (hasOnlyFirstTypes(permissions)) return;
    const known = await this.#types().catch(refused);
    const problem = known && lackedTypes(permissions, known, this.#influxdb.serverVersion);
    if (problem !== undefined) throw new UnresolvedError(problem);
  }

  #types(): Promise<string[]> {
    return this.#once('types', () => this.#influxdb.resourceTypes());
  }

  async #owner({ owner, createOwner }: ConsumerSettings): Promise<string | undefined> {
    if (owner === undefined) {
      return this.#once('me', () =>
        this.#influxdb.ownUser().catch(missingRight("the rotator's own user cannot be read")),
      );
    }
    const id = idIn(owner);
    if (id !== undefined) return id;
    const user = await this.#once(`user ${owner}`, () => this.#findUser(owner));
    if (user === 'absent') {
      if (createOwner) return undefined;
      throw new UnresolvedError(`owner "${owner}" does not exist: create the user, or set "createOwner": true`);
    }
    if (user === 'unseen')
      throw new UnresolvedError(
        `owner "${owner}" exists, but the rotator's token may not see it: it lacks read:users/<id of ${owner}> and needs write:users/<id of ${owner}>, too`,
      );
    // Its tokens still say that they are active.
    if (user.status === 'inactive')
      throw new UnresolvedError(
        `owner "${owner}" is deactivated, so that InfluxDB refuses all of its tokens: activate the user, or name another as "owner"`,
      );
    return user.id;
  }

  async #findUser(name: string): Promise<User | 'absent' | 'unseen'> {
    try {
      return (await this.#influxdb.findUser(name)) ?? 'unseen';
    } catch (error) {
      if (error instanceof InfluxdbError && error.status === 404) return 'absent';
      throw error;
    }
  }

  async #buckets(buckets: readonly string[]): Promise<string[]> {
    const ids: string[] = [];
    for (const bucket of buckets) ids.push(idIn(bucket) ?? (await this.#bucket(bucket)));
    // What grew has room for 16 more, and every consumer's target holds two of these.
    return [...ids];
  }

  #bucket(name: string): Promise<string> {
    const { org, orgId } = this.#settings;
    return this.#once(`bucket ${name}`, async () => {
      const filter = orgId === undefined ? { org: org ?? '' } : { orgID: orgId };
      const bucket = await this.#influxdb
        .findBucket(filter, name)
        .catch(notFound((reason) => `${reason} (org ${org ?? orgId}): create it, or correct the name`));
      if (bucket === undefined)
        throw new UnresolvedError(
          `bucket "${name}" exists, but the rotator's token may not read it: it lacks read:orgs/<id of ${org ?? orgId}>/buckets/<id of ${name}>`,
        );
      this.#orgIdOfBucket ??= bucket.orgId;
      return bucket.id;
    });
  }

  /** A minimal rotator may not look the org up by name; every bucket that it may read names its org. */
  async #orgId(buckets: readonly string[]): Promise<string> {
    const known = this.#settings.orgId ?? this.#orgIdOfBucket;
    if (known !== undefined) return known;
    const { org } = this.#settings;
    const found = await this.#once(`org ${org}`, () =>
      this.#influxdb.findOrg(org ?? '').catch(notFound(() => `org "${org}" does not exist: correct the name`)),
    );
    if (found !== undefined) return found;
    const [bucket] = buckets;
    if (bucket !== undefined) {
      this.#orgIdOfBucket = (await this.#once(`bucket-by-id ${bucket}`, () => this.#influxdb.getBucket(bucket))).orgId;
      return this.#orgIdOfBucket;
    }
    throw new UnresolvedError(`org "${org}" may not be looked up by the rotator's token: give its id as "orgId"`);
  }

  /** One call for each distinct question, whose key is one word and a name; a failure is one for all who ask. */
  #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const answer = (this.#answers.get(key) as Promise<T> | undefined) ?? ask();
    this.#answers.set(key, answer);
    return answer;
  }
}

/** A server that does not list its types says nothing about them. */
function refused(error: unknown): undefined {
  if (error instanceof CallError && error.kind === 'refused' && !endsRun(error)) return undefined;
  throw error;
}

/** 16 hexadecimal digits are always an id, as they are for InfluxDB itself. */
function idIn(nameOrId: string): string | undefined {
  const id = nameOrId.toLowerCase();
  return ID.test(id) ? id : undefined;
}

function missingRight(what: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof InfluxdbError && error.isMissingRight) throw new UnresolvedError(`${what}: ${error.message}`);
    throw error;
  };
}

function notFound(problem: (reason: string) => string): (error: unknown) => never {
  return (error) => {
    if (error instanceof InfluxdbError && error.status === 404) throw new UnresolvedError(problem(error.reason));
    throw error;
  };
}
