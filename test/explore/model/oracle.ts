import type { RunReport } from '../../../lambda/engine/report/report.ts';
import type { Auditor } from '../../../simulation/auditor.ts';
import type { World } from '../../../simulation/world.ts';
import { Bystanders } from './bystanders.ts';
import { consumersOf, mostOthers, type Request } from './commands.ts';
import {
  contentOf,
  currentRowOf,
  currentVersionOf,
  type Marked,
  markedRowsOf,
  namedOwners,
  rotated,
  rotatorsRowOf,
} from './look.ts';
import { Promises } from './promises.ts';
import { Refusals } from './refusals.ts';
import { Reports } from './reports.ts';
import { Trust } from './trust.ts';
import { Waits } from './waits.ts';

/** What an auditor demands where people and faults disturb the schedule. */
export const UNHEALTHY = {
  healthy: false,
  maxLive: Number.POSITIVE_INFINITY,
  keepsVersions: true,
  commandsKeep: false,
} as const;

/**
 * Judges what the program does, after every call. I1, I2, I4 and I5 are the auditor's; I3 is judged here, at the mint:
 * a limit on how many are live says little once people bring tokens back to life. T1 is I4. T2 is in `trust.ts`, and what
 * reports promise, T4 and T5, in `reports.ts`; T4 of tokens that wait in `waits.ts`, T6 in `refusals.ts`, and what
 * commands promise in `promises.ts`.
 */
export class Oracle {
  readonly #world: World;
  readonly #auditor: Auditor;
  readonly #trust: Trust;
  readonly #reports: Reports;
  readonly #waits: Waits;
  readonly #bystanders: Bystanders;
  readonly #promises: Promises;
  readonly refusals: Refusals;
  readonly #rows = new Map<string, Set<string>>();
  /** Consumers for whom this run may have begun to mint. */
  readonly #mayMint = new Set<string>();
  /** How many other live tokens do not stand in the way, where an operator asked for a new one. */
  readonly #asked = new Map<string, number>();
  /** What this run found in the rotator's secret worked. */
  #couldSignIn = false;

  constructor(world: World, auditor: Auditor, refusals?: Refusals) {
    this.#world = world;
    this.#auditor = auditor;
    this.#trust = new Trust(world, auditor.violations);
    this.#reports = new Reports(world, auditor.violations);
    this.#waits = new Waits(world, auditor.violations);
    this.#bystanders = new Bystanders(world, auditor.violations);
    this.#promises = new Promises(world, auditor.violations);
    this.refusals = refusals ?? new Refusals(world, auditor.violations);
    this.accept();
  }

  get violations(): string[] {
    return this.#auditor.violations;
  }

  /** Before a run. */
  beginRun(): void {
    this.#mayMint.clear();
    this.#asked.clear();
    this.look();
    this.#reports.begin();
    this.#couldSignIn = canSignIn(this.#world);
  }

  /** Before steps that Secrets Manager asks for. */
  beginSteps(consumer: string): void {
    this.#mayMint.clear();
    this.#asked.clear();
    this.askSteps(consumer);
  }

  /** What this run overlaps with: one other live token does not stand in the way of the steps. */
  askSteps(consumer: string): void {
    this.#asked.set(consumer, Math.max(this.#asked.get(consumer) ?? 0, 1));
    this.look();
  }

  /** What this run, or one that overlaps it, is asked for; undefined for an ordinary one. */
  ask(request: Request | undefined): void {
    if (request === undefined) return;
    for (const name of consumersOf(request))
      this.#asked.set(name, Math.max(this.#asked.get(name) ?? 0, mostOthers(request)));
    if (request.authorizationId !== undefined) this.#auditor.mayEnd(request.authorizationId);
    this.look();
  }

