import { fingerprintOf, parseMarker } from '../lambda/engine/marker.ts';
import type { World } from './world.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** A row as the auditor knows it: who it is for, and when its token was last what consumers read. */
interface Known {
  readonly consumer: string;
  lastCurrentAt: number | undefined;
  isCurrent: boolean;
  live: boolean;
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
  #strangers = '';
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

  /** Takes what is now for granted, whoever did it: for the acts of people. */
  accept(): void {
    this.#strangers = this.#othersRows();
    const before = this.violations.length;
    this.inspect();
    this.violations.length = before;
  }

  /** An auditor that knows what this one has seen, and goes its own way from here. */
  copy(options: AuditorOptions = {}): Auditor {
    const copy = new Auditor(this.#world, options);
    for (const [id, known] of this.#known) copy.#known.set(id, { ...known });
    for (const [consumer, seen] of this.#current) copy.#current.set(consumer, seen);
    return copy;
  }

  /** Looks once, after a call or a run; what is wrong is added to `violations` and returned. */
  inspect(): string[] {
    const before = this.violations.length;
    for (const settings of this.#world.configuration.consumers) this.#inspectConsumer(settings.name, settings.secret);
    if (this.#othersRows() !== this.#strangers) this.#violated('I4', 'an authorization that is not ours was written');
    return this.violations.slice(before);
  }

  #inspectConsumer(consumer: string, secretName: string): void {
    const { influxdb, secretsManager, configuration, clock } = this.#world;
    const secret = secretsManager.store.secret(secretName);
    if (secret === undefined) return;
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
    const inLedger = new Set<string>();
    let current: string | undefined;
    for (const version of secret.versions.values()) {
      const value = parse(version.value);
      const held = typeof value?.token === 'string' ? influxdb.store.authorizationOf(value.token) : undefined;
      if (version.stages.size > 0 || clock.now() - version.createdAt < DAY_MS) if (held) readable.add(held.id);
      if (version.stages.size > 0)
        for (const { authorizationId } of value?.rotation?.superseded ?? []) inLedger.add(authorizationId);
      // The configuration itself ends what a retired consumer reads.
      if (!version.stages.has('AWSCURRENT') || value?.rotation === undefined || settings?.retired) continue;
      current = held?.id;
      const works = typeof value.token === 'string' && influxdb.store.statusOf(value.token) === 'active';
      const before = this.#current.get(consumer);
      this.#current.set(consumer, { versionId: version.id, works });
      if (!works && before?.versionId !== version.id) this.#violated('I1', `${consumer}: a dead token was promoted`);
      if (!works && before?.versionId === version.id && before.works)
        this.#violated('I1', `${consumer}: the current token stopped working`);
    }
    for (const row of rows) {
      const live = row.status === 'active';
      if (live && !readable.has(row.id) && !inLedger.has(row.id)) {
        this.#violated(
          'I2',
          `${consumer}: authorization ${row.id} is live, and neither its value nor its id is stored`,
        );
      }
      const known = this.#known.get(row.id) ?? { consumer, lastCurrentAt: undefined, isCurrent: false, live };
      this.#known.set(row.id, known);
      // Between two looks nothing but the program acts: one that was current at the last look was so until this one.
      if (row.id === current || (known.isCurrent && !settings?.retired)) known.lastCurrentAt = clock.now();
      if (known.isCurrent && settings?.retired) known.lastCurrentAt = undefined;
      known.isCurrent = row.id === current;
      if (known.live && !live) this.#ended(row.id, known, settings?.gracePeriodMs ?? 0);
      known.live = live;
    }
    for (const [id, known] of this.#known) {
      if (known.consumer !== consumer || rows.some((row) => row.id === id)) continue;
      if (known.live) this.#ended(id, known, settings?.gracePeriodMs ?? 0);
      this.#known.delete(id);
    }
    const live = rows.filter(({ status }) => status === 'active').length;
    if (live > this.#maxLive) this.#violated('I3', `${consumer}: ${live} live tokens`);
    if (settings !== undefined && this.#healthy) this.#checkAges(consumer, settings);
  }

  /** A token ended: not before its grace period, if it ever was current. */
  #ended(id: string, { consumer, lastCurrentAt }: Known, gracePeriodMs: number): void {
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

  #othersRows(): string {
    const adopted = new Set(this.#world.configuration.consumers.map(({ adopt }) => adopt));
    const rows = this.#world.influxdb.store
      .authorizations()
      .filter(({ id, description }) => parseMarker(description) === undefined && !adopted.has(id));
    return JSON.stringify(rows.map(({ id, status, description }) => [id, status, description]));
  }
}

interface Value {
  readonly token?: unknown;
  readonly rotation?: { readonly superseded: readonly { readonly authorizationId: string }[] };
}

function parse(text: string | undefined): Value | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Value);
  } catch {
    return undefined;
  }
}
