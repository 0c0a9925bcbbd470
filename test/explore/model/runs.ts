import type { RunReport } from '../../../lambda/engine/report/report.ts';
import type { Scene } from '../../builders/a-scene.ts';
import { arm, type Fault } from '../faults/faults.ts';
import type { Act } from './acts.ts';
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

  async one(fault?: Fault): Promise<RunReport> {
    const { scene, oracle, look } = this.#parts;
    for (const server of [scene.world.influxdb, scene.world.secretsManager]) server.calls.length = 0;
    oracle.beginRun();
    const armed = arm(scene, fault === undefined ? [] : [fault], look);
    const report = await scene.run();
    look();
    await armed.over();
    look();
    oracle.judge(report, fault !== undefined);
    this.#tell(report);
    return report;
  }

  /** Each run is judged by the configuration that it has. */
  async overlapping(
    { stop }: Extract<Act, { kind: 'overlap' }>,
    change: (since: number) => Promise<void>,
  ): Promise<void> {
    const { scene, oracle, door, look, note } = this.#parts;
    const { world } = scene;
    oracle.beginRun();
    const since = world.clock.now();
    const before = world.configuration;
    let after = before;
    const as = (configuration: typeof before) => {
      look();
      world.configuration = configuration;
      oracle.accept();
    };
    const meanwhile = async () => {
      look();
      await change(since);
      await this.#second();
      after = world.configuration;
    };
    const report = await new Overlap(scene, door, stop, look).paused(meanwhile, () => as(before));
    as(after);
    note('  the first run:');
    this.#tell(report);
  }

  async withLateRequest({ stop, dies, lands }: Extract<Act, { kind: 'late' }>): Promise<void> {
    const { scene, oracle, door, look, note } = this.#parts;
    oracle.beginRun();
    oracle.disturb();
    const report = await new Overlap(scene, door, stop, look, lands).late(dies, () => this.#second());
    look();
    note('  the first run:');
    this.#tell(report);
  }

  /** While another one is under way, or what it sent. */
  async #second(): Promise<void> {
    const { scene, look } = this.#parts;
    look();
    this.#tell(await scene.run());
    look();
  }

  #tell({ consumers, errors }: RunReport): void {
    const { note } = this.#parts;
    for (const { consumer, state, reason, actions } of consumers) {
      const done = actions.map(({ kind, authorizationId, outcome }) => `${kind} ${authorizationId ?? ''} ${outcome}`);
      note(`  ${consumer}: ${[`${state}: ${reason}`, ...done].join('; ')}`);
    }
    for (const { message } of errors) note(`  ${message}`);
  }
}
