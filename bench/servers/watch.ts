import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningServer } from '../../local/http/server.ts';
import type { Load, ServerOptions } from './options.ts';

type Utilization = ReturnType<typeof performance.eventLoopUtilization>;

/** Lets every call wait for its latency, and sees how much the servers have to do. */
export class Watch {
  readonly #servers: readonly RunningServer[];
  #atOnce = 0;
  #first: Utilization | undefined;
  #last: Utilization | undefined;

  constructor(influxdb: RunningServer, secretsManager: RunningServer, latencyMs: ServerOptions['latencyMs']) {
    this.#servers = [influxdb, secretsManager];
    influxdb.faults.intercept(() => this.#arrived(latencyMs?.influxdb ?? 0));
    secretsManager.faults.intercept(() => this.#arrived(latencyMs?.secretsManager ?? 0));
  }

  async #arrived(latencyMs: number): Promise<undefined> {
    this.#atOnce = Math.max(
      this.#atOnce,
      this.#servers.reduce((sum, server) => sum + server.underWay(), 0),
    );
    this.#last = performance.eventLoopUtilization();
    this.#first ??= this.#last;
    if (latencyMs > 0) await sleep(latencyMs);
  }

  take(): Load {
    const calls = this.#servers.flatMap((server) => server.calls.splice(0));
    const operations = Object.fromEntries(
      [...Map.groupBy(calls, ({ operation }) => operation)].map(([operation, all]) => [operation, all.length]),
    );
    const throttled = calls.filter(({ operation, status }) => isWrite(operation) && status === 400).length;
    const busy = performance.eventLoopUtilization(this.#last, this.#first).utilization;
    const load = { operations, throttled, atOnce: this.#atOnce, busy };
    this.#atOnce = 0;
    this.#first = undefined;
    this.#last = undefined;
    return load;
  }
}

/** What the quota is for. Nothing else of these servers refuses such a call. */
const isWrite = (operation: string) => /^(?:PutSecretValue|UpdateSecretVersionStage)$/.test(operation);
