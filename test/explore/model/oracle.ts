import type { RunReport } from '../../../lambda/engine/report/report.ts';
import type { Auditor } from '../../../simulation/auditor.ts';
import type { World } from '../../../simulation/world.ts';
import { EvidenceJudge } from '../evidence/judge.ts';
import { Bystanders } from './bystanders.ts';
import type { Request } from './commands.ts';
import { rotatorsRowOf } from './look.ts';
import { Mints } from './mints.ts';
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
 * Judges what the program does, after every call. I1, I2, I4 and I5 are the auditor's. I3 is in `mints.ts`. T1 is I4.
 * T2 is in `trust.ts`, E1, E3 and E4 in `explore/evidence/judge.ts`, and what reports promise, T4 and T5, in `reports.ts`; T4 of tokens that wait in `waits.ts`, T6 in
 * `refusals.ts`, and what commands promise in `promises.ts`.
 */
export class Oracle {
  readonly #world: World;
  readonly #auditor: Auditor;
  readonly #trust: Trust;
  readonly #reports: Reports;
  readonly #waits: Waits;
  readonly #bystanders: Bystanders;
  readonly #promises: Promises;
  readonly #mints: Mints;
  readonly #evidence: EvidenceJudge;
  readonly refusals: Refusals;
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
    this.#mints = new Mints(world, auditor.violations);
    this.#evidence = EvidenceJudge.of(world, auditor.violations);
    this.refusals = refusals ?? new Refusals(world, auditor.violations);
    this.accept();
  }

  get violations(): string[] {
    return this.#auditor.violations;
  }

  /** What a copy of the server showed is on record, too. */
  skipEvidence(): void {
    this.#evidence.skip();
  }

  /** In the end: E3 and E4. E1 is judged at each look. */
  judgeEvidence(): void {
    this.#evidence.judge();
  }

  /** Before a run. */
  beginRun(): void {
    this.#mints.begin();
    this.#trust.begin();
    this.look();
    this.#reports.begin();
    this.#couldSignIn = canSignIn(this.#world);
  }

  /** Before steps that Secrets Manager asks for. */
  beginSteps(consumer: string): void {
    this.#mints.begin();
    this.#trust.begin();
    this.askSteps(consumer);
  }

  /** What this run overlaps with: one other live token does not stand in the way of the steps. */
  askSteps(consumer: string): void {
    this.#mints.allow(consumer, 1);
    this.look();
  }

  /** What this run, or one that overlaps it, is asked for; undefined for an ordinary one. */
  ask(request: Request | undefined): void {
    if (request === undefined) return;
    this.#mints.ask(request);
    this.#trust.ask(request);
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
    this.#mints.look();
    this.#evidence.look();
  }

  /** After something that people did, not the program: takes it for granted, and nothing else. */
  accept(): void {
    this.#auditor.accept();
    this.#trust.accept();
    this.#waits.disturb();
    this.#bystanders.accept();
    this.#promises.accept();
    this.#mints.accept();
    this.#evidence.accept();
  }
}

function canSignIn(world: World): boolean {
  const { store } = world.influxdb;
  const row = rotatorsRowOf(world);
  const works = row?.status === 'active' && store.tables.users.get(row.userId)?.status === 'active';
  return works && store.refuses?.(row) !== true;
}
