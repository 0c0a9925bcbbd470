import { keepUntilOf } from '../../../lambda/engine/document/keep-until.ts';
import type { ConsumerReport, RunReport } from '../../../lambda/engine/report/report.ts';
import type { ReasonCode } from '../../../lambda/log/reason-codes.ts';
import { stateOf } from '../../../simulation/consumer-state.ts';
import type { World } from '../../../simulation/world.ts';
import type { Request } from './commands.ts';
import {
  contentOf,
  currentRowOf,
  currentVersionOf,
  type Marked,
  markedRowsOf,
  namedOwners,
  pendingVersionOf,
  rotated,
} from './look.ts';

type Row = Marked['row'];

/** Why a token that leaked may be left by a run that went well: what else says so of it. */
const MAY_STAY: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  // H18: a command that gives it back may be under way.
  'COMPROMISED_HELD',
  'LEAKED_LIVES',
  'OWNER_DELETED',
  'ENTRY_UNSEEN',
]);

/**
 * What commands say that they did, and what must follow: what is reactivated is not ended before its time (I5), a
 * rollback leaves the older token current, and what leaked is gone after the next clean run, whatever died (H17).
 */
export class Promises {
  readonly #world: World;
  readonly #violations: string[];
  /** Until when a command that said that it was done keeps it, by the id of the authorization. */
  readonly #kept = new Map<string, number>();
  /** Whatever row or ledger said at some time that it leaked. */
  readonly #leaked = new Set<string>();
  /** By consumer: the current token whose row says that it leaked, and all that the consumer had then. */
  readonly #noted = new Map<string, { readonly id: string; readonly all: Set<string> }>();

  constructor(world: World, violations: string[]) {
    this.#world = world;
    this.#violations = violations;
  }

  /** After something that people did: what they took back is promised no longer. */
  accept(): void {
    for (const [id, until] of this.#kept) {
      const row = this.#row(id);
      if (row?.status !== 'active' || (keepUntilOf(row.description) ?? 0) < until) this.#kept.delete(id);
    }
    this.#noted.clear();
    this.look();
  }

  /** After a call of the program. */
  look(): void {
    for (const settings of rotated(this.#world)) {
      for (const id of stateOf(this.#world, settings)?.leaked ?? []) this.#leaked.add(id);
      this.#lookAtCurrent(settings.name);
    }
    const now = this.#world.clock.now();
    for (const [id, until] of this.#kept) {
      const isEnded = this.#row(id)?.status !== 'active';
      if (isEnded && now < until && !this.#leaked.has(id))
        this.#violations.push(`I5: ${id} was ended, and a command had said that it works until ${isoOf(until)}`);
      if (isEnded || now >= until) this.#kept.delete(id);
    }
  }

  #lookAtCurrent(consumer: string): void {
    const current = currentRowOf(this.#world, consumer);
    const marked = markedRowsOf(this.#world, consumer);
    const isNoted = marked.some(({ row, marker }) => row.id === current?.id && marker.compromised);
    const before = this.#noted.get(consumer);
    if (current === undefined || !isNoted || before?.id === current.id) return;
    const { leaseMs } = this.#world.configuration.limits;
    const owners = namedOwners(this.#world, consumer);
    const known = knownIn(this.#world, consumer);
    // A run that overlaps may be about to make a young one current, and Secrets Manager the one that it began, of which
    // nobody said anything.
    const awaited = contentOf(pendingVersionOf(this.#world, consumer)).rotation?.authorizationId;
    const mayFollow = ({ id, createdAt }: Row) =>
      Date.parse(createdAt) + leaseMs > this.#world.clock.now() || (id === awaited && createdAt > current.createdAt);
    const isIts = (row: Row) => known.has(row.id) || (owners.has(row.userId) && !mayFollow(row));
    const had = marked.filter(({ row }) => isIts(row)).map(({ row }) => row.id);
    this.#noted.set(consumer, { id: current.id, all: new Set([...(before?.all ?? []), ...had]) });
  }

  /**
   * As soon as the command, or the run, has answered.
   *
   * @param request undefined for an ordinary run.
   * @param clean nothing went wrong, and nothing else was under way.
   */
  judge(report: RunReport, request: Request | undefined, clean: boolean): void {
    for (const consumer of report.consumers) this.#judgeAnswer(consumer);
    for (const { kind, authorizationId = '', outcome } of report.retirements ?? [])
      if (kind === 'switch-off' && outcome === 'done') this.#judgeRetirement(authorizationId);
    const endsLeaked = request === undefined || request.compromised === true;
    if (clean && endsLeaked && report.errors.length === 0)
      for (const consumer of report.consumers) this.#judgeLeaked(consumer, request?.compromised === true);
  }

  #judgeAnswer({ consumer, why, actions }: ConsumerReport): void {
    if (why.code === 'REACTIVATED') {
      const id = String(why.authorizationId);
      if (this.#row(id)?.status !== 'active' && !this.#leaked.has(id))
        this.#violations.push(`I5: ${consumer} was told that ${id} works again, and it does not`);
      else this.#kept.set(id, Date.parse(String(why.until)));
    }
    for (const { kind, outcome, reasonCode, authorizationId } of actions) {
      const isRollback = kind === 'copy-forward' && reasonCode === 'REQUESTED' && outcome === 'done';
      if (isRollback && currentRowOf(this.#world, consumer)?.id !== authorizationId)
        this.#violations.push(`R11: ${consumer} was told that ${authorizationId} is current again, and it is not`);
    }
  }

  /** R11r: only what no configured consumer reaches. */
  #judgeRetirement(id: string): void {
    for (const { name } of rotated(this.#world))
      if (markedRowsOf(this.#world, name).some(({ row }) => row.id === id))
        this.#violations.push(`R11: ${id} was retired, and is ${name}'s own`);
  }

  #judgeLeaked({ consumer, state, reason, notes }: ConsumerReport, isAsked: boolean): void {
    if (state !== 'acting' && state !== 'idle' && state !== 'waiting') return;
    const excused = new Set(notes.flatMap(({ code, authorizationId }) => (MAY_STAY.has(code) ? authorizationId : [])));
    const all = this.#noted.get(consumer)?.all;
    for (const { row, marker } of markedRowsOf(this.#world, consumer)) {
      if ((!marker.compromised && !all?.has(row.id)) || excused.has(row.id)) continue;
      if (!this.#world.influxdb.store.tables.users.has(row.userId)) continue;
      this.#violations.push(`H17: ${consumer}: ${row.id} (${row.status}) leaked, and a clean run left it: ${reason}`);
    }
    // What its own ledger says, adopted or not: a command that goes well leaves none of it.
    const { superseded = [] } = contentOf(currentVersionOf(this.#world, consumer)).rotation ?? {};
    for (const { authorizationId, compromised } of isAsked ? superseded : []) {
      const row = this.#row(authorizationId);
      if (!compromised || row?.status !== 'active' || excused.has(authorizationId)) continue;
      this.#violations.push(`H26: ${consumer}: ${authorizationId} leaked, and the command that says so went well`);
    }
  }

  #row(id: string) {
    return this.#world.influxdb.store.tables.authorizations.get(id);
  }
}

/** What the current version's document names. */
function knownIn(world: World, consumer: string): Set<string> {
  const { rotation } = contentOf(currentVersionOf(world, consumer));
  const superseded = rotation?.superseded ?? [];
  return new Set([rotation?.authorizationId ?? '', ...superseded.map(({ authorizationId }) => authorizationId)]);
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}
