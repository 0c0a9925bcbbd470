import type { Clock } from '../../../lambda/calls/clock.ts';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import type { EvidenceStore } from '../../../lambda/evidence/store.ts';
import type { Call, FaultEffect } from '../../../local/http/faults.ts';
import { MINUTE } from '../../builders/a-configuration.ts';
import type { Scene } from '../../builders/a-scene.ts';

/** What a run waits at: a call that has not taken effect, the middle of a `PATCH`, the evidence, or a sleep. */
type Stop = 'call' | 'half a PATCH' | 'evidence' | 'sleep';
/** What becomes of a call that was held up. */
type Fate = 'lands' | 'is lost';

/** One run of the handler that stops before each of its calls, until it is let go on. */
interface Runner {
  readonly port: { readonly influxdb: number; readonly secretsManager: number };
  readonly start: () => Promise<unknown>;
  stop: { readonly at: Stop; readonly since: number; readonly goOn: (fate: Fate) => void } | undefined;
  /** It gave up on these calls, and they may take effect yet. */
  readonly late: { readonly since: number; readonly goOn: (fate: Fate) => void }[];
  /** The operation that it gave up on, and when that began: if it is tried again, that is the same call. */
  again: { readonly operation: string; readonly since: number } | undefined;
  over: boolean;
}

interface Options {
  /** A `PATCH` is a read and a write: a run stops between the two as well, where a `DELETE` can slip in. */
  readonly splitsPatches?: boolean;
  /** What each is asked for; an ordinary run where it is missing. */
  readonly requests?: readonly (object | undefined)[];
  /** As soon as one has answered, and before any other goes on. */
  readonly onAnswer?: (report: RunReport, run: number) => void;
}

/** A sleep that is longer lets others go on before it, and in its middle. */
const SHORT_MS = MINUTE;

/** Several runs on the same servers, of which one makes one call at a time, as a schedule says. */
export class Interleaving {
  readonly #scene: Scene;
  readonly #runners: Runner[];
  readonly #afterEachCall: () => void;
  /** What the runs did, for a person to follow. */
  readonly trace: string[] = [];
  /** The one run that goes on at present. */
  #moving: Runner | undefined;
  #wakes: (() => void)[] = [];

  private constructor(scene: Scene, runners: Runner[], afterEachCall: () => void) {
    this.#scene = scene;
    this.#runners = runners;
    this.#afterEachCall = afterEachCall;
  }

  /** Each run comes in by a door of its own, so that its calls can be told from those of the others. */
  static async doors(scene: Scene, runs: number): Promise<{ influxdb: string; secretsManager: string }[]> {
    const { influxdb, secretsManager } = scene.world;
    return Promise.all(
      Array.from({ length: runs }, async () => ({
        influxdb: await influxdb.openDoor(),
        secretsManager: await secretsManager.openDoor(),
      })),
    );
  }

  static begin(
    scene: Scene,
    doors: readonly { readonly influxdb: string; readonly secretsManager: string }[],
    afterEachCall: () => void,
    { splitsPatches = false, requests = [], onAnswer = () => {} }: Options = {},
  ): Interleaving {
    const { world } = scene;
    const runners: Runner[] = [];
    const interleaving = new Interleaving(scene, runners, afterEachCall);
    for (const [index, { influxdb, secretsManager }] of doors.entries()) {
      const configuration = { ...world.configuration, influxdb: { ...world.configuration.influxdb, url: influxdb } };
      const endpoint = { ...world.secretsManagerConfig, endpoint: secretsManager };
      const runner: Runner = {
        port: { influxdb: Number(new URL(influxdb).port), secretsManager: Number(new URL(secretsManager).port) },
        start: async () => {
          const clock = interleaving.#clockOf(runner);
          const evidenceStore = splitsPatches ? interleaving.#evidenceOf(runner) : world.evidence;
          const options = { configuration, secretsManager: endpoint, clock, evidenceStore };
          onAnswer(await scene.run(requests[index], options), index);
        },
        ...{ stop: undefined, late: [], again: undefined, over: false },
      };
      runners.push(runner);
    }
    if (splitsPatches) interleaving.#splitPatches();
    interleaving.#begin();
    return interleaving;
  }

  #begin(): void {
    const { influxdb, secretsManager } = this.#scene.world;
    influxdb.faults.intercept((call) => this.#gate('influxdb', call));
    secretsManager.faults.intercept((call) => this.#gate('secretsManager', call));
    for (const runner of this.#runners) {
      const over = () => {
        runner.over = true;
        this.#wake();
      };
      runner.start().then(over, over);
    }
  }

  async #gate(server: keyof Runner['port'], call: Call): Promise<FaultEffect | undefined> {
    const index = this.#runners.findIndex(({ port }) => port[server] === call.port);
    const runner = this.#runners[index];
    if (runner === undefined) return undefined;
    const { clock, configuration } = this.#scene.world;
    const since = runner.again?.operation === call.operation ? runner.again.since : clock.now();
    runner.again = { operation: call.operation, since };
    const fate = await this.#park(runner, 'call', since);
    // A1: no call lives for longer, with all its repetitions.
    const isLost = fate === 'is lost' || clock.now() - since > configuration.limits.requestLifeMs;
    this.trace.push(`run ${index}: ${call.operation}${isLost ? ', which is lost' : ''}`);
    return { refuse: isLost };
  }

