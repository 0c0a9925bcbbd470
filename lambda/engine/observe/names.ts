import { CallError } from '../../calls/call-error.ts';
import { endsRun } from '../../calls/failure.ts';
import type { ConsumerSettings, InfluxdbSettings } from '../../config/configuration.ts';
import { nearest } from '../../config/nearest.ts';
import type { Permission } from '../../config/permission.ts';
import { idIn } from '../../influxdb/authorization.ts';
import { InfluxdbError } from '../../influxdb/errors.ts';
import type { Bucket, OrgFilter, User } from '../../influxdb/named.ts';
import { readAndWrite } from '../../influxdb/permissions.ts';
import { findInLists } from './find-in-lists.ts';
import type { ReadingInfluxdb } from './reads.ts';
import {
  absentName,
  missingRight,
  noSuchOrg,
  notLookedUp,
  orCorrectOrg,
  UnresolvedError,
  unseen,
  usedOrg,
  withoutEnds,
} from './unresolved.ts';

/** What InfluxDB calls the things that the configuration names. Each distinct question is at most one call a run. */
export class Names {
  readonly #settings: InfluxdbSettings;
  readonly #influxdb: ReadingInfluxdb;
  readonly #isLate: () => boolean;
  readonly #answers = new Map<string, Promise<unknown>>();
  #orgIdOfBucket: string | undefined;

  /** @param isLate names that are asked for from then on are not looked up. */
  constructor(settings: InfluxdbSettings, influxdb: ReadingInfluxdb, isLate: () => boolean) {
    this.#settings = settings;
    this.#influxdb = influxdb;
    this.#isLate = isLate;
  }

  types(): Promise<string[]> {
    return this.#once('types', () => this.#influxdb.resourceTypes());
  }

