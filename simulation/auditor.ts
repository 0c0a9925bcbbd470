import { keepUntilOf } from '../lambda/engine/document/keep-until.ts';
import { fingerprintOf, parseMarker } from '../lambda/engine/document/marker.ts';
import type { World } from './world.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** A row as the auditor knows it: who it is for, and when its token was last what consumers read. */
interface Known {
  readonly consumer: string;
  lastCurrentAt: number | undefined;
  isCurrent: boolean;
  live: boolean;
  /** A labelled version holds its value, or names it in its ledger. */
  stored: boolean;
  /** A person took its value away, or brought it back to life after it was forgotten. */
  lost: boolean;
  /** Set by a person who wants to keep it, in milliseconds since the epoch. */
  keepUntil: number | undefined;
}

/** What an auditor looks at: the servers themselves, and the time. */
type Audited = Pick<World, 'influxdb' | 'secretsManager' | 'configuration'> & { readonly clock: { now(): number } };

interface AuditorOptions {
  readonly healthy?: boolean;
  readonly maxLive?: number;
}

/**
 * Checks the invariants of the design from the servers' own state, never from what the program says of itself. Holds
 * while nobody but the program acts on consumers' tokens and secrets.
 */
export class Auditor {
  readonly #world: Audited;
  readonly violations: string[] = [];
  /** Every row of the last look, and which of them the program must not write (I4). */
  #rows: ReadonlyMap<string, string> = new Map();
  #strangers: ReadonlySet<string> = new Set();
  #accepting = false;
  readonly #known = new Map<string, Known>();
  /** What each consumer reads, and whether it worked at the last look. */
  readonly #current = new Map<string, { readonly versionId: string; readonly works: boolean }>();
  /** False where the schedule is disturbed: then nothing is promised of how soon a superseded token ends. */
  readonly #healthy: boolean;
  readonly #maxLive: number;

  /** @param maxLive live tokens a consumer: 2, one more for each run that overlaps or was forced (I3). */
  constructor(world: Audited, { healthy = true, maxLive = 2 }: AuditorOptions = {}) {
    this.#world = world;
    this.#healthy = healthy;
    this.#maxLive = maxLive;
    this.accept();
  }

  /**
   * Takes what changed since the last look for granted: for the acts of people. A live token that they took out of
   * every labelled version is theirs (I2 leaves it out) until the program names it again.
   */
  accept(): void {
    const before = this.violations.length;
    this.#accepting = true;
    this.inspect();
    this.#accepting = false;
    this.violations.length = before;
  }