  /** A run stops before each look at the evidence, too, and before it adds to it. */
  #evidenceOf(runner: Runner): EvidenceStore | undefined {
    const { evidence } = this.#scene.world;
    if (evidence === undefined) return undefined;
    const parked = async <T>(what: string, act: () => Promise<T>): Promise<T> => {
      await this.#park(runner, 'evidence');
      this.trace.push(`run ${this.#runners.indexOf(runner)}: ${what} evidence`);
      return act();
    };
    return {
      place: evidence.place,
      list: (most) => parked('lists', () => evidence.list(most)),
      read: (name) => parked('reads', () => evidence.read(name)),
      add: (name, text) => parked('adds', () => evidence.add(name, text)),
    };
  }

  #splitPatches(): void {
    this.#scene.world.influxdb.store.betweenPatchReadAndWrite = async () => {
      const runner = this.#moving;
      if (runner === undefined) return;
      await this.#park(runner, 'half a PATCH');
      this.trace.push(`run ${this.#runners.indexOf(runner)}: … and the PATCH writes`);
    };
  }

  #clockOf(runner: Runner): Clock {
    const { clock } = this.#scene.world;
    const sleep = async (ms: number) => {
      if (ms < SHORT_MS) return clock.advance(ms);
      for (const half of [1, 2]) {
        await this.#park(runner, 'sleep');
        this.trace.push(`run ${this.#runners.indexOf(runner)}: sleeps, half ${half}`);
        await this.#pass(ms / 2);
      }
    };
    return { now: clock.now, timeout: clock.timeout, sleep };
  }

  /** Time passes in which calls that are held up run into their time-outs. */
  async #pass(ms: number): Promise<void> {
    const { clock, configuration } = this.#scene.world;
    // The two halves of a `PATCH` are never far apart.
    for (const runner of this.#runners) if (runner.stop?.at === 'half a PATCH') await this.#letGo(runner, 'lands');
    clock.advance(ms);
    for (const runner of this.#runners) {
      const { stop } = runner;
      if (stop?.at !== 'call' || stop.since + configuration.limits.callTimeoutMs > clock.now()) continue;
      runner.late.push(stop);
      runner.stop = undefined;
      await this.#until(() => runner.over || runner.stop !== undefined);
    }
  }

  #park(runner: Runner, at: Stop, since = this.#scene.world.clock.now()): Promise<Fate> {
    return new Promise((goOn) => {
      runner.stop = { at, since, goOn };
      this.#wake();
    });
  }

  async #letGo(runner: Runner, fate: Fate): Promise<void> {
    const { stop } = runner;
    if (stop === undefined) return;
    runner.stop = undefined;
    // It is answered, so that the next one is no repetition of it.
    if (stop.at === 'call') runner.again = undefined;
    stop.goOn(fate);
    await this.#until(() => runner.over || runner.stop !== undefined);
  }

  get isOver(): boolean {
    return this.#runners.every(({ over }) => over);
  }

  /** True while this run has a call to make. */
  isAlive(run: number): boolean {
    return this.#runners[run]?.over === false;
  }

  /** Lets one run make one call, or half a `PATCH`, and waits until it wants to go on, or is over. */
  async step(run: number): Promise<void> {
    const runner = this.#runners[run];
    if (runner === undefined) return;
    await this.#until(() => runner.over || runner.stop !== undefined);
    await this.#land(runner);
    if (runner.over) return;
    this.#moving = runner;
    await this.#letGo(runner, 'lands');
    this.#moving = undefined;
    this.#afterEachCall();
  }

  /** What it gave up on takes effect before it goes on. */
  async #land(runner: Runner): Promise<void> {
    const { underWay } = this.#underWay;
    for (const { goOn } of runner.late.splice(0)) {
      const before = underWay();
      goOn('lands');
      while (underWay() >= before) await new Promise((resolve) => setImmediate(resolve));
      this.#afterEachCall();
    }
  }

  get #underWay() {
    const { influxdb, secretsManager } = this.#scene.world;
    return { underWay: () => influxdb.underWay() + secretsManager.underWay() };
  }

  /** Lets one run take this many steps. */
  async steps(run: number, count: number): Promise<void> {
    for (let step = 0; step < count; step += 1) await this.step(run);
  }

  /** Lets all runs end, one after another. */
  async finish(): Promise<void> {
    for (const [run] of this.#runners.entries()) while (this.isAlive(run)) await this.step(run);
    for (const runner of this.#runners) await this.#land(runner);
    const { influxdb, secretsManager } = this.#scene.world;
    influxdb.store.betweenPatchReadAndWrite = undefined;
    for (const server of [influxdb, secretsManager]) server.faults.clear();
  }

  #wake(): void {
    for (const wake of this.#wakes.splice(0)) wake();
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#wakes.push(resolve);
      });
    }
  }
}
