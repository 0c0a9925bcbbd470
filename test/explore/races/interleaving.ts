import type { Call, FaultEffect } from '../../../local/http/faults.ts';
import type { Scene } from '../../builders/a-scene.ts';

/** One run of the handler that stops before each of its calls, until it is let go on. */
interface Runner {
  readonly port: { readonly influxdb: number; readonly secretsManager: number };
  readonly start: () => Promise<unknown>;
  release: (() => void) | undefined;
  over: boolean;
}

/** Several runs on the same servers, of which one makes one call at a time, as a schedule says. */
export class Interleaving {
  readonly #scene: Scene;
  readonly #runners: Runner[];
  readonly #afterEachCall: () => void;
  /** What the runs did, for a person to follow. */
  readonly trace: string[] = [];
  /** The one run that goes on at present. */
  #moving: Runner | undefined;
  #wake: () => void = () => {};

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
    { splitsPatches = false }: { readonly splitsPatches?: boolean } = {},
  ): Interleaving {
    const { world } = scene;
    const runners = doors.map(({ influxdb, secretsManager }): Runner => {
      const configuration = { ...world.configuration, influxdb: { ...world.configuration.influxdb, url: influxdb } };
      const options = { configuration, secretsManager: { ...world.secretsManagerConfig, endpoint: secretsManager } };
      return {
        port: { influxdb: Number(new URL(influxdb).port), secretsManager: Number(new URL(secretsManager).port) },
        start: () => world.run('run', options),
        release: undefined,
        over: false,
      };
    });
    const interleaving = new Interleaving(scene, runners, afterEachCall);
    if (splitsPatches) interleaving.#splitPatches();
    interleaving.#begin();
    return interleaving;
  }

  #begin(): void {
    const { influxdb, secretsManager } = this.#scene.world;
    const gate =
      (server: 'influxdb' | 'secretsManager') =>
      async (call: Call): Promise<FaultEffect | undefined> => {
        const index = this.#runners.findIndex(({ port }) => port[server] === call.port);
        const runner = this.#runners[index];
        if (runner === undefined) return undefined;
        await this.#park(runner);
        this.trace.push(`run ${index}: ${call.operation}`);
        return undefined;
      };
    influxdb.faults.intercept(gate('influxdb'));
    secretsManager.faults.intercept(gate('secretsManager'));
    for (const runner of this.#runners) {
      const over = () => {
        runner.over = true;
        this.#wake();
      };
      runner.start().then(over, over);
    }
  }

  /** A `PATCH` is a read and a write: a run stops between the two as well, where a `DELETE` can slip in. */
  #splitPatches(): void {
    this.#scene.world.influxdb.store.betweenPatchReadAndWrite = async () => {
      const runner = this.#moving;
      if (runner === undefined) return;
      await this.#park(runner);
      this.trace.push(`run ${this.#runners.indexOf(runner)}: … and the PATCH writes`);
    };
  }

  #park(runner: Runner): Promise<void> {
    return new Promise((resolve) => {
      runner.release = resolve;
      this.#wake();
    });
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
    await this.#until(() => runner.over || runner.release !== undefined);
    const { release } = runner;
    if (release === undefined || runner.over) return;
    runner.release = undefined;
    this.#moving = runner;
    release();
    await this.#until(() => runner.over || runner.release !== undefined);
    this.#moving = undefined;
    this.#afterEachCall();
  }

  /** Lets one run take this many steps. */
  async steps(run: number, count: number): Promise<void> {
    for (let step = 0; step < count; step += 1) await this.step(run);
  }

  /** Lets all runs end, one after another. */
  async finish(): Promise<void> {
    for (const [run] of this.#runners.entries()) while (this.isAlive(run)) await this.step(run);
    const { influxdb, secretsManager } = this.#scene.world;
    influxdb.store.betweenPatchReadAndWrite = undefined;
    for (const server of [influxdb, secretsManager]) server.faults.clear();
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
