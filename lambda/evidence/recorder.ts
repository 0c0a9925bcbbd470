import type { Budget } from '../calls/budget.ts';
import type { Clock } from '../calls/clock.ts';
import { codeOf, logDefect, messageOf } from '../calls/failure.ts';
import type { Secrets } from '../calls/secrets.ts';
import type { Configuration } from '../config/configuration.ts';
import type { Intent } from '../engine/apply/services.ts';
import { describe } from '../engine/plan/describe.ts';
import type { Facts } from '../engine/plan/facts.ts';
import type { EvidenceReport } from '../engine/report/report.ts';
import type { Unmanaged } from '../engine/report/unmanaged.ts';
import type { Account, Plans, Witness } from '../engine/witness.ts';
import type { History } from '../log/history.ts';
import type { Log } from '../log/log.ts';
import { isCensusDue } from './census.ts';
import type { Chain } from './chain.ts';
import { ownerOf } from './consumer-records.ts';
import type { Deed } from './deed.ts';
import { Deeds } from './deeds.ts';
import { IntentQueue } from './intent-queue.ts';
import { isBeforeCensus, type Known, knownFrom } from './known.ts';
import { isRecent, mayChange } from './occasion.ts';
import { reconstruct, shownOf } from './reconstruct.ts';
import type { IntentRecord, Unlinked } from './record.ts';
import { recordsOf, type WholeAccount } from './records-of-run.ts';

export interface RecorderOptions {
  readonly chain: Chain;
  readonly configuration: Configuration;
  readonly clock: Clock;
  readonly budget: Budget;
  readonly log: Log;
  readonly secrets: Secrets;
  /** Undefined where the function has no memory: then a census tells only what its own run saw. */
  readonly history: History | undefined;
}

/** Reading what is on record may delay a run by no more than this. */
const MOST_DELAY_MS = 30_000;

/** Puts on record what one invocation does (docs/protocol.md, E1 to E7). */
export class Recorder implements Witness {
  readonly #options: RecorderOptions;
  readonly #deeds: Deeds;
  readonly #intents: IntentQueue;
  /** As the first pass saw it, before anything was written. */
  readonly #facts = new Map<string, Facts>();
  #unmanaged: Unmanaged | undefined;
  #known: Known | undefined;
  /** Something is to be put on record, or may be missing there. */
  #isNeeded = false;
  #hasFailed = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#deeds = new Deeds(options.clock.now);
    this.#intents = new IntentQueue(options, (error) => this.#failed(error));
  }

  /** The log that the engine is given. */
  on(log: Log): Log {
    return this.#deeds.on(log);
  }

  async prepare({ planned, unreached, unmanaged, isPartial }: Plans): Promise<void> {
    const { configuration, clock } = this.#options;
    for (const { facts } of planned)
      if (!this.#facts.has(facts.settings.name)) this.#facts.set(facts.settings.name, facts);
    if (!isPartial) this.#unmanaged = unmanaged;
    const steps = [
      ...planned.flatMap(({ outcome }) => (outcome.kind === 'decision' ? outcome.ends : [])),
      ...unreached,
    ];
    this.#isNeeded ||=
      unreached.length > 0 ||
      planned.some(mayChange) ||
      planned.some(({ facts }) => isRecent(facts)) ||
      (!isPartial && isCensusDue(configuration, clock.now()));
    if (!this.#isNeeded) return;
    try {
      await this.#read(clock.now() + MOST_DELAY_MS);
    } catch {
      // The end of the run tries again; until then nothing waits for it any more.
      this.#intents.giveUp();
      return;
    }
    const deletions = steps.filter(({ kind }) => kind === 'delete');
    await this.#intents.add(
      deletions.map(({ authorizationId, identity: { consumer }, reason }) =>
        this.#intentTo({ consumer, authorizationId, reason: describe(reason), reasonCode: reason.code }),
      ),
    );
  }

  intend(intent: Intent): Promise<void> {
    return this.#intents.add([this.#intentTo(intent)]);
  }

  #intentTo(intent: Intent): Unlinked<IntentRecord> {
    const { consumer, authorizationId } = intent;
    const facts = this.#facts.get(consumer);
    const found = facts && this.#known ? shownOf(facts, this.#known.consumers.get(consumer), authorizationId) : [];
    const done = this.#deeds.of(consumer).filter((deed) => deed.authorizationId === authorizationId);
    const deeds = [...found, ...done];
    return {
      ...{ kind: 'intent', ...intent, notBefore: new Date(this.#options.clock.now()).toISOString() },
      ...ownerOf(intent, facts, done),
      ...(deeds.length > 0 && { deeds }),
    };
  }

  /** What was done for a consumer, by this run or by one that could not say so, and is not on record yet. */
  #untoldOf(consumer: string): readonly Deed[] {
    const facts = this.#facts.get(consumer);
    const found = facts && this.#known ? reconstruct(facts, this.#known.consumers.get(consumer)) : [];
    return [...found, ...this.#deeds.of(consumer)].filter((deed) => !this.#intents.hasTold(deed));
  }

  async conclude(account: Account): Promise<EvidenceReport> {
    const { chain } = this.#options;
    const isIdle = !this.#isNeeded && this.#deeds.consumers.length === 0;
    try {
      const records = isIdle ? [] : await this.#records(account);
      if (records.length > 0) {
        const { last: number, hash } = await chain.append(records);
        return this.#hasFailed ? { result: 'failed' } : { result: 'written', head: { number, hash } };
      }
    } catch (error) {
      this.#failed(error);
    }
    return { result: this.#hasFailed ? 'failed' : 'nothing' };
  }

  async #records(account: Account) {
    const { configuration, clock, history, secrets } = this.#options;
    const { report } = account;
    if (this.#facts.size > 0) await this.#read(Number.POSITIVE_INFINITY);
    const whole: WholeAccount = {
      ...{ ...account, configuration, report, secrets, deeds: this.#deeds, facts: this.#facts, known: this.#known },
      ...{ untoldOf: (consumer: string) => this.#untoldOf(consumer), intents: this.#intents.onRecord },
      ...{ now: clock.now(), unmanaged: undefined, history: undefined },
    };
    const isCensus =
      this.#unmanaged !== undefined && isCensusDue(configuration, account.startedAt, this.#known?.censusAt);
    return recordsOf(isCensus ? { ...whole, unmanaged: this.#unmanaged, history } : whole);
  }

  /** @param until in milliseconds since the epoch; then the rest is left unread. */
  async #read(until: number): Promise<void> {
    if (this.#known !== undefined) return;
    const { chain, clock, configuration } = this.#options;
    const isOlder = isBeforeCensus(configuration.limits.leaseMs);
    const records = await chain.backTo((record) => {
      if (clock.now() > until) throw new Error('it takes too long');
      return isOlder(record);
    });
    this.#known = knownFrom(records);
    this.#intents.know(this.#known.intents);
  }

  #failed(error: unknown): void {
    const { log } = this.#options;
    logDefect(log, error, undefined);
    if (!this.#hasFailed) log('EVIDENCE_NOT_WRITTEN', { error: messageOf(error), errorCode: codeOf(error) });
    this.#hasFailed = true;
  }
}
