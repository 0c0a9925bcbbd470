import type { ConsumerSettings } from '../lambda/config/configuration.ts';
import { keepUntilOf } from '../lambda/engine/document/keep-until.ts';
import type { Audited, ConsumerState } from './consumer-state.ts';

/** What is remembered of a token: who it is for, and when it was last what the consumer reads. */
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

export type Violated = (invariant: string, what: string) => void;

/** Remembers every token from look to look, and demands what I2 and I5 say about it. */
export class TokenMemory {
  readonly #world: Audited;
  readonly #violated: Violated;
  readonly #known = new Map<string, Known>();

  constructor(world: Audited, violated: Violated) {
    this.#world = world;
    this.#violated = violated;
  }

  /** Takes over what another one remembers. */
  copyFrom(other: TokenMemory): void {
    for (const [id, known] of other.#known) this.#known.set(id, { ...known });
  }

  /** @param accepting people acted since the last look: a token whose value they took away is theirs. */
  look(settings: ConsumerSettings, state: ConsumerState, accepting: boolean): void {
    for (const row of state.rows) this.#lookAt(row, settings, state, accepting);
    for (const [id, known] of this.#known) {
      if (known.consumer !== settings.name || state.rows.some((row) => row.id === id)) continue;
      if (known.live || !known.lost) this.#checkEnd(id, known, settings.gracePeriodMs);
      this.#known.delete(id);
    }
  }

  #lookAt(
    { id, status, description }: ConsumerState['rows'][number],
    { name: consumer, retired, gracePeriodMs }: ConsumerSettings,
    { current, readable, labelled, inLedger }: ConsumerState,
    accepting: boolean,
  ): void {
    const live = status === 'active';
    const stored = labelled.has(id) || inLedger.has(id);
    const keepUntil = keepUntilOf(description);
    const known = this.#known.get(id) ?? {
      ...{ consumer, lastCurrentAt: undefined, isCurrent: false },
      ...{ live, stored: true, lost: false, keepUntil },
    };
    this.#known.set(id, known);
    if (stored) known.lost = false;
    else if (accepting && (known.stored || (live && !known.live))) known.lost = true;
    known.stored = stored;
    if (live && !readable.has(id) && !inLedger.has(id) && !known.lost)
      this.#violated('I2', `${consumer}: authorization ${id} is live, and neither its value nor its id is stored`);
    // The configuration itself ends what a retired consumer reads, without a grace period.
    const isCurrent = !retired && id === current?.authorizationId;
    // Only the program acts between two looks, so a token that was current at the last look was so until this one.
    if (isCurrent || (known.isCurrent && !retired)) known.lastCurrentAt = this.#world.clock.now();
    if (known.isCurrent && retired) known.lastCurrentAt = undefined;
    known.isCurrent = isCurrent;
    if (known.live && !live) this.#checkEnd(id, known, gracePeriodMs);
    known.live = live;
    known.keepUntil = keepUntil;
  }

  /** I5: no token ends while a person keeps it, or before its grace period if it ever was current. */
  #checkEnd(id: string, { consumer, lastCurrentAt, keepUntil = 0 }: Known, gracePeriodMs: number): void {
    const now = this.#world.clock.now();
    if (now < keepUntil) this.#violated('I5', `${consumer}: authorization ${id} was to be kept`);
    if (lastCurrentAt !== undefined && now - lastCurrentAt < gracePeriodMs)
      this.#violated('I5', `${consumer}: authorization ${id} was ended inside its grace period`);
  }

  /** I5: a superseded token is dead at most grace + lease + one period of the schedule after it was current. */
  checkAges({ name, gracePeriodMs }: ConsumerSettings): void {
    const { configuration, clock } = this.#world;
    const longest = gracePeriodMs + configuration.limits.leaseMs + configuration.scheduleMs;
    for (const [id, { consumer, live, lastCurrentAt }] of this.#known) {
      if (consumer !== name || !live || lastCurrentAt === undefined) continue;
      if (clock.now() - lastCurrentAt > longest)
        this.#violated('I5', `${consumer}: authorization ${id} outlived its grace period`);
    }
  }
}
