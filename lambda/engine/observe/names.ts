import { CallError } from '../../calls/call-error.ts';
import { endsRun } from '../../calls/failure.ts';
import type { ConsumerSettings, InfluxdbSettings } from '../../config/configuration.ts';
import type { Permission } from '../../config/permission.ts';
import { ID } from '../../influxdb/authorization.ts';
import { InfluxdbError } from '../../influxdb/errors.ts';
import type { User } from '../../influxdb/named.ts';
import { readAndWrite } from '../../influxdb/permissions.ts';
import type { ReadingInfluxdb } from './reads.ts';

/** A name in the configuration that could not be turned into an id; the message says what to do. */
export class UnresolvedError extends Error {
  override readonly name = 'UnresolvedError';
  readonly ownerIsDeactivated: boolean;
  /** It exists, and the rotator's token may not see it. */
  readonly isUnseen: boolean;

  constructor(message: string, { ownerIsDeactivated = false, isUnseen = false } = {}) {
    super(message);
    this.ownerIsDeactivated = ownerIsDeactivated;
    this.isUnseen = isUnseen;
  }
}

/** What InfluxDB calls the things that the configuration names: each distinct question is one call a run. */
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
      throw new UnresolvedError(`owner "${owner}" does not exist: ${remedy}`);
    }
    if (user === 'unseen') {
      await this.#assertAccepted();
      throw unseen(`owner "${owner}"`, readAndWrite({ type: 'users', id: '<owner id>' }));
    }
    // Its tokens still say that they are active.
    if (user.status === 'inactive')
      throw new UnresolvedError(
        `owner "${owner}" is deactivated, so that InfluxDB refuses all of its tokens: activate the user, or name another as "owner"`,
        { ownerIsDeactivated: true },
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

  bucket(name: string): Promise<string> {
    const { org, orgId } = this.#settings;
    return this.#once(`bucket ${name}`, async () => {
      const filter = orgId === undefined ? { org: org ?? '' } : { orgID: orgId };
      const bucket = await this.#influxdb
        .findBucket(filter, name)
        .catch(
          notFound(
            (reason) => `${reason} (org ${org ?? orgId}): ${withoutEnds(name) ?? 'create it, or correct the name'}`,
          ),
        );
      if (bucket === undefined) {
        await this.#assertAccepted();
        throw unseen(`bucket "${name}" of org ${org ?? orgId}`, [this.#rightToReadBucket()]);
      }
      this.#orgIdOfBucket ??= bucket.orgId;
      return bucket.id;
    });
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
      this.#influxdb.findOrg(org ?? '').catch(notFound(() => `org "${org}" does not exist: correct the name`)),
    );
    if (found !== undefined) return found;
    const [bucket] = buckets;
    if (bucket !== undefined) {
      this.#orgIdOfBucket = (await this.#once(`bucket-by-id ${bucket}`, () => this.#influxdb.getBucket(bucket))).orgId;
      return this.#orgIdOfBucket;
    }
    await this.#assertAccepted();
    throw new UnresolvedError(`org "${org}" may not be looked up by the rotator's token: give its id as "orgId"`);
  }

  /** One call for each distinct question, whose key is one word and a name; a failure is one for all who ask. */
  async #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    if (this.#isLate())
      throw new UnresolvedError(
        `"${key}" was not looked up: InfluxDB answers so slowly that half of the run's time is over; give ids instead of names where it is a name, or a longer limits.functionTimeout`,
      );
    const answer = ask();
    this.#answers.set(key, answer);
    return answer;
  }
}

/** 16 hexadecimal digits are always an id, as they are for InfluxDB itself. */
export function idIn(nameOrId: string): string | undefined {
  const id = nameOrId.toLowerCase();
  return ID.test(id) ? id : undefined;
}

/** What to do about a name that may be unknown because of the white space at its ends. */
function withoutEnds(name: string): string | undefined {
  return name === name.trim()
    ? undefined
    : 'remove the white space at the ends of the name, which InfluxDB takes as a part of it';
}

/** InfluxDB tells what exists from what does not, though no id of what may not be read. */
function unseen(what: string, lacked: readonly Permission[]): UnresolvedError {
  const permissions = lacked.map((permission) => JSON.stringify(permission)).join(' and ');
  return new UnresolvedError(
    `the rotator's token may not read ${what}, which exists: replace it with a token that also has ${permissions}, as docs/rotator-token.md says`,
    { isUnseen: true },
  );
}

function missingRight(what: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof InfluxdbError && error.isMissingRight) throw new UnresolvedError(`${what}: ${error.message}`);
    throw error;
  };
}

function notFound(problem: (reason: string) => string): (error: unknown) => never {
  return (error) => {
    if (error instanceof InfluxdbError && error.absent !== undefined) throw new UnresolvedError(problem(error.reason));
    throw error;
  };
}
