import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import type { Snapshot } from '../../../local/influxdb/store.ts';
import { HOUR, SECOND } from '../../builders/a-configuration.ts';
import type { Scene } from '../../builders/a-scene.ts';
import { arm, type Fault } from '../faults/faults.ts';
import { type Act, describeAct, WAITS } from './acts.ts';
import { CHANGES } from './changes.ts';
import { actOnSecret, actOnToken, attack, findToken, moveLabel, putByHand } from './hands.ts';
import { currentRowOf, NAMES, type Name } from './look.ts';
import { Names } from './names.ts';
import { Oracle } from './oracle.ts';
import { type Door, Overlap } from './overlap.ts';
import { untidiness } from './tidy.ts';

/** Undisturbed runs that are enough, each after lease and grace, and after hold: rotate, switch off, delete (I6). */
const CLEAN_RUNS = 3;
const PAUSE_MS = 25 * HOUR;

/** One sequence of acts, from the state that the scene is in. */
export class Play {
  readonly #scene: Scene;
  readonly #oracle: Oracle;
  readonly #first: readonly ConsumerSettings[];
  readonly #settings: Map<string, ConsumerSettings>;
  readonly #deeds = new Map<Name, Set<string>>(NAMES.map((name) => [name, new Set()]));
  readonly #names: Names;
  readonly #trace: string[] = [];
  #backup: Snapshot;

  readonly #door: Door;

  constructor(scene: Scene, door: Door) {
    this.#door = door;
    const { world } = scene;
    this.#scene = scene;
    this.#oracle = new Oracle(world, scene.auditor);
    this.#first = world.configuration.consumers;
    this.#settings = new Map(this.#first.map((settings) => [settings.name, settings]));
    this.#backup = world.influxdb.store.snapshot();
    this.#names = new Names(world);
  }

