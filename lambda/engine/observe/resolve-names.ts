import { CallError } from '../../calls/call-error.ts';
import { endsRun } from '../../calls/failure.ts';
import { sideBySide } from '../../calls/side-by-side.ts';
import type { ConsumerSettings, InfluxdbSettings } from '../../config/configuration.ts';
import type { Permission } from '../../config/permission.ts';
import {
  allAccessPermissions,
  bucketPermissions,
  describePermission,
  hasOnlyFirstTypes,
  lackedTypes,
  operatorPermissions,
  withinOrg,
} from '../../influxdb/permissions.ts';
import { idIn, Names, UnresolvedError } from './names.ts';
import type { ReadingInfluxdb } from './reads.ts';
import type { Target, UnresolvedTarget } from './target.ts';

/** Turns the names of a configuration into InfluxDB's ids, each distinct name with one call a run. */
export class Resolver {
  readonly #influxdb: ReadingInfluxdb;
  readonly #owners = new Set<string>();
  readonly #names: Names;

  /** @param isLate names that are asked for from then on are not resolved, so that the others are served. */
  constructor(settings: InfluxdbSettings, influxdb: ReadingInfluxdb, isLate: () => boolean = () => false) {
    this.#influxdb = influxdb;
    this.#names = new Names(settings, influxdb, isLate);
  }

  /** Resolves all of them: first what each name is, some names at once, then what follows from that. */
  async resolveAll(consumers: readonly ConsumerSettings[]): Promise<Map<string, Target | UnresolvedTarget>> {
    let ended = false;
    await sideBySide(consumers, async (consumer) => {
      if (!ended) await this.#lookUpNames(consumer).catch((error: unknown) => (ended ||= endsRun(error)));
    });
    const targets = new Map<string, Target | UnresolvedTarget>();
    for (const consumer of consumers) targets.set(consumer.name, await this.resolve(consumer));
    return targets;
  }

  async #lookUpNames(consumer: ConsumerSettings): Promise<void> {
    await this.#names.owner(consumer);
    if (consumer.access.kind === 'buckets' && !consumer.retired)
      await this.#buckets([...consumer.access.read, ...consumer.access.write]);
  }

  /** Every owner found so far, also those of consumers whose buckets could not be resolved. */
  resolvedOwners(): Iterable<string> {
    return this.#owners;
  }

  /** Throws only what ends the whole run. */
  async resolve(consumer: ConsumerSettings): Promise<Target | UnresolvedTarget> {
    try {
      const userId = await this.#names.owner(consumer);
      if (userId !== undefined) this.#owners.add(userId);
      if (consumer.retired) return { kind: 'resolved', orgId: '', userId, grant: () => [] };
      return await this.#target(consumer, userId);
    } catch (error) {
      if (error instanceof UnresolvedError) {
        const { message: problem, ownerIsDeactivated, isUnseen } = error;
        return { kind: 'unresolved', problem, ownerIsDeactivated, isUnseen };
      }
      if (endsRun(error) || !(error instanceof CallError)) throw error;
      return { kind: 'unresolved', problem: error.message };
    }
  }

  async #target({ access }: ConsumerSettings, userId: string | undefined): Promise<Target> {
    switch (access.kind) {
      case 'buckets': {
        const read = await this.#buckets(access.read);
        const write = await this.#buckets(access.write);
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
        await this.#assertKnownTypes(access.permissions);
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

  async #buckets(buckets: readonly string[]): Promise<string[]> {
    const ids: string[] = [];
    for (const bucket of buckets) ids.push(idIn(bucket) ?? (await this.#names.bucket(bucket)));
    // What grew has room for 16 more, and every consumer's target holds two of these.
    return [...ids];
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
