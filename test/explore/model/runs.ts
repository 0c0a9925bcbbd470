import type { RunReport } from '../../../lambda/engine/report/report.ts';
import type { HandlerOptions } from '../../../lambda/handler.ts';
import { SECOND } from '../../builders/a-configuration.ts';
import type { Scene } from '../../builders/a-scene.ts';
import { arm, type Fault } from '../faults/faults.ts';
import type { Act, Asked } from './acts.ts';
import { type Request, requestOf } from './commands.ts';
import type { Name } from './look.ts';
import type { Oracle } from './oracle.ts';
import { type Door, Overlap } from './overlap.ts';
import { doubtsIn, makeBusy } from './rates.ts';
import type { Outcome, Service } from './service.ts';

export interface Parts {
  readonly scene: Scene;
  readonly oracle: Oracle;
  readonly service: Service;
  readonly door: Door;
  /** After each call. */
  readonly look: () => void;
  readonly note: (text: string) => void;
}

/** What was asked for, as far as there is something to ask it for: an ordinary run by default. */
type Task = { readonly steps: Name } | { readonly request: Request | undefined };

/** The runs of one sequence, each under the eyes of the oracle. */
export class Runs {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @param request what is asked for; an ordinary run by default. */
  async one(fault?: Fault, request?: Request): Promise<RunReport> {
    const { scene, oracle } = this.#parts;
    oracle.beginRun();
    oracle.ask(request);
    const report = await this.#watched(fault, () => scene.run(request));
    oracle.judge(report, request, fault !== undefined);
    this.#tell(report);
    return report;
  }