  /** @returns what was violated, and what led to it for a person to read. */
  async perform(acts: readonly Act[]): Promise<{ readonly violations: string[]; readonly trace: readonly string[] }> {
    const { violations } = this.#oracle;
    for (const act of acts) {
      // No two versions are made at the same moment: which is newer must be plain, as it is in life.
      this.#scene.world.clock.advance(SECOND);
      this.#note(describeAct(act));
      await this.#act(act);
      if (violations.length > 0) break;
    }
    if (violations.length === 0) await this.#settle();
    // I7: what was said is compared with what the secrets hold now, and with what any token looks like.
    if (this.#scene.world.leaks().length > 0) violations.push('I7: a token was logged or reported');
    const named = violations.map((each) => this.#names.in(each));
    return { violations: [...new Set(named)], trace: this.#trace };
  }

  async #act(act: Act): Promise<void> {
    const { world } = this.#scene;
    switch (act.kind) {
      case 'run':
        await this.#run();
        return;
      case 'faulty run':
        await this.#run(act.fault);
        return;
      case 'overlap':
        return this.#runIntoAnother(act);
      case 'late':
        return this.#runWithLateRequest(act);
      case 'wait':
        // Time alone breaks nothing that is promised here, so nothing of it is accepted.
        world.clock.advance(WAITS[act.time]);
        return;
      case 'configure':
        this.#configure(act.consumer, act.change);
        return this.#byHand(act.consumer, act.change);
      case 'token': {
        const id = findToken(world, act);
        // One consumer's token may be in the other's secret.
        const readers = NAMES.filter((name) => name === act.consumer || currentRowOf(world, name)?.id === id);
        if (await actOnToken(world, id, act.deed)) for (const reader of readers) this.#byHand(reader, act.deed);
        return;
      }
      case 'label':
        if (await moveLabel(world, act)) this.#byHand(act.consumer, act.kind);
        return;
      case 'put':
        if (await putByHand(world, act)) this.#byHand(act.consumer, act.value);
        return;
      case 'secret':
        if (await actOnSecret(world, act)) this.#byHand(act.consumer, act.deed);
        return;
      case 'attack':
        if (await attack(world, act)) this.#byHand(act.consumer, act.attack);
        return;
      case 'backup':
        this.#backup = world.influxdb.store.snapshot();
        return;
      case 'restore':
        world.influxdb.store.restore(this.#backup);
        for (const name of NAMES) this.#byHand(name, act.kind);
        return;
    }
  }

  #configure(consumer: Name, change: keyof typeof CHANGES): void {
    const base = this.#first.find(({ name }) => name === consumer);
    if (base === undefined) return;
    const changed: Partial<ConsumerSettings> | undefined = CHANGES[change](base, this.#scene.world);
    if (changed === undefined) this.#settings.delete(consumer);
    else if (this.#settings.has(consumer) || change === 'is put in again')
      this.#settings.set(consumer, { ...(this.#settings.get(consumer) ?? base), ...changed });
    const { world } = this.#scene;
    world.configuration = { ...world.configuration, consumers: [...this.#settings.values()] };
  }

  #byHand(consumer: Name, deed: string): void {
    this.#deeds.get(consumer)?.add(deed);
    this.#oracle.accept();
  }

  async #run(fault?: Fault): Promise<RunReport> {
    const scene = this.#scene;
    for (const server of [scene.world.influxdb, scene.world.secretsManager]) server.calls.length = 0;
    this.#oracle.beginRun();
    const armed = arm(scene, fault === undefined ? [] : [fault], this.#look);
    const report = await scene.run();
    this.#oracle.look();
    await armed.over();
    this.#oracle.look();
    this.#oracle.judge(report);
    this.#tell(report);
    return report;
  }

  readonly #look = (): void => {
    this.#oracle.look();
    this.#names.look();
  };

  /** Each run is judged by the configuration that it has. */
  async #runIntoAnother({ stop, consumer, change }: Extract<Act, { kind: 'overlap' }>): Promise<void> {
    const { world } = this.#scene;
    this.#oracle.beginRun();
    const old = world.configuration;
    const meanwhile = async () => {
      this.#look();
      if (change !== 'stays') {
        this.#configure(consumer, change);
        this.#byHand(consumer, change);
      }
      await this.#second();
    };
    const now = () => world.configuration;
    let changed = old;
    const report = await new Overlap(this.#scene, this.#door, stop, this.#look).paused(meanwhile, () => {
      changed = now();
      world.configuration = old;
      this.#oracle.accept();
    });
    this.#look();
    this.#note('  the first run:');
    this.#tell(report);
    world.configuration = changed;
    this.#oracle.accept();
  }

  async #runWithLateRequest({ stop, dies, lands }: Extract<Act, { kind: 'late' }>): Promise<void> {
    this.#oracle.beginRun();
    const runs = new Overlap(this.#scene, this.#door, stop, this.#look, lands);
    const report = await runs.late(dies, () => this.#second());
    this.#look();
    this.#note('  the first run:');
    this.#tell(report);
  }

  /** While another one is under way, or what it sent. */
  async #second(): Promise<void> {
    this.#look();
    this.#tell(await this.#scene.run());
    this.#look();
  }

  #tell(report: RunReport): void {
    for (const { consumer, state, reason, actions } of report.consumers) {
      const done = actions.map(({ kind, authorizationId, outcome }) => `${kind} ${authorizationId ?? ''} ${outcome}`);
      this.#note(`  ${consumer}: ${[`${state}: ${reason}`, ...done].join('; ')}`);
    }
    for (const { message } of report.errors) this.#note(`  ${message}`);
  }

  /** I6: undisturbed runs lead to one working token for each consumer, or to a stated reason why not. */
  async #settle(): Promise<void> {
    const { world } = this.#scene;
    const wrong = new Map<string, readonly string[]>();
    const tidy = new Set<string>();
    const since = world.clock.now();
    let last = CLEAN_RUNS;
    for (let run = 1; run <= last && this.#oracle.violations.length === 0; run += 1) {
      world.clock.advance(PAUSE_MS);
      this.#note('run, undisturbed, 25 hours later');
      const { consumers } = await this.#run();
      for (const { kind, reasonCode } of consumers.flatMap(({ actions }) => actions)) {
        // What follows a repair, and what becomes due meanwhile, begins after the first run.
        if (kind === 'copy-forward') last = Math.max(last, run + CLEAN_RUNS);
        if (kind === 'rotate' && reasonCode === 'DUE') last = Math.max(last, run + CLEAN_RUNS - 1);
      }
      for (const report of consumers) {
        const found = untidiness(world, report, this.#deeds.get(report.consumer as Name) ?? new Set(), since);
        if (found.length === 0) tidy.add(report.consumer);
        wrong.set(report.consumer, found);
      }
      if (consumers.every(({ consumer }) => tidy.has(consumer))) return;
    }
    if (this.#oracle.violations.length > 0) return;
    for (const [consumer, found] of wrong) if (!tidy.has(consumer)) this.#oracle.violations.push(...found);
  }

  #note(text: string): void {
    this.#trace.push(this.#names.in(text));
  }
}