  /** After a run, on what it says; of a command, that is about its consumers alone. */
  judge(report: RunReport, request: Request | undefined, disturbed: boolean): void {
    if (!disturbed && this.#couldSignIn && report.errors.some(({ code }) => code === 'ROTATOR_REJECTED'))
      this.violations.push('S1: a run ended, or gave up, the token that it signed in with');
    this.#promises.judge(report, request, !disturbed);
    this.#reports.judge(report, request === undefined);
    this.refusals.judge(report, disturbed);
    if (disturbed || request !== undefined) this.disturb();
    else this.#waits.judge(report);
  }

  /** After one of two runs, on what it says that it did. */
  judgeAnswer(report: RunReport, request: Request | undefined): void {
    this.#promises.judge(report, request, false);
  }

  /** Something went wrong that may make a token wait anew (T4). */
  disturb(): void {
    this.#waits.disturb();
  }

  /** No token waits for its end. */
  get isAtRest(): boolean {
    return this.#waits.isEmpty;
  }

  /** While another server answers: one that judges the same there, and knows what this one knows. */
  elsewhere(): Oracle {
    return new Oracle(this.#world, this.#auditor.copy(UNHEALTHY), this.refusals);
  }

  /** Before, and so after, every call of a run. */
  look(): void {
    this.#auditor.inspect();
    this.#trust.look();
    this.#bystanders.look();
    this.#promises.look();
    for (const { name } of rotated(this.#world)) {
      const before = this.#rows.get(name) ?? new Set();
      // What is adopted is marked as it is switched off, and was made by somebody else.
      const isMade = ({ row, marker }: Marked) => !before.has(row.id) && !marker.adopted && !isTrial(row);
      const made = markedRowsOf(this.#world, name).filter(isMade);
      if (made.length > 0 && !this.#mayMint.has(name))
        this.violations.push(`I3: ${name}: a token was minted while an older one than the current one was live`);
      for (const { row } of made) before.add(row.id);
      this.#rows.set(name, before);
      if (mayMint(this.#world, name, this.#asked.get(name) ?? 0)) this.#mayMint.add(name);
    }
  }

  /** After something that people did, not the program: takes it for granted, and nothing else. */
  accept(): void {
    this.#auditor.accept();
    this.#trust.accept();
    this.#waits.disturb();
    this.#bystanders.accept();
    this.#promises.accept();
    this.#rows.clear();
    for (const { name } of rotated(this.#world))
      this.#rows.set(name, new Set(markedRowsOf(this.#world, name).map(({ row }) => row.id)));
  }
}

function canSignIn(world: World): boolean {
  const { store } = world.influxdb;
  const row = rotatorsRowOf(world);
  const works = row?.status === 'active' && store.tables.users.get(row.userId)?.status === 'active';
  return works && store.refuses?.(row) !== true;
}

/** S6: what the rotator makes to prove its next token, inactive, and deletes at once. */
function isTrial({ description }: Marked['row']): boolean {
  return description.endsWith(' trial');
}

/**
 * I3: not while another marked token that counts is live, unless consumers have none of ours that works, or it leaked.
 *
 * @param most how many may live beside the current one: one where an operator asks for a new one, two where he forces it.
 */
function mayMint(world: World, consumer: string, most: number): boolean {
  const { rotation } = contentOf(currentVersionOf(world, consumer));
  const current = currentRowOf(world, consumer);
  const { users, buckets } = world.influxdb.store.tables;
  if (current?.status !== 'active' || users.get(current.userId)?.status !== 'active') return true;
  const reaches = ({ resource: { type, id } }: { resource: { type: string; id?: string } }) =>
    type !== 'buckets' || id === undefined || buckets.has(id);
  if (!current.permissions.every(reaches) || world.influxdb.store.refuses?.(current)) return true;
  if (current.id !== rotation?.authorizationId) return true;
  if (rotation.superseded.some((entry) => entry.authorizationId === current.id && entry.compromised)) return true;
  const marked = markedRowsOf(world, consumer);
  if (marked.some(({ row, marker }) => row.id === current.id && marker.compromised)) return true;
  const owners = namedOwners(world, consumer);
  // Whose owner is gone works for nobody, and no list shows it.
  const counts = ({ userId }: Marked['row']) => owners.has(userId) && users.has(userId);
  const others = marked.filter(({ row }) => row.id !== current.id && row.status === 'active' && counts(row));
  return others.length <= most;
}
