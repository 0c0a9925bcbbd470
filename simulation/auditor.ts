import { adoptedId } from '../lambda/config/adopted.ts';
import type { ConsumerSettings } from '../lambda/config/configuration.ts';
import { rotatedIn } from '../lambda/config/self.ts';
import { type Audited, adoptableOf, type CurrentVersion, stateOf } from './consumer-state.ts';
import { TokenMemory } from './token-memory.ts';

interface AuditorOptions {
  readonly healthy?: boolean;
  readonly maxLive?: number;
  /** Versions without a label stay for as long as nobody prunes them; else they count for a day only. */
  readonly keepsVersions?: boolean;
  /** What a command keeps is kept, whatever it answers. False where somebody else holds it to its answer. */
  readonly commandsKeep?: boolean;
}

/**
 * Checks the invariants I1 to I5 of docs/protocol.md against the servers' own state, never against what the program reports.
 * They hold while only the program changes consumers' tokens and secrets. Call `accept` after people did.
 */
export class Auditor {
  readonly #world: Audited;
  readonly violations: string[] = [];
  /** False if the schedule is disturbed, since no invariant then says how soon a superseded token ends. */
  readonly #healthy: boolean;
  readonly #maxLive: number;
  readonly #keepsVersions: boolean;
  #accepting = false;
  /** Of no configured consumer, and an operator asked for their end. */
  readonly #mayEnd = new Set<string>();
  readonly #tokens: TokenMemory;
  /** The version that each consumer reads, and whether its token worked at the last inspection. */
  readonly #current = new Map<string, Pick<CurrentVersion, 'versionId' | 'works'>>();
  /** Status and description of every authorization at the last inspection, and the ids of those that are not ours. */
  #rows: ReadonlyMap<string, string> = new Map();
  #notOurs: ReadonlySet<string> = new Set();

  /** @param maxLive live tokens that a consumer may have: 2, and 1 for each run that overlaps or was forced (I3). */
  constructor(
    world: Audited,
    { healthy = true, maxLive = 2, keepsVersions = false, commandsKeep = true }: AuditorOptions = {},
  ) {
    this.#world = world;
    this.#healthy = healthy;
    this.#maxLive = maxLive;
    this.#keepsVersions = keepsVersions;
    this.#tokens = new TokenMemory(world, (invariant, what) => this.#violated(invariant, what), commandsKeep);
    this.accept();
  }

  /**
   * Accepts whatever changed since the last inspection, because people changed it. A live token that they took out of
   * every labelled version is theirs, and I2 ignores it, until the program names it again.
   */
  accept(): void {
    const before = this.violations.length;
    this.#accepting = true;
    this.inspect();
    this.#accepting = false;
    this.violations.length = before;
  }

  /** A new auditor that remembers what this one has seen, and is independent of it from now on. */
  copy(options: AuditorOptions = {}): Auditor {
    const copy = new Auditor(this.#world, options);
    copy.#tokens.copyFrom(this.#tokens);
    for (const id of this.#mayEnd) copy.#mayEnd.add(id);
    for (const [consumer, seen] of this.#current) copy.#current.set(consumer, seen);
    return copy;
  }

  /** An operator asks for the end of what no configured consumer has: from now on the program may write it. */
  mayEnd(authorizationId: string): void {
    this.#mayEnd.add(authorizationId);
  }

  /**
   * Inspects the servers once, after a call or a run.
   * @returns the new violations, which are also added to `violations`.
   */
  inspect(): string[] {
    const before = this.violations.length;
    const consumers = rotatedIn(this.#world.configuration);
    const ours = new Set([...this.#mayEnd, ...consumers.flatMap((settings) => adoptedId(settings) ?? [])]);
    for (const settings of consumers) for (const id of adoptableOf(this.#world, settings)) ours.add(id);
    for (const settings of consumers) for (const id of this.#inspectConsumer(settings)) ours.add(id);
    this.#inspectOthers(ours);
    return this.violations.slice(before);
  }

  /** @returns the authorizations that the program may write: those that are marked for this consumer, whatever its secret says. */
  #inspectConsumer(settings: ConsumerSettings): Iterable<string> {
    const state = stateOf(this.#world, settings, this.#keepsVersions);
    if (state === undefined) return [];
    const { rows, current, owners } = state;
    if (current?.isReadable && !settings.retired) this.#inspectCurrent(settings.name, current);
    this.#tokens.look(settings, state, this.#accepting);
    // Like in I2: rows of an owner that nothing names are somebody's copies of a marker, and no token of the consumer.
    const isOwn = ({ userId }: { userId: string }) => settings.owner === undefined || owners.has(userId);
    const live = rows.filter((row) => row.status === 'active' && isOwn(row)).length;
    if (live > this.#maxLive) this.#violated('I3', `${settings.name}: ${live} live tokens`);
    if (this.#healthy) this.#tokens.checkAges(settings);
    return rows.map(({ id }) => id);
  }

  /** I1: the token that a consumer reads works, and keeps working. */
  #inspectCurrent(consumer: string, { versionId, works }: CurrentVersion): void {
    const before = this.#current.get(consumer);
    this.#current.set(consumer, { versionId, works });
    if (works) return;
    if (before?.versionId !== versionId) this.#violated('I1', `${consumer}: a dead token was promoted`);
    else if (before.works) this.#violated('I1', `${consumer}: the current token stopped working`);
  }

  /** I4: authorizations that are not ours stay as they are, and every authorization that the program makes is ours. */
  #inspectOthers(ours: ReadonlySet<string>): void {
    const authorizations = this.#world.influxdb.store.authorizations();
    const rows = new Map(
      authorizations.map(({ id, status, description }) => [id, JSON.stringify([status, description])]),
    );
    const notOurs = new Set([...rows.keys()].filter((id) => !ours.has(id)));
    const touched = [...this.#notOurs].some((id) => rows.get(id) !== this.#rows.get(id) && !this.#mayEnd.has(id));
    const made = [...notOurs].some((id) => !this.#rows.has(id));
    if (touched || made) this.#violated('I4', 'an authorization that is not ours was written');
    this.#rows = rows;
    this.#notOurs = notOurs;
  }

  #violated(invariant: string, what: string): void {
    this.violations.push(`${invariant}: ${what} (${new Date(this.#world.clock.now()).toISOString()})`);
  }
}
