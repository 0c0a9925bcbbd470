import type { ConsumerSettings } from '../lambda/config/configuration.ts';
import { keepUntilOf } from '../lambda/engine/document/keep-until.ts';
import type { Audited, ConsumerState } from './consumer-state.ts';

/** What is remembered of a token: whose it is, and when its consumer last read it. Milliseconds since the epoch. */
interface Known {
  readonly consumer: string;
  lastCurrentAt: number | undefined;
  isCurrent: boolean;
  /** People made it current, and no run has seen that yet: since when, and when it was current before. */
  unseen: { readonly at: number; readonly before: number | undefined } | undefined;
  live: boolean;
  /** A labelled version holds the token, or names it in its ledger. */
  stored: boolean;
  /** The configuration or the secret names its owner. */
  ownerIsNamed: boolean;
  /** A person took the token out of the secret, or, when the secret no longer named it, reactivated it or named its owner. */
  lost: boolean;
  /** It leaked, as the servers said at the last inspection. */
  leaked: boolean;
  /** Until when a person wants to keep it. */
  keepUntil: number | undefined;
}

export type Violated = (invariant: string, what: string) => void;

/** Remembers every token from one inspection to the next, and checks I2 and I5 on it. */
export class TokenMemory {
  readonly #world: Audited;
  readonly #violated: Violated;
  readonly #commandsKeep: boolean;
  readonly #known = new Map<string, Known>();

  /** @param commandsKeep a keep-until counts from the moment at which the program wrote it. */
  constructor(world: Audited, violated: Violated, commandsKeep = true) {
    this.#world = world;
    this.#violated = violated;
    this.#commandsKeep = commandsKeep;
  }

  /** Copies what another memory knows. */
  copyFrom(other: TokenMemory): void {
    for (const [id, known] of other.#known) this.#known.set(id, { ...known });
  }

  /** @param accepting people acted since the last inspection, so a token that they took out of the secret is theirs. */
  look(settings: ConsumerSettings, state: ConsumerState, accepting: boolean): void {
    for (const row of state.rows) this.#lookAt(row, settings, state, accepting);
    for (const [id, known] of this.#known) {
      if (known.consumer !== settings.name || state.rows.some((row) => row.id === id)) continue;
      const leaked = known.leaked || state.leaked.has(id);
      if (known.live || !known.lost) this.#checkEnd(id, { ...known, leaked }, settings.gracePeriodMs);
      this.#known.delete(id);
    }
  }

  #lookAt(
    { id, status, description, userId }: ConsumerState['rows'][number],
    { name: consumer, retired, gracePeriodMs }: ConsumerSettings,
    { current, readable, labelled, inLedger, leaked, owners }: ConsumerState,
    accepting: boolean,
  ): void {
    const live = status === 'active';
    const stored = labelled.has(id) || inLedger.has(id);
    const ownerIsNamed = owners.has(userId);
    const keepUntil = keepUntilOf(description);
    const known = this.#known.get(id) ?? {
      consumer,
      lastCurrentAt: undefined,
      isCurrent: false,
      unseen: undefined,
      live,
      stored: true,
      ownerIsNamed,
      lost: false,
      leaked: false,
      keepUntil,
    };
    this.#known.set(id, known);
    if (stored) known.lost = false;
    else if (accepting && (known.stored || (live && !known.live) || (ownerIsNamed && !known.ownerIsNamed)))
      known.lost = true;
    known.stored = stored;
    known.ownerIsNamed = ownerIsNamed;
    // Anybody can copy a marker, so of an owner that nothing names it does not fill the ledger (T4): it is swept all the same.
    if (live && ownerIsNamed && !readable.has(id) && !inLedger.has(id) && !known.lost)
      this.#violated('I2', `${consumer}: authorization ${id} is live, and neither its value nor its id is stored`);
    // Retiring a consumer ends its current token without a grace period. Nobody reads a secret that is scheduled for deletion.
    const isCurrent = !retired && current?.isReadable === true && id === current.authorizationId;
    const now = this.#world.clock.now();
    const { unseen } = known;
    if (!accepting) known.unseen = undefined;
    else if (isCurrent && !known.isCurrent && current?.byHand) known.unseen = { at: now, before: known.lastCurrentAt };
    // Only the program acts between two inspections, so a token that was current at the last one was so until now.
    if (isCurrent || (known.isCurrent && !retired)) known.lastCurrentAt = now;
    // Known: no run came while people had its value in the secret, and by the rows on the server its wait is over (T4).
    const longest = this.#world.configuration.limits.leaseMs + 3 * gracePeriodMs;
    if (accepting && !isCurrent && unseen !== undefined && now - unseen.at > longest)
      known.lastCurrentAt = unseen.before;
    if (retired && (known.isCurrent || id === current?.authorizationId)) known.lastCurrentAt = undefined;
    known.isCurrent = isCurrent;
    known.leaked = leaked.has(id);
    if (known.live && !live) this.#checkEnd(id, known, gracePeriodMs);
    known.live = live;
    if (accepting || this.#commandsKeep || (keepUntil ?? 0) <= (known.keepUntil ?? 0)) known.keepUntil = keepUntil;
  }

  /** I5: unless it leaked, no token ends while a person keeps it, nor within its grace period if it ever was current. */
  #checkEnd(id: string, { consumer, lastCurrentAt, leaked, keepUntil = 0 }: Known, gracePeriodMs: number): void {
    if (leaked) return;
    const now = this.#world.clock.now();
    if (now < keepUntil) this.#violated('I5', `${consumer}: authorization ${id} was ended while a person kept it`);
    if (lastCurrentAt !== undefined && now - lastCurrentAt < gracePeriodMs)
      this.#violated('I5', `${consumer}: authorization ${id} was ended inside its grace period`);
  }

  /**
   * I5: once it is no longer current or kept, a token lives at most for grace period + lease + one period of the schedule.
   * In no healthy world are more out of the ordinary than `maxRetirementsPerRun`, which would wait for longer.
   */
  checkAges({ name, gracePeriodMs }: ConsumerSettings): void {
    const { configuration, clock } = this.#world;
    const longest = gracePeriodMs + configuration.limits.leaseMs + configuration.scheduleMs;
    for (const [id, { consumer, live, lastCurrentAt, keepUntil = 0 }] of this.#known) {
      if (consumer !== name || !live || lastCurrentAt === undefined) continue;
      if (clock.now() > Math.max(lastCurrentAt + longest, keepUntil + configuration.scheduleMs))
        this.#violated('I5', `${consumer}: authorization ${id} outlived its grace period`);
    }
  }
}