  async owner({ owner, createOwner }: ConsumerSettings): Promise<string | undefined> {
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
      const remedy = withoutEnds(owner) ?? 'create the user, or set "createOwner": true';
      const users = await this.#list('users');
      throw absentName('owner', owner, `owner "${owner}" does not exist: ${remedy}`, nearest(owner, users ?? []));
    }
    if (user === 'unseen') {
      await this.#assertAccepted();
      throw unseen(`owner "${owner}"`, readAndWrite({ type: 'users', id: '<owner id>' }));
    }
    // Its tokens still say that they are active.
    if (user.status === 'inactive')
      throw new UnresolvedError(
        `owner "${owner}" is deactivated, so that InfluxDB refuses all of its tokens: activate the user, or name another as "owner"`,
        { ownerIsDeactivated: true, mends: [{ kind: 'activate', user: user.id }] },
      );
    return user.id;
  }

  async #findUser(name: string): Promise<User | 'absent' | 'unseen'> {
    try {
      return (await this.#influxdb.findUser(name)) ?? 'unseen';
    } catch (error) {
      if (error instanceof InfluxdbError && error.absent !== undefined) return 'absent';
      throw error;
    }
  }

  /** Looks up many at once, where that is cheaper. What it does not find is looked up when it is asked for. */
  async findInLists(owners: ReadonlySet<string>, buckets: ReadonlySet<string>): Promise<void> {
    const page = <What extends 'users' | 'buckets'>(what: What, org = {}) => {
      return (offset: number) => this.#influxdb.list(what, org, offset);
    };
    const [users, found] = await Promise.all([
      findInLists(owners, page('users'), this.#isLate),
      findInLists(buckets, page('buckets', this.#inOrg()), this.#isLate),
    ]);
    for (const [name, user] of users) this.#answers.set(`user ${name}`, Promise.resolve(user));
    for (const [name, { id, orgId }] of found) {
      this.#orgIdOfBucket ??= orgId;
      this.#answers.set(`bucket ${name}`, Promise.resolve(id));
    }
  }

  bucket(name: string): Promise<string> {
    const { org, orgId } = this.#settings;
    return this.#once(`bucket ${name}`, async () => {
      const filter = this.#inOrg();
      const bucket = await this.#influxdb.findBucket(filter, name).catch(async (error: unknown) => {
        if (!(error instanceof InfluxdbError) || error.absent === undefined) throw error;
        if (error.absent === 'org') throw await this.#noOrg();
        const remedy = withoutEnds(name) ?? `create it, or correct the name${orCorrectOrg(this.#settings)}`;
        const problem = `${error.reason} (${usedOrg(this.#settings)}): ${remedy}`;
        const buckets = await this.#list('buckets', filter);
        // InfluxDB says the same of every bucket where no org has this id.
        if (orgId !== undefined && buckets?.length === 0) throw absentName('org', orgId, problem, undefined);
        throw absentName('bucket', name, problem, nearest(name, buckets ?? []));
      });
      if (bucket === undefined) {
        await this.#assertAccepted();
        throw unseen(`bucket "${name}" of org ${org ?? orgId}`, [this.#rightToReadBucket()]);
      }
      this.#orgIdOfBucket ??= bucket.orgId;
      return bucket.id;
    });
  }

  #inOrg(): OrgFilter {
    const { org, orgId } = this.#settings;
    return orgId === undefined ? { org: org ?? '' } : { orgID: orgId };
  }

  async #noOrg(): Promise<UnresolvedError> {
    const { org = '' } = this.#settings;
    const orgs = await this.#list('orgs');
    return absentName('org', org, noSuchOrg(this.#settings), nearest(org, orgs ?? []));
  }

  /** The names on the first page of what the rotator may see; undefined where InfluxDB does not tell. A misspelt one may be near. */
  async #list(...list: Parameters<ReadingInfluxdb['list']>): Promise<string[] | undefined> {
    return this.#once(list[0], async () => (await this.#influxdb.list(...list)).map(({ name }) => name)).catch(
      (error: unknown) => {
        if (endsRun(error) || !(error instanceof CallError || error instanceof UnresolvedError)) throw error;
        return undefined;
      },
    );
  }

  /** A list shows nothing to a token that has ended, as to one that lacks a right; `me` tells the two apart. */
  async #assertAccepted(): Promise<void> {
    await this.#once('the rotator', () =>
      this.#influxdb.ownUser().catch((error: unknown) => {
        if (endsRun(error) || !(error instanceof CallError)) throw error;
      }),
    );
  }

  #rightToReadBucket(): Permission {
    const orgID = this.#settings.orgId ?? this.#orgIdOfBucket ?? '<org id>';
    return { action: 'read', resource: { type: 'buckets', id: '<bucket id>', orgID } };
  }

  /** A minimal rotator may not look the org up by name; every bucket that it may read names its org. */
  async orgId(buckets: readonly string[]): Promise<string> {
    const known = this.#settings.orgId ?? this.#orgIdOfBucket;
    if (known !== undefined) return known;
    const { org } = this.#settings;
    const found = await this.#once(`org ${org}`, () =>
      this.#influxdb.findOrg(org ?? '').catch(async (error: unknown) => {
        throw error instanceof InfluxdbError && error.absent !== undefined ? await this.#noOrg() : error;
      }),
    );
    if (found !== undefined) return found;
    for (const bucket of buckets) {
      this.#orgIdOfBucket = (await this.#once(`bucket-by-id ${bucket}`, () => this.#readableBucket(bucket)))?.orgId;
      if (this.#orgIdOfBucket !== undefined) return this.#orgIdOfBucket;
    }
    await this.#assertAccepted();
    const right = { action: 'read', resource: { type: 'orgs', id: '<org id>' } };
    throw new UnresolvedError(
      `the rotator's token may not look up org "${org}", and may read no bucket that tells its id: give the id as influxdb.orgId (influx org list), or replace the token with one that also has ${JSON.stringify(right)}, as docs/rotator-token.md says`,
      { mends: [{ kind: 'right', permission: right }] },
    );
  }

  /** Undefined if it may not be read. */
  async #readableBucket(id: string): Promise<Bucket | undefined> {
    try {
      return await this.#influxdb.getBucket(id);
    } catch (error) {
      if (error instanceof InfluxdbError && error.isMissingRight) return undefined;
      if (!(error instanceof InfluxdbError) || error.absent === undefined) throw error;
      const problem = `bucket ${id} does not exist: correct its id (influx bucket list), or give its name`;
      throw absentName('bucket', id, problem, undefined);
    }
  }

  /** One call for each distinct question, whose key is one word and a name; a failure is one for all who ask. */
  async #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    if (this.#isLate()) throw notLookedUp(key);
    const answer = ask();
    this.#answers.set(key, answer);
    return answer;
  }
}
