import { createHash } from 'node:crypto';
import { parseMarker } from '../../../lambda/engine/document/marker.ts';
import type { Deed } from '../../../lambda/evidence/deed.ts';
import { EvidenceRecord } from '../../../lambda/evidence/record.ts';
import type { Audited } from '../../../simulation/consumer-state.ts';
import type { World } from '../../../simulation/world.ts';

/** What the servers showed of one authorization at some time. */
interface Seen {
  readonly consumer: string;
  readonly adopted: boolean;
  readonly isOurs: boolean;
  readonly createdAt: number;
  /** When it was seen on, and off after it had worked, by its own `updatedAt`. */
  readonly live: Set<number>;
  readonly off: Set<number>;
  isThere: boolean;
  wasGone: boolean;
}

export interface JudgeOptions {
  /** The texts of all files, the oldest first. */
  readonly texts: () => readonly string[];
  /** False where the store fails: then a deletion may have no intent. */
  readonly keepsIntents?: boolean;
}

/** A file as it was read once; files never change. */
const FILES = new Map<string, readonly { readonly line: string; readonly record: EvidenceRecord }[]>();

/**
 * Holds the evidence to what the servers showed at each call, and never to what the program says of itself: nothing is on
 * record that did not happen, nothing is deleted whose deletion is not on record before, and, in the end, nothing is
 * missing.
 */
export class EvidenceJudge {
  readonly #world: Audited;
  readonly #options: JudgeOptions;
  readonly violations: string[];
  readonly #rows = new Map<string, Seen>();
  /** When rows without our marker were seen on: a person may have one of them given back. */
  readonly #others = new Map<string, Set<number>>();
  readonly #owners = new Set<string>();
  /** Every version that was seen as the current one of a configured secret. */
  readonly #current = new Set<string>();
  /** What was current, or is, though the judge did not see it become so. */
  readonly #before: ReadonlySet<string>;
  /** Records that were there before; of them the judge knows nothing. */
  #first: number;

  constructor(world: Audited, options: JudgeOptions, violations: string[] = []) {
    this.#world = world;
    this.violations = violations;
    this.#options = options;
    this.#first = this.#records().length;
    this.accept();
    this.#before = new Set(this.#current);
  }

  /** Of a world that keeps evidence in memory. */
  static of(world: World, violations: string[] = []): EvidenceJudge {
    return new EvidenceJudge(world, { texts: () => world.evidence?.texts ?? [] }, violations);
  }

  /** What is on record by now is not judged: another server answered. */
  skip(): void {
    this.#first = this.#records().length;
    this.accept();
  }

  /** People acted: what is gone since the last look was deleted by them. */
  accept(): void {
    this.look(true);
  }

  /** Looks at the servers, before each call: so nothing comes and goes unseen. */
  look(accepting = false): void {
    const { influxdb, secretsManager, configuration } = this.#world;
    const owners = this.#ownersNow();
    const there = new Set<string>();
    for (const row of influxdb.store.storedAuthorizations()) {
      const marker = parseMarker(row.description);
      if (marker?.deployment !== configuration.deployment) {
        const live = this.#others.get(row.id) ?? new Set();
        if (row.status === 'active') this.#others.set(row.id, live.add(Date.parse(String(row.updatedAt))));
        continue;
      }
      there.add(row.id);
      const seen: Seen = this.#rows.get(row.id) ?? {
        ...{ consumer: marker.consumer, adopted: marker.adopted, createdAt: Date.parse(String(row.createdAt)) },
        // Anybody can copy a marker to rows of their own.
        isOurs: owners === undefined || owners.has(row.userId),
        ...{ live: new Set(), off: new Set(), isThere: true, wasGone: false },
      };
      seen.isThere = true;
      const updatedAt = Date.parse(String(row.updatedAt));
      if (row.status === 'active') seen.live.add(updatedAt);
      else seen.off.add(updatedAt);
      this.#rows.set(row.id, seen);
    }
    for (const [id, seen] of this.#rows) {
      if (there.has(id) || !seen.isThere) continue;
      seen.isThere = false;
      seen.wasGone = true;
      if (!accepting && this.#options.keepsIntents !== false && !this.#isIntended(id))
        this.violations.push(`E1: authorization ${id} of ${seen.consumer} was deleted, and no intent is on record`);
    }
    for (const { secret } of configuration.consumers) {
      const versions = secretsManager.store.secret(secret)?.versions.values() ?? [];
      for (const { id, stages } of versions) if (stages.has('AWSCURRENT')) this.#current.add(`${secret} ${id}`);
    }
  }