  /** While a server takes fewer calls than a run makes. */
  async busy(act: Extract<Act, { kind: 'rates' }>): Promise<void> {
    const { scene, oracle } = this.#parts;
    oracle.beginRun();
    let end = () => {};
    const report = await this.#watched(undefined, () => {
      end = makeBusy(this.#parts, act);
      return scene.run();
    });
    end();
    oracle.judge(report, undefined, true);
    oracle.violations.push(...doubtsIn(report, act));
    this.#tell(report);
  }

  /** One that sees its time ending: each call takes a second. What it does not come to is done by the next. */
  async short(seconds: number): Promise<void> {
    const { scene, oracle } = this.#parts;
    const { clock, configuration } = scene.world;
    const functionTimeoutMs = seconds * SECOND;
    oracle.beginRun();
    const from = clock.now();
    const limits = { ...configuration.limits, functionTimeoutMs };
    const take = () => {
      this.#slowDown();
      return scene.run('run', { configuration: { ...configuration, limits } });
    };
    const report = await this.#watched(undefined, take);
    oracle.judge(report, undefined, true);
    if (clock.now() - from > functionTimeoutMs)
      oracle.violations.push(`A1: a run of ${seconds} seconds took ${(clock.now() - from) / SECOND}`);
    const begun = report.consumers.some(({ state, actions }) => state === 'not-attempted' && actions.some(isFailed));
    if (begun) oracle.violations.push('what was begun and failed is told as if it had never been begun');
    this.#tell(report);
  }

  #slowDown(): void {
    const { influxdb, secretsManager, clock } = this.#parts.scene.world;
    const before = () => clock.advance(SECOND);
    for (const server of [influxdb, secretsManager])
      server.faults.add({ on: () => true, times: Number.POSITIVE_INFINITY, before });
  }

  /** Steps of a rotation by Secrets Manager. */
  async steps(consumer: Name, fault: Fault | undefined, take: () => Promise<Outcome | undefined>): Promise<void> {
    const { oracle, note } = this.#parts;
    oracle.beginSteps(consumer);
    const outcome = await this.#watched(fault, take);
    if (fault !== undefined) oracle.disturb();
    note(`  ${outcome ?? 'done'}`);
  }

  async #watched<T>(fault: Fault | undefined, work: () => Promise<T>): Promise<T> {
    const { scene, look } = this.#parts;
    for (const server of [scene.world.influxdb, scene.world.secretsManager]) server.calls.length = 0;
    const armed = arm(scene, fault === undefined ? [] : [fault], look);
    const result = await work();
    look();
    await armed.over();
    look();
    return result;
  }

  /** Each run is judged by the configuration that it has. */
  async overlapping(
    { first, second, stop }: Extract<Act, { kind: 'overlap' }>,
    change: (since: number) => Promise<void>,
  ): Promise<readonly RunReport[]> {
    const { scene, oracle, look } = this.#parts;
    const { world } = scene;
    oracle.beginRun();
    const task = await this.#task(first);
    const since = world.clock.now();
    const before = world.configuration;
    let after = before;
    const as = (configuration: typeof before) => {
      look();
      world.configuration = configuration;
      oracle.accept();
    };
    const reports: RunReport[] = [];
    const meanwhile = async () => {
      look();
      await change(since);
      reports.push(...(await this.#second(second)));
      after = world.configuration;
    };
    const done = await this.#overlap(task, stop).paused(meanwhile, () => as(before));
    reports.push(...this.#judge('first', done, task));
    as(after);
    return reports;
  }

  async withLateRequest({
    first,
    second,
    stop,
    dies,
    lands,
  }: Extract<Act, { kind: 'late' }>): Promise<readonly RunReport[]> {
    const { oracle, look } = this.#parts;
    oracle.beginRun();
    oracle.disturb();
    const task = await this.#task(first);
    const reports: RunReport[] = [];
    await this.#overlap(task, stop, lands).late(dies, async (done) => {
      reports.push(...this.#judge('first', done, task), ...(await this.#second(second)));
    });
    look();
    return reports;
  }

  #overlap(task: Task, stop: Extract<Act, { kind: 'overlap' }>['stop'], lands?: typeof stop) {
    return new Overlap(this.#parts, (options) => this.#carryOut(task, options), stop, lands);
  }

  /** While another one is under way, or what it sent. */
  async #second(asked: Asked): Promise<readonly RunReport[]> {
    const { look } = this.#parts;
    look();
    const task = await this.#task(asked);
    const done = await this.#carryOut(task);
    look();
    return this.#judge('second', done, task);
  }

  #carryOut(task: Task, options: Partial<HandlerOptions> = {}): Promise<RunReport | Outcome> {
    const { scene, service } = this.#parts;
    return 'steps' in task ? service.steps(task.steps, 'finishSecret', options) : scene.run(task.request, options);
  }

  async #task(asked: Asked): Promise<Task> {
    const { scene, oracle, service } = this.#parts;
    if (asked?.which === 'four steps') {
      if (service.isIts(asked.consumer)) await service.askInVain(asked.consumer);
      oracle.askSteps(asked.consumer);
      return { steps: asked.consumer };
    }
    const request = asked && requestOf(scene.world, asked);
    oracle.ask(request);
    return { request };
  }

  #judge(which: 'first' | 'second', done: RunReport | Outcome, task: Task): RunReport[] {
    const { oracle, note } = this.#parts;
    if (typeof done === 'string') {
      note(`  the ${which}: ${done}`);
      return [];
    }
    oracle.judgeAnswer(done, 'request' in task ? task.request : undefined);
    note(`  the ${which} run:`);
    this.#tell(done);
    return [done];
  }

  #tell({ consumers, errors, retirements = [] }: RunReport): void {
    const { note } = this.#parts;
    const done = (actions: RunReport['consumers'][number]['actions']) =>
      actions.map(({ kind, authorizationId, outcome }) => `${kind} ${authorizationId ?? ''} ${outcome}`);
    for (const { consumer, state, reason, actions } of consumers)
      note(`  ${consumer}: ${[`${state}: ${reason}`, ...done(actions)].join('; ')}`);
    for (const each of done(retirements)) note(`  beyond the consumers: ${each}`);
    for (const { message } of errors) note(`  ${message}`);
  }
}

function isFailed({ outcome }: RunReport['consumers'][number]['actions'][number]): boolean {
  return outcome === 'failed';
}