  /** An auditor that knows what this one has seen, and goes its own way from here. */
  copy(options: AuditorOptions = {}): Auditor {
    const copy = new Auditor(this.#world, options);
    for (const [id, known] of this.#known) copy.#known.set(id, { ...known });
    for (const [consumer, seen] of this.#current) copy.#current.set(consumer, seen);
    return copy;
  }

  /** Answers once, after a call or a run; what is wrong is added to `violations` and returned. */
  inspect(): string[] {
    const before = this.violations.length;
    const ours = new Set<string>(this.#world.configuration.consumers.flatMap(({ adopt }) => adopt ?? []));
    for (const settings of this.#world.configuration.consumers)
      for (const id of this.#inspectConsumer(settings.name, settings.secret)) ours.add(id);
    this.#inspectStrangers(ours);
    return this.violations.slice(before);
  }

  /** @returns the rows that the program may write for this consumer: by their marker, or by its secret's word. */
  #inspectConsumer(consumer: string, secretName: string): Iterable<string> {
    const { influxdb, secretsManager, configuration, clock } = this.#world;
    const secret = secretsManager.store.secret(secretName);
    if (secret === undefined) return [];
    const settings = configuration.consumers.find(({ name }) => name === consumer);
    const fingerprint = fingerprintOf(secret.arn);
    const rows = influxdb.store.storedAuthorizations().filter(({ description }) => {
      const marker = parseMarker(description);
      return (
        marker?.deployment === configuration.deployment &&
        marker.consumer === consumer &&
        marker.fingerprint === fingerprint
      );
    });
    const readable = new Set<string>();
    const labelled = new Set<string>();
    const named = new Set<string>();
    const inLedger = new Set<string>();
    let current: string | undefined;
    for (const version of secret.versions.values()) {
      const value = parse(version.value);
      const held = typeof value?.token === 'string' ? influxdb.store.authorizationOf(value.token) : undefined;
      if (version.stages.size > 0 || clock.now() - version.createdAt < DAY_MS) if (held) readable.add(held.id);
      if (version.stages.size > 0) {
        if (held) labelled.add(held.id);
        if (value?.rotation) named.add(value.rotation.authorizationId);
        for (const { authorizationId } of value?.rotation?.superseded ?? []) inLedger.add(authorizationId);
      }
      // The configuration itself ends what a retired consumer reads.
      if (!version.stages.has('AWSCURRENT') || value?.rotation === undefined || settings?.retired) continue;
      current = held?.id;
      // Nobody can read a secret that is scheduled for deletion.
      if (secret.deletedAt !== undefined) continue;
      const works = typeof value.token === 'string' && influxdb.store.statusOf(value.token) === 'active';
      const before = this.#current.get(consumer);
      this.#current.set(consumer, { versionId: version.id, works });
      if (!works && before?.versionId !== version.id) this.#violated('I1', `${consumer}: a dead token was promoted`);
      if (!works && before?.versionId === version.id && before.works)
        this.#violated('I1', `${consumer}: the current token stopped working`);
    }
    for (const row of rows) {
      const live = row.status === 'active';
      const stored = labelled.has(row.id) || inLedger.has(row.id);
      const keepUntil = keepUntilOf(row.description);
      const known = this.#known.get(row.id) ?? {
        ...{ consumer, lastCurrentAt: undefined, isCurrent: false },
        ...{ live, stored: true, lost: false, keepUntil },
      };
      this.#known.set(row.id, known);
      if (stored) known.lost = false;
      else if (this.#accepting && (known.stored || (live && !known.live))) known.lost = true;
      known.stored = stored;
      if (live && !readable.has(row.id) && !inLedger.has(row.id) && !known.lost) {
        this.#violated(
          'I2',
          `${consumer}: authorization ${row.id} is live, and neither its value nor its id is stored`,
        );
      }
      // Between two looks nothing but the program acts: one that was current at the last look was so until this one.
      if (row.id === current || (known.isCurrent && !settings?.retired)) known.lastCurrentAt = clock.now();
      if (known.isCurrent && settings?.retired) known.lastCurrentAt = undefined;
      known.isCurrent = row.id === current;
      if (known.live && !live) this.#ended(row.id, known, settings?.gracePeriodMs ?? 0);
      known.live = live;
      known.keepUntil = keepUntil;
    }
    for (const [id, known] of this.#known) {
      if (known.consumer !== consumer || rows.some((row) => row.id === id)) continue;
      if (known.live || !known.lost) this.#ended(id, known, settings?.gracePeriodMs ?? 0);
      this.#known.delete(id);
    }
    const live = rows.filter(({ status }) => status === 'active').length;
    if (live > this.#maxLive) this.#violated('I3', `${consumer}: ${live} live tokens`);
    if (settings !== undefined && this.#healthy) this.#checkAges(consumer, settings);
    return [...rows.map(({ id }) => id), ...named, ...inLedger];
  }

  /** A token ended: not while a person keeps it, nor before its grace period, if it ever was current. */
  #ended(id: string, { consumer, lastCurrentAt, keepUntil = 0 }: Known, gracePeriodMs: number): void {
    if (this.#world.clock.now() < keepUntil) this.#violated('I5', `${consumer}: authorization ${id} was to be kept`);
    if (lastCurrentAt === undefined || this.#world.clock.now() - lastCurrentAt >= gracePeriodMs) return;
    this.#violated('I5', `${consumer}: authorization ${id} was ended inside its grace period`);
  }

  /** A superseded token is dead at most grace + lease + one period of the schedule after it was current. */
  #checkAges(consumer: string, { gracePeriodMs }: { readonly gracePeriodMs: number }): void {
    const { configuration, clock } = this.#world;
    const longest = gracePeriodMs + configuration.limits.leaseMs + configuration.scheduleMs;
    for (const [id, known] of this.#known) {
      if (known.consumer !== consumer || !known.live || known.lastCurrentAt === undefined) continue;
      if (clock.now() - known.lastCurrentAt > longest)
        this.#violated('I5', `${consumer}: authorization ${id} outlived its grace period`);
    }
  }

  #violated(invariant: string, what: string): void {
    this.violations.push(`${invariant}: ${what} (${new Date(this.#world.clock.now()).toISOString()})`);
  }

  /** I4: what is not ours stays as it is, and nothing is made that is not. */
  #inspectStrangers(ours: ReadonlySet<string>): void {
    const rows = new Map(
      this.#world.influxdb.store
        .authorizations()
        .map(({ id, status, description }) => [id, JSON.stringify([status, description])]),
    );
    const strangers = new Set([...rows.keys()].filter((id) => !ours.has(id)));
    const touched = [...this.#strangers].some((id) => rows.get(id) !== this.#rows.get(id));
    const made = [...strangers].some((id) => !this.#rows.has(id));
    if (touched || made) this.#violated('I4', 'an authorization that is not ours was written');
    this.#rows = rows;
    this.#strangers = strangers;
  }
}

interface Value {
  readonly token?: unknown;
  readonly rotation?: {
    readonly authorizationId: string;
    readonly superseded: readonly { readonly authorizationId: string }[];
  };
}

function parse(text: string | undefined): Value | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Value);
  } catch {
    return undefined;
  }
}