  /** Whether what is on record hangs together, and happened. */
  judge(): void {
    this.look();
    const records = this.#records();
    let previous = `sha256:${'0'.repeat(64)}`;
    for (const [index, { line, record }] of records.entries()) {
      if (record.number !== index + 1 || record.previous !== previous)
        this.violations.push(`E3: record ${record.number} does not follow the one before it`);
      previous = `sha256:${createHash('sha256').update(line).digest('hex')}`;
      if (index < this.#first || (record.kind !== 'consumer' && record.kind !== 'intent')) continue;
      for (const deed of record.deeds ?? []) {
        const doubt = this.#doubt(deed, record);
        if (doubt !== undefined)
          this.violations.push(
            `E4: record ${record.number} says ${JSON.stringify(deed)} of ${record.consumer}, ${doubt}`,
          );
      }
    }
  }

  /** What is not on record, or with other times than the servers showed. */
  missing(): string[] {
    this.look();
    const records = this.#records().map(({ record }) => record);
    const deeds = records.flatMap((record) =>
      record.kind === 'consumer' || record.kind === 'intent' ? (record.deeds ?? []) : [],
    );
    const has = (id: string, ...whats: Deed['what'][]) =>
      deeds.some(({ authorizationId, what }) => authorizationId === id && whats.includes(what));
    const seenOn = new Set(
      records
        .flatMap((record): readonly { readonly authorizationId: string }[] => {
          if (record.kind === 'intent') return [record];
          if (record.kind === 'consumer') return record.tokens;
          return record.kind === 'census' ? record.entries.flatMap(({ tokens }) => tokens) : [];
        })
        .map(({ authorizationId }) => authorizationId),
    );
    const missing: string[] = [];
    const tell = (id: string, { consumer }: Seen, what: string) =>
      missing.push(`E5: nothing on record says that authorization ${id} of ${consumer} was ${what}`);
    for (const [id, seen] of this.#rows) {
      if (!seen.isOurs || !this.#isConfigured(seen.consumer)) continue;
      if (!seen.adopted && seen.isThere && !has(id, 'minted')) tell(id, seen, 'made');
      if (seen.live.size > 0 && !seen.adopted && !has(id, 'activated', 'reactivated')) tell(id, seen, 'switched on');
      if (seen.live.size > 0 && !has(id, 'minted') && !seenOn.has(id)) tell(id, seen, 'ever there');
      if (seen.live.size > 0 && !seen.isThere && !has(id, 'deleted', 'undone')) tell(id, seen, 'deleted');
    }
    const promoted = new Set(
      deeds.flatMap(({ what, versionId }) => (what === 'promoted' || what === 'copied-forward' ? versionId : [])),
    );
    for (const each of this.#current) {
      const [secret = '', version = ''] = each.split(' ');
      if (!this.#before.has(each) && this.#isOurs(secret, version) && !promoted.has(version))
        missing.push(`E5: nothing on record says that version ${version} of ${secret} became current`);
    }
    return missing;
  }

  /** Ids of the users whose tokens this deployment makes; undefined where one user owns everything. */
  #ownersNow(): ReadonlySet<string> | undefined {
    const { influxdb, configuration } = this.#world;
    if (configuration.consumers.some(({ owner }) => owner === undefined)) return undefined;
    for (const { owner = '' } of configuration.consumers)
      this.#owners.add(influxdb.store.userNamed(owner)?.id ?? owner);
    return this.#owners;
  }

  #isConfigured(consumer: string): boolean {
    return this.#world.configuration.consumers.some(({ name }) => name === consumer);
  }

  /** A version that a run of ours made, and that is still current. */
  #isOurs(secret: string, version: string): boolean {
    const found = this.#world.secretsManager.store.secret(secret)?.versions.get(version);
    if (found === undefined || !found.stages.has('AWSCURRENT')) return false;
    try {
      const value = JSON.parse(found.value ?? '') as { readonly rotation?: { readonly id?: string } };
      return value.rotation?.id === version;
    } catch {
      return false;
    }
  }

  #isIntended(id: string): boolean {
    return this.#records().some(({ record }) => record.kind === 'intent' && record.authorizationId === id);
  }

  /** What speaks against a deed; undefined if nothing does. */
  #doubt(deed: Deed, record: { readonly consumer: string; readonly at: string }): string | undefined {
    const { what, authorizationId = '', versionId = '' } = deed;
    if (deed.at === undefined && deed.between === undefined) return 'and no time of it';
    const seen = this.#rows.get(authorizationId);
    switch (what) {
      case 'minted':
        if (seen === undefined) return 'and there was none';
        return this.#agrees(deed, new Set([seen.createdAt])) ? undefined : 'at another time than the server shows';
      case 'activated':
      case 'reactivated': {
        // One that a person made may be marked only after it was given back.
        const others = what === 'reactivated' ? this.#others.get(authorizationId) : undefined;
        const live = new Set([...(seen?.live ?? []), ...(others ?? [])]);
        if (live.size === 0) return 'and it never was on';
        return this.#agrees(deed, live) ? undefined : 'at another time than the server shows';
      }
      case 'switched-off':
        if (seen === undefined || seen.off.size === 0) return 'and it never was off';
        return this.#agrees(deed, seen.off) ? undefined : 'at another time than the server shows';
      case 'deleted':
      case 'undone':
      case 'refused':
        return seen === undefined || seen.wasGone ? undefined : 'and it never was gone';
      case 'promoted': {
        const { secret } = this.#world.configuration.consumers.find(({ name }) => name === record.consumer) ?? {};
        return secret === undefined || this.#current.has(`${secret} ${versionId}`)
          ? undefined
          : 'and it never was current';
      }
      default:
        return undefined;
    }
  }

  /**
   * A deed has the time at which its call was answered, at most the life of a request after its effect. An attempt before
   * that one may land once more after it, and be all that this judge sees.
   */
  #agrees({ at, between, reconstructed }: Deed, times: ReadonlySet<number>): boolean {
    const { requestLifeMs, callTimeoutMs } = this.#world.configuration.limits;
    const slackMs = reconstructed ? 0 : requestLifeMs + callTimeoutMs;
    const lateMs = reconstructed ? 0 : 2 * requestLifeMs;
    const [from, to] = between ?? [at, at];
    if (from === undefined || to === undefined) return false;
    return [...times].some((time) => Date.parse(from) - slackMs <= time && time <= Date.parse(to) + lateMs);
  }

  #records() {
    return this.#options.texts().flatMap((text) => {
      const known = FILES.get(text);
      if (known !== undefined) return known;
      const read = text
        .trimEnd()
        .split('\n')
        .map((line) => ({ line, record: EvidenceRecord.parse(JSON.parse(line)) }));
      if (FILES.size > 500) FILES.clear();
      FILES.set(text, read);
      return read;
    });
  }
}
