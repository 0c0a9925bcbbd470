import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import { SELF } from '../../../lambda/config/self.ts';
import { parseMarker } from '../../../lambda/engine/document/marker.ts';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import type { Snapshot } from '../../../local/influxdb/store.ts';
import { DAY, HOUR, SECOND } from '../../builders/a-configuration.ts';
import type { Scene } from '../../builders/a-scene.ts';
import { type Act, describeAct, WAITS } from './acts.ts';
import { type ChangeName, changeNamed, WIDE } from './changes.ts';
import { requestOf } from './commands.ts';
import { putByHand } from './hands.ts';
import { HOLDERS, type Holder, isDeleted, NAMES, type Name, pendingVersionOf, rotatorsRowOf } from './look.ts';
import { Names } from './names.ts';
import { Oracle } from './oracle.ts';
import { onFreshServer, onStaleServer } from './other-servers.ts';
import type { Door } from './overlap.ts';
import { actByHand } from './people.ts';
import { type Parts, Runs } from './runs.ts';
import { allowAll, isRotatorsOwn, mayDoAll, ORGS } from './servers.ts';
import { Service } from './service.ts';
import { untidiness } from './tidy.ts';

/** More than any repair takes: what goes on for longer than that goes on for ever. */
const MOST_RUNS = 12;

/** Undisturbed runs that are enough, each after lease and grace, and after hold: rotate, switch off, delete (I6). */
const CLEAN_RUNS = 3;
const PAUSE_MS = 25 * HOUR;

/** In which an operator asks Secrets Manager for a rotation, where that is to rotate. */
const STOPPED: ReadonlySet<string> = new Set(['failed', 'blocked', 'waiting']);

/** One sequence of acts, from the state that the scene is in. */
export class Play {
  readonly #scene: Scene;
  readonly #oracle: Oracle;
  readonly #first: readonly ConsumerSettings[];
  readonly #settings: Map<string, ConsumerSettings>;
  readonly #deeds = new Map<Holder, Set<string>>(HOLDERS.map((name) => [name, new Set()]));
  readonly #names: Names;
  readonly #trace: string[] = [];
  #backup: Snapshot;

  readonly #parts: Parts;
  readonly #runs: Runs;
  readonly #service: Service;
  /** What the server held before each act. */
  readonly #past: { readonly at: number; readonly held: Snapshot }[] = [];

  constructor(scene: Scene, door: Door) {
    const { world } = scene;
    this.#scene = scene;
    this.#oracle = new Oracle(world, scene.auditor);
    this.#first = world.configuration.consumers;
    this.#settings = new Map(this.#first.map((settings) => [settings.name, settings]));
    this.#backup = world.influxdb.store.snapshot();
    this.#names = new Names(world);
    const note = (text: string) => this.#note(text);
    this.#service = new Service(world);
    this.#parts = { scene, oracle: this.#oracle, service: this.#service, door, look: this.#look, note };
    this.#runs = new Runs(this.#parts);
  }

