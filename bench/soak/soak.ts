import { setTimeout as sleep } from 'node:timers/promises';
import { parseConfiguration } from '../../lambda/config/configuration.ts';
import type { RunReport } from '../../lambda/engine/report/report.ts';
import { createHandler, type Handler } from '../../lambda/handler.ts';
import { Eavesdropper } from '../../simulation/eavesdropper.ts';
import { soakConfiguration } from './configuration.ts';
import { SharedClock } from './shared-clock.ts';
import { WorldThread } from './thread.ts';

const HOUR_MS = 3_600_000;
const MIB = 1024 * 1024;

export interface SoakOptions {
  readonly consumers: number;
  readonly seed: number;
}

/** What there was to see after the run of one hour. */
export interface Hour {
  readonly rotated: number;
  readonly failedConsumers: number;
  readonly calls: number;
  readonly failedCalls: number;
  readonly liveTokens: number;
  /** What is left on the heap of the program's thread after garbage collection, in MB. */
  readonly keptMb: number;
  /** Sockets, timers and the like that were not there before the first run. */
  readonly leaked: readonly string[];
  readonly problems: readonly string[];
}

/** One handler, as a function that stays warm, and the servers in another thread. */
export class Soak {
  readonly #world: WorldThread;
  readonly #clock: SharedClock;
  readonly #handler: Handler;
  readonly #eavesdropper: Eavesdropper;
  readonly #resources: readonly string[];

  private constructor(world: WorldThread, clock: SharedClock) {
    const eavesdropper = new Eavesdropper();
    this.#world = world;
    this.#clock = clock;
    this.#eavesdropper = eavesdropper;
    this.#handler = createHandler({
      configuration: world.configuration,
      secretsManager: {
        ...{ endpoint: world.secretsManagerUrl, region: 'us-east-1' },
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      },
      clock,
      log: eavesdropper.on(() => {}),
      publishMetrics: () => {},
    });
    this.#resources = process.getActiveResourcesInfo();
  }

  static async open({ consumers, seed }: SoakOptions): Promise<Soak> {
    const { clock, memory } = SharedClock.startingAt(Date.UTC(2026, 0, 1));
    const configuration = parseConfiguration(soakConfiguration(consumers), 'the soak');
    return new Soak(await WorldThread.open({ configuration, memory, seed }), clock);
  }

  /** From now on this share of the calls fails, from 0 to 1. */
  disturb(share: number): Promise<void> {
    return this.#world.disturb(share);
  }

  /** An hour passes, and then there is a run. */
  async hour(): Promise<Hour> {
    const startedAt = this.#clock.now();
    const { report, problems } = await this.#run();
    const { violations, calls, failed, liveTokens } = await this.#world.inspect();
    const leaks = this.#eavesdropper.leaks([]).map((line) => `I7: a token in ${line.slice(0, 100)}`);
    this.#eavesdropper.forget();
    this.#clock.advance(Math.max(0, startedAt + HOUR_MS - this.#clock.now()));
    return {
      rotated: report?.counts.rotated ?? 0,
      failedConsumers: report?.counts.failed ?? 0,
      calls,
      failedCalls: failed,
      liveTokens,
      leaked: await this.#leaked(),
      keptMb: keptMb(),
      problems: [...problems, ...violations, ...leaks],
    };
  }

  close(): Promise<void> {
    return this.#world.close();
  }

  /** A run that fails for some consumers throws its report. */
  async #run(): Promise<{ readonly report?: RunReport; readonly problems: readonly string[] }> {
    const endsAt = this.#clock.now() + 900_000;
    const context = { getRemainingTimeInMillis: () => endsAt - this.#clock.now() };
    try {
      return { report: await this.#eavesdropper.ending(this.#handler({ action: 'run' }, context)), problems: [] };
    } catch (error) {
      const { report } = error as { readonly report?: RunReport };
      return report === undefined ? { problems: [`a run ended without a report: ${error}`] } : { report, problems: [] };
    }
  }

  /** Sockets are closed a moment after the run. */
  async #leaked(): Promise<string[]> {
    const WITHIN_MS = 5000;
    for (let waitedMs = 0; ; waitedMs += 50) {
      const leaked = process.getActiveResourcesInfo();
      for (const known of this.#resources) if (leaked.includes(known)) leaked.splice(leaked.indexOf(known), 1);
      if (leaked.length === 0 || waitedMs >= WITHIN_MS) return leaked;
      await sleep(50);
    }
  }
}

function keptMb(): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('start the soak with node --expose-gc');
  gc();
  gc();
  return process.memoryUsage().heapUsed / MIB;
}
