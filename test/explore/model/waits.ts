import { markerHash, parseMarker } from '../../../lambda/engine/document/marker.ts';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import type { ReasonCode } from '../../../lambda/log/reason-codes.ts';
import type { World } from '../../../simulation/world.ts';
import { MINUTE } from '../../builders/a-configuration.ts';
import { contentOf, currentVersionOf, otherOf, settingsOf, tokenKeyOf, versionsOf } from './look.ts';

/** What notes say of a token that waits for its end. */
const WAITING: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'SECRET_RESTLESS',
  'STRAY_SETTLES',
  'STRAY_HELD',
  'STRAY_OF_ANOTHER',
  'ADOPTED_SETTLES',
  'RETIRED_SETTLES',
]);

interface Wait {
  readonly since: number;
  readonly until: number;
  /** The secret's versions and labels, and the row: the wait may be another one once the program has changed them. */
  readonly of: string;
}

/** T4: no token waits for ever. Counts only while nobody disturbs the deployment. */
export class Waits {
  readonly #world: World;
  readonly #violations: string[];
  #waits: ReadonlyMap<string, Wait> = new Map();

  constructor(world: World, violations: string[]) {
    this.#world = world;
    this.#violations = violations;
  }

  get isEmpty(): boolean {
    return this.#waits.size === 0;
  }

  /** Somebody did something, or something went wrong: what waits may wait anew. */
  disturb(): void {
    this.#waits = new Map();
  }

  /** After an undisturbed run. */
  judge({ consumers }: RunReport): void {
    const now = this.#world.clock.now();
    const waits = new Map<string, Wait>();
    for (const { consumer, notes } of consumers)
      for (const { code, authorizationId, until = '', note } of notes) {
        const id = String(authorizationId);
        if (!WAITING.has(code) || this.#isPrevious(consumer, id) || this.#isHeldElsewhere(consumer, id)) continue;
        const key = `${consumer} ${authorizationId}`;
        const wait = { since: now, until: Date.parse(until), of: this.#stateOf(consumer, String(authorizationId)) };
        const before = this.#waits.get(key);
        waits.set(key, { ...wait, since: before?.since ?? now });
        if (before?.of === wait.of && wait.until > before.until + MINUTE)
          this.#violations.push(`T4: ${consumer} waits, and the end of that moves away: ${note}`);
        if (now - (before?.since ?? now) > this.#longest(consumer, before?.since ?? now))
          this.#violations.push(`T4: ${consumer} waits for ever: ${note}`);
      }
    this.#waits = waits;
  }

  #longest(consumer: string, since: number): number {
    const { limits } = this.#world.configuration;
    const settings = settingsOf(this.#world, consumer);
    if (settings === undefined) return Number.POSITIVE_INFINITY;
    const { maxTokenAgeMs, gracePeriodMs, holdPeriodMs, exception } = settings;
    return Math.max(maxTokenAgeMs, (exception?.until ?? 0) - since) + limits.leaseMs + 4 * gracePeriodMs + holdPeriodMs;
  }

  /** It is in use, and no bound applies. */
  #isPrevious(consumer: string, id: string): boolean {
    const previous = versionsOf(this.#world, consumer).find(({ stages }) => stages.has('AWSPREVIOUS'));
    const held = Object.values(contentOf(previous)).map((value) =>
      this.#world.influxdb.store.authorizationOf(`${value}`),
    );
    return contentOf(previous).rotation?.authorizationId === id || held.some((row) => row?.id === id);
  }

  /** T2: by the hash in its marker, another consumer's secret holds its value, and that is a person's to mend. */
  #isHeldElsewhere(consumer: string, id: string): boolean {
    const marker = parseMarker(this.#world.influxdb.store.tables.authorizations.get(id)?.description ?? '');
    const value = contentOf(currentVersionOf(this.#world, otherOf(consumer)))[
      tokenKeyOf(this.#world, otherOf(consumer))
    ];
    return typeof value === 'string' && marker?.tokenHash === markerHash(value);
  }

  #stateOf(consumer: string, id: string): string {
    const versions = versionsOf(this.#world, consumer).map(({ id, stages }) => [id, ...stages].join());
    const { status, updatedAt } = this.#world.influxdb.store.tables.authorizations.get(id) ?? {};
    return [status, updatedAt, ...versions].join(' ');
  }
}