  /** @returns what was violated, and what led to it for a person to read. */
  async perform(acts: readonly Act[]): Promise<{ readonly violations: string[]; readonly trace: readonly string[] }> {
    const { violations } = this.#oracle;
    for (const act of acts) {
      // No two versions are made at the same moment: which is newer must be plain, as it is in life.
      this.#scene.world.clock.advance(SECOND);
      this.#note(describeAct(act));
      this.#past.push({ at: this.#scene.world.clock.now(), held: this.#scene.world.influxdb.store.snapshot() });
      await this.#act(act);
      if (violations.length > 0) break;
    }
    if (violations.length === 0) await this.#settle();
    if (violations.length === 0) this.#oracle.judgeEvidence();
    // I7: what was said is compared with what the secrets hold now, and with what any token looks like.
    if (this.#scene.world.leaks().length > 0) violations.push('I7: a token was logged or reported');
    const named = violations.map((each) => this.#names.in(each));
    return { violations: [...new Set(named)], trace: this.#trace };
  }

  async #act(act: Act): Promise<void> {
    const { world } = this.#scene;
    switch (act.kind) {
      case 'run':
        await this.#runs.one();
        return;
      case 'faulty run':
        await this.#runs.one(act.fault);
        return;
      case 'rates':
        await this.#runs.busy(act);
        return;
      case 'short run':
        await this.#runs.short(act.seconds);
        return;
      case 'command': {
        const request = requestOf(world, act.command);
        if (request !== undefined) this.#retired(await this.#runs.one(act.fault, request));
        return;
      }
      case 'overlap':
        return this.#retired(...(await this.#runs.overlapping(act, (since) => this.#changeMeanwhile(act, since))));
      case 'late':
        return this.#retired(...(await this.#runs.withLateRequest(act)));
      case 'other server':
        return onFreshServer(this.#parts, act);
      case 'stale server':
        return onStaleServer(this.#parts, act, {
          stale: this.#aDayAgo(),
          runsJudgedBy: (oracle, look) => new Runs({ ...this.#parts, oracle, look }),
        });
      case 'refuse': {
        const { refusals } = this.#oracle;
        const isLong = refusals.begin(act.consumer, act.time) && act.time === '2 days';
        return isLong ? refusals.mustBeNoticed(act.consumer, () => this.#runs.one()) : undefined;
      }
      case 'org':
        world.configuration = {
          ...world.configuration,
          influxdb: { ...world.configuration.influxdb, org: ORGS[act.to] },
        };
        for (const name of HOLDERS) this.#byHand(name, act.kind);
        return;
      case 'wait':
        // Time alone breaks nothing that is promised here, so nothing of it is accepted.
        world.clock.advance(WAITS[act.time]);
        return this.#catchUp();
      case 'rotation':
        return this.#rotation(act);
      case 'step': {
        const { consumer, step, all, back, fault } = act;
        const service = this.#service;
        if (all && service.isIts(consumer) && pendingVersionOf(world, consumer) === undefined)
          await service.askInVain(consumer);
        const version = service.versionOf(consumer, back);
        if (version === undefined) return;
        const take = () => (all ? service.steps(consumer, step) : service.step(consumer, step, version));
        return this.#runs.steps(consumer, fault, take);
      }
      case 'configure':
        this.#configure(act.consumer, act.change);
        return this.#byHand(act.consumer, act.change);
      case 'canary': {
        const canaries = act.consumer && { consumers: [act.consumer], soakMs: 3 * HOUR };
        world.configuration = { ...world.configuration, canaries };
        for (const name of HOLDERS) this.#byHand(name, act.kind);
        return;
      }
      case 'backup':
        this.#backup = world.influxdb.store.snapshot();
        return;
      case 'restore':
        world.influxdb.store.restore(this.#backup);
        for (const name of HOLDERS) this.#byHand(name, act.kind);
        return;
      default: {
        const done = await actByHand(world, act);
        for (const name of done?.to ?? []) this.#byHand(name, done?.deed ?? '');
      }
    }
  }

  /** What the server held a day ago, or, if that is before the first act, then. */
  #aDayAgo(): Snapshot {
    const now = this.#scene.world.clock.now();
    const found = this.#past.findLast(({ at }) => at + DAY <= now) ?? this.#past[0];
    return found?.held ?? this.#backup;
  }

  /** @param since when the run began that waits. */
  async #changeMeanwhile({ consumer, change }: Extract<Act, { kind: 'overlap' }>, since: number): Promise<void> {
    if (change === 'stays') return;
    if (change === 'gets by hand what the first run stored') {
      const { world } = this.#scene;
      // Of an older one the first run may be about to end the token: one call is too short to be guarded.
      const stored = pendingVersionOf(world, consumer);
      if (stored === undefined || stored.createdAt < since) return;
      if (await putByHand(world, { kind: 'put', consumer, value: 'its pending value' }))
        this.#byHand(consumer, 'its pending value');
      return;
    }
    this.#configure(consumer, change);
    this.#byHand(consumer, change);
  }

  /** Secrets Manager begins what is due by now. */
  async #catchUp(): Promise<void> {
    const served = NAMES.filter((name) => this.#service.isOn(name));
    for (const name of served)
      await this.#runs.steps(name, undefined, () => {
        // The service begins what is due of every secret, whoever it is that we look at.
        for (const each of served) this.#oracle.askSteps(each);
        return this.#service.catchUp(name);
      });
  }

  async #rotation({ consumer, deed, fault }: Extract<Act, { kind: 'rotation' }>): Promise<void> {
    const service = this.#service;
    switch (deed) {
      case 'rotate': {
        const { go } = await service.ask(consumer);
        return this.#runs.steps(consumer, fault, go);
      }
      case 'resume':
        return this.#runs.steps(consumer, fault, () => service.resume(consumer));
      case 'rotate, and nobody takes the steps':
        return this.#note(`  ${await service.askInVain(consumer)}`);
      case 'cancel':
        return this.#note(`  ${await service.cancel(consumer)}`);
      case 'give up':
        return this.#note(`  ${await service.giveUp(consumer)}`);
    }
  }

  #configure(consumer: Holder, change: ChangeName): void {
    const base = this.#first.find(({ name }) => name === consumer);
    if (base === undefined || (WIDE.has(change) && !mayDoAll(this.#scene.world))) return;
    const changed: Partial<ConsumerSettings> | undefined = changeNamed(change)(base, this.#scene.world);
    if (changed === undefined) this.#settings.delete(consumer);
    else if (this.#settings.has(consumer) || change === 'is put in again')
      this.#settings.set(consumer, { ...(this.#settings.get(consumer) ?? base), ...changed });
    const { world } = this.#scene;
    world.configuration = { ...world.configuration, consumers: [...this.#settings.values()] };
  }

  /** Who took a consumer out may have its current token ended: it is missed if it is put in again. */
  #retired(...reports: readonly RunReport[]): void {
    const { authorizations } = this.#scene.world.influxdb.store.tables;
    for (const { authorizationId = '' } of reports.flatMap(({ retirements = [] }) => retirements)) {
      const consumer = parseMarker(authorizations.get(authorizationId)?.description ?? '')?.consumer;
      this.#deeds.get(consumer as Holder)?.add('retire');
    }
  }

  #byHand(consumer: Holder, deed: string): void {
    this.#deeds.get(consumer)?.add(deed);
    this.#oracle.accept();
  }

  readonly #look = (): void => {
    this.#oracle.look();
    this.#names.look();
  };

  /** What waits because the configuration says so waits no longer. */
  #letGo(): void {
    for (const [name, settings] of this.#settings)
      this.#settings.set(name, { ...settings, window: undefined, freezes: [], exception: undefined });
    const { world } = this.#scene;
    world.configuration = { ...world.configuration, canaries: undefined, consumers: [...this.#settings.values()] };
  }

  /** I6: undisturbed runs lead to one working token for each consumer, or to a stated reason why not. */
  async #settle(): Promise<void> {
    const { world } = this.#scene;
    const wrong = new Map<string, readonly string[]>();
    const tidy = new Set<string>();
    let stopped: ReadonlySet<string> | undefined;
    const since = world.clock.now();
    let last = CLEAN_RUNS;
    this.#oracle.refusals.end();
    this.#letGo();
    for (let run = 1; run <= Math.min(last, MOST_RUNS) && this.#oracle.violations.length === 0; run += 1) {
      world.clock.advance(PAUSE_MS);
      if (await this.#help(stopped)) last = Math.max(last, Math.min(run, CLEAN_RUNS) + CLEAN_RUNS);
      this.#note('run, undisturbed, 25 hours later');
      const { consumers, errors } = await this.#runs.one();
      // T3: a token that is gone, and whose document names another org, looks like another server: a person must decide.
      if (errors.some(({ code }) => code === 'OTHER_SERVER') && this.#deeds.get(NAMES[0])?.has('org')) return;
      for (const { kind, outcome } of consumers.flatMap(({ actions }) => actions)) {
        // What follows a repair, and what becomes due meanwhile, begins after the first run.
        if (kind === 'copy-forward' && outcome === 'done') last = Math.max(last, run + CLEAN_RUNS);
        if (kind === 'rotate' && outcome === 'done') last = Math.max(last, run + CLEAN_RUNS - 1);
      }
      // Two consumers that end one token in one run, as a slip in the configuration has it: one of them looks again.
      const slipped = consumers.some(({ consumer, state }) => state === 'changed' && this.#hasSlipped(consumer));
      if (slipped) last = Math.max(last, run + CLEAN_RUNS);
      stopped = new Set(consumers.flatMap(({ consumer, state }) => (STOPPED.has(state) ? consumer : [])));
      for (const report of consumers) {
        const found = untidiness(world, report, {
          deeds: this.#deeds.get(report.consumer as Holder) ?? new Set(),
          since,
          refusal: this.#service.refusalOf(report.consumer),
        });
        if (found.length === 0) tidy.add(report.consumer);
        wrong.set(report.consumer, found);
      }
      if (consumers.every(({ consumer }) => tidy.has(consumer))) return this.#waitForTheRest();
    }
    if (this.#oracle.violations.length > 0) return;
    if (last >= MOST_RUNS) this.#oracle.violations.push('I6: the repairs do not end');
    for (const [consumer, found] of wrong) if (!tidy.has(consumer)) this.#oracle.violations.push(...found);
  }

  /**
   * What operators do: those of Secrets Manager where a rotation by it is wanted, and that of InfluxDB where the rotator
   * cannot sign in.
   * @param stopped the consumers that the last run could not serve.
   * @returns whether there was anything to do.
   */
  async #help(stopped: ReadonlySet<string> | undefined): Promise<boolean> {
    const { world } = this.#scene;
    let helped = false;
    if (world.configuration.influxdb.self !== undefined) {
      if (!isRotatorsOwn(world, rotatorsRowOf(world))) {
        await putByHand(world, { kind: 'put', consumer: SELF, value: 'a token of its owner that works' });
        this.#byHand(SELF, 'a token of its owner that works');
        this.#note('an operator puts a new token for the rotator');
        helped = true;
      }
      await allowAll(world);
      this.#oracle.accept();
    }
    for (const name of NAMES) helped = (await this.#helpToRotate(name, stopped)) || helped;
    await this.#catchUp();
    return helped;
  }

  async #helpToRotate(name: Name, stopped: ReadonlySet<string> | undefined): Promise<boolean> {
    const service = this.#service;
    const isOn = service.isOn(name);
    if (!service.isIts(name)) {
      if (isOn && !isDeleted(this.#scene.world, name)) {
        this.#note(`Secrets Manager: cancel ${name}'s secret: ${await service.cancel(name)}`);
        return true;
      }
      return false;
    }
    if (isOn && stopped?.has(name) !== true) return false;
    this.#note(`Secrets Manager: give up and rotate ${name}'s secret`);
    await service.giveUp(name);
    const { go } = await service.ask(name);
    await this.#runs.steps(name, undefined, go);
    return true;
  }

  /** T4: what still waits then, because a person must decide, or keeps it, does not wait for ever. */
  async #waitForTheRest(): Promise<void> {
    for (let run = 0; run < MOST_RUNS && !this.#oracle.isAtRest && this.#oracle.violations.length === 0; run += 1) {
      this.#scene.world.clock.advance(4 * DAY);
      await this.#help(undefined);
      this.#note('run, undisturbed, 4 days later');
      await this.#runs.one();
    }
  }

  #hasSlipped(consumer: string): boolean {
    return this.#deeds.get(consumer as Name)?.has("adopts the other's token, by a slip") ?? false;
  }

  #note(text: string): void {
    this.#trace.push(this.#names.in(text));
  }
}
