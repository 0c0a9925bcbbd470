import type { RunReport } from '../../../lambda/engine/report/report.ts';
import type { Scene } from '../../builders/a-scene.ts';
import { arm, type Fault } from '../faults/faults.ts';
import type { Act } from './acts.ts';
import { type Command, type Request, requestOf } from './commands.ts';
import type { Oracle } from './oracle.ts';
import { type Door, Overlap } from './overlap.ts';

export interface Parts {
  readonly scene: Scene;
  readonly oracle: Oracle;
  readonly door: Door;
  /** After each call. */
  readonly look: () => void;
  readonly note: (text: string) => void;
}

/** The runs of one sequence, each under the eyes of the oracle. */
export class Runs {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @param request what is asked for; an ordinary run by default. */
  async one(fault?: Fault, request?: Request): Promise<RunReport> {
    const { scene, oracle, look } = this.#parts;
    for (const server of [scene.world.influxdb, scene.world.secretsManager]) server.calls.length = 0;
    oracle.beginRun();
    oracle.ask(request);
    const armed = arm(scene, fault === undefined ? [] : [fault], look);
    const report = await scene.run(request);
    look();
    await armed.over();
    look();
    oracle.judge(report, request, fault !== undefined);
    this.#tell(report);
    return report;
  }

  /** Each run is judged by the configuration that it has. */
  async overlapping(
    { first, second, stop }: Extract<Act, { kind: 'overlap' }>,
    change: (since: number) => Promise<void>,
  ): Promise<readonly RunReport[]> {
    const { scene, oracle, look, note } = this.#parts;
    const { world } = scene;
    oracle.beginRun();
    const asked = this.#request(first);
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
      reports.push(await this.#second(second));
      after = world.configuration;
    };
    const report = await new Overlap(this.#parts, asked, stop).paused(meanwhile, () => as(before));
    oracle.judgeAnswer(report, asked);
    as(after);
    note('  the first run:');
    this.#tell(report);
    return [...reports, report];
  }

  async withLateRequest({
    first,
    second,
    stop,
    dies,
    lands,
  }: Extract<Act, { kind: 'late' }>): Promise<readonly RunReport[]> {
    const { oracle, look, note } = this.#parts;
    oracle.beginRun();
    oracle.disturb();
    const asked = this.#request(first);
    const reports: RunReport[] = [];
    await new Overlap(this.#parts, asked, stop, lands).late(dies, async (report) => {
      oracle.judgeAnswer(report, asked);
      note('  the first run:');
      this.#tell(report);
      reports.push(report, await this.#second(second));
    });
    look();
    return reports;
  }

  /** While another one is under way, or what it sent. */
  async #second(command: Command | undefined): Promise<RunReport> {
    const { scene, oracle, look, note } = this.#parts;
    look();
    const request = this.#request(command);
    const report = await scene.run(request);
    look();
    oracle.judgeAnswer(report, request);
    note('  the second run:');
    this.#tell(report);
    return report;
  }

  /** An ordinary run, where there is nothing to ask the command for. */
  #request(command: Command | undefined): Request | undefined {
    const { scene, oracle } = this.#parts;
    const request = command && requestOf(scene.world, command);
    oracle.ask(request);
    return request;
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
