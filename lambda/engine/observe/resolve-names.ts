import { CallError } from '../../calls/call-error.ts';
import { endsRun } from '../../calls/failure.ts';
import { sideBySide } from '../../calls/side-by-side.ts';
import type { ConsumerSettings, InfluxdbSettings } from '../../config/configuration.ts';
import type { Permission } from '../../config/permission.ts';
import { idIn } from '../../influxdb/authorization.ts';
import {
  allAccessPermissions,
  bucketPermissions,
  describePermission,
  hasOnlyFirstTypes,
  lackedTypes,
  operatorPermissions,
  withinOrg,
} from '../../influxdb/permissions.ts';
import { Names } from './names.ts';
import type { ReadingInfluxdb } from './reads.ts';
import type { Target, UnresolvedTarget } from './target.ts';
import { UnresolvedError } from './unresolved.ts';

/** Turns the names of a configuration into InfluxDB's ids, each distinct name with at most one call a run. */
export class Resolver {
  readonly #influxdb: ReadingInfluxdb;
  readonly #owners = new Set<string>();
  readonly #names: Names;

  /** @param isLate names that are asked for from then on are not resolved, so that the others are served. */
  constructor(settings: InfluxdbSettings, influxdb: ReadingInfluxdb, isLate: () => boolean = () => false) {
    this.#influxdb = influxdb;
    this.#names = new Names(settings, influxdb, isLate);
  }

  /**
   * Resolves all of them: first what each name is, some names at once, then what follows from that.
   * @param consumers in the order in which they are served.
   */
  async resolveAll(consumers: readonly ConsumerSettings[]): Promise<Map<string, Target | UnresolvedTarget>> {
    let ended = false;
    const serving = consumers.flatMap((each) => (each.retired ? [] : bucketsOf(each)));
    const owners = consumers.flatMap(({ owner }) => owner ?? []);
    await this.#names.findInLists(namesAmong(owners), namesAmong(serving));
    await sideBySide(consumers.filter(hasNames), async (consumer) => {
      if (!ended) await this.#lookUpNames(consumer).catch((error: unknown) => (ended ||= endsRun(error)));
    });
    const targets = new Map<string, Target | UnresolvedTarget>();
    for (const consumer of consumers) targets.set(consumer.name, await this.resolve(consumer));
    return targets;
  }

  async #lookUpNames(consumer: ConsumerSettings): Promise<void> {
    const trial = new Trial();
    await trial.of(() => this.#names.owner(consumer));
    if (!consumer.retired) await this.#buckets(bucketsOf(consumer), trial);
  }

  /** Every owner found so far, also those of consumers whose buckets could not be resolved. */
  resolvedOwners(): Iterable<string> {
    return this.#owners;
  }

  /** Throws only what ends the whole run. A person who mends one name should not find the next one wrong. */
  async resolve(consumer: ConsumerSettings): Promise<Target | UnresolvedTarget> {
    const trial = new Trial();
    try {
      const userId = await trial.of(() => this.#names.owner(consumer));
      if (userId !== undefined) this.#owners.add(userId);
      const target = consumer.retired
        ? ({ kind: 'resolved', orgId: '', userId, grant: () => [] } as const)
        : await trial.of(() => this.#target(consumer, userId, trial));
      if (target !== undefined && trial.problems.length === 0) return target;
    } catch (error) {
      if (endsRun(error) || !(error instanceof CallError)) throw error;
      trial.problems.push(error);
    }
    const distinct = new Map(trial.problems.map((each) => [each.message, each]));
    const problem = [...distinct.keys()].join('; and ');
    const mends = [...distinct.values()].flatMap((each) => each.mends);
    const unresolved = trial.problems.filter((each) => each instanceof UnresolvedError);
    return {
      ...{ kind: 'unresolved', problem, ...(mends.length > 0 && { mends }) },
      ownerIsDeactivated: unresolved.some((each) => each.ownerIsDeactivated),
      isUnseen: unresolved.some((each) => each.isUnseen),
      isLate: trial.problems.every((each) => each instanceof UnresolvedError && each.isLate),
    };
  }

  /** Undefined where a bucket is not resolved: the org may follow from it. */
  async #target({ access }: ConsumerSettings, userId: string | undefined, trial: Trial): Promise<Target | undefined> {
    switch (access.kind) {
      case 'buckets': {
        const read = await this.#buckets(access.read, trial);
        const write = await this.#buckets(access.write, trial);
        if (read === undefined || write === undefined) return undefined;
        const orgId = await this.#names.orgId([...read, ...write]);
        return { kind: 'resolved', orgId, userId, grant: () => bucketPermissions(orgId, read, write) };
      }
      case 'all-access': {
        const types = await this.#names.types();
        const orgId = await this.#names.orgId([]);
        return { kind: 'resolved', orgId, userId, grant: (owner) => allAccessPermissions(orgId, owner, types) };
      }
      case 'operator': {
        const types = await this.#names.types();
        return {
          kind: 'resolved',
          orgId: await this.#names.orgId([]),
          userId,
          grant: () => operatorPermissions(types),
        };
      }
      case 'permissions': {
        await trial.of(() => this.#assertKnownTypes(access.permissions));
        const orgId = await this.#names.orgId([]);
        const permissions = access.permissions.map((permission) => withinOrg(permission, orgId));
        assertOfOrg(permissions, orgId);
        return { kind: 'resolved', orgId, userId, grant: () => permissions };
      }
      case 'rotator':
        throw new Error("what the rotator's own token needs follows from the consumers: see plan/own-rights.ts");
    }
  }

  /** Costs a call only where a type is younger than the oldest servers. */
  async #assertKnownTypes(permissions: readonly Permission[]): Promise<void> {
    if (hasOnlyFirstTypes(permissions)) return;
    const known = await this.#names.types().catch(refused);
    const problem = known && lackedTypes(permissions, known, this.#influxdb.serverVersion);
    if (problem !== undefined) throw new UnresolvedError(problem);
  }

  /** Undefined if one of them is not resolved; the trial has why. */
  async #buckets(buckets: readonly string[], trial: Trial): Promise<string[] | undefined> {
    const ids: string[] = [];
    for (const bucket of buckets) {
      const id = idIn(bucket) ?? (await trial.of(() => this.#names.bucket(bucket)));
      if (id !== undefined) ids.push(id);
    }
    // What grew has room for 16 more, and every consumer's target holds two of these.
    return ids.length === buckets.length ? [...ids] : undefined;
  }
}

function bucketsOf({ access }: ConsumerSettings): readonly string[] {
  return access.kind === 'buckets' ? [...access.read, ...access.write] : [];
}

/** Where all is given by its id, nothing is looked up. */
function hasNames(consumer: ConsumerSettings): boolean {
  const { owner = '', retired } = consumer;
  return idIn(owner) === undefined || (!retired && bucketsOf(consumer).some((bucket) => idIn(bucket) === undefined));
}

function namesAmong(namesAndIds: readonly string[]): Set<string> {
  return new Set(namesAndIds.filter((each) => idIn(each) === undefined));
}

/** Several look-ups for one consumer, of which some may fail. */
class Trial {
  readonly problems: (UnresolvedError | CallError)[] = [];

  /** Undefined if the look-up was refused. What another one would meet as well is thrown. */
  async of<T>(lookUp: () => Promise<T>): Promise<T | undefined> {
    try {
      return await lookUp();
    } catch (error) {
      const isRefused = error instanceof CallError && error.kind === 'refused' && !endsRun(error);
      if (!isRefused && !(error instanceof UnresolvedError)) throw error;
      this.problems.push(error);
      return undefined;
    }
  }
}

/** InfluxDB makes no token with permissions of another org. Where the id of the org is configured, the file was checked. */
function assertOfOrg(permissions: readonly Permission[], orgId: string): void {
  const other = permissions.find(({ resource: { orgID } }) => orgID !== undefined && orgID !== orgId);
  if (other === undefined) return;
  throw new UnresolvedError(
    `"permissions" have ${describePermission(other)}, but the tokens are of the org ${orgId}, and InfluxDB makes none with permissions of another: correct its orgID, or leave it out`,
  );
}

/** A server that does not list its types says nothing about them. */
function refused(error: unknown): undefined {
  if (error instanceof CallError && error.kind === 'refused' && !endsRun(error)) return undefined;
  throw error;
}
