import { setTimeout as sleep } from 'node:timers/promises';
import type { RunReport } from '../../../lambda/engine/report/report.ts';
import { SimulatedClock } from '../../../local/simulated-clock.ts';
import { World } from '../../../simulation/world.ts';
import { aConfiguration, aConsumer, LIMITS } from '../../builders/a-configuration.ts';

export interface Throttling {
  readonly consumers: number;
  /** Writes a second that Secrets Manager takes, and that the configuration allows. */
  readonly quota: number;
  readonly ceiling: number;
}

export interface Throttled extends Throttling {
  readonly seconds: number;
  /** What the lower of the two rates needs for two writes each. */
  readonly leastSeconds: number;
  readonly rotated: number;
  readonly failed: number;
  readonly retried: number;
  readonly throttled: number;
  readonly writes: number;
}

/** As long as an answer takes, in milliseconds. */
const LATENCY_MS = { secretsManager: 8, influxdb: 4 };

/** The clock on the wall, for servers and run alike. */
class RealClock extends SimulatedClock {
  override now = (): number => Date.now();
  override sleep = (ms: number): Promise<void> => sleep(ms);
  override timeout = (ms: number): AbortSignal => AbortSignal.timeout(ms);
}

/** One run of consumers that all get a token, with two writes each, while Secrets Manager takes only so many a second. */
export async function measureThrottling({ consumers, quota, ceiling }: Throttling): Promise<Throttled> {
  const all = Array.from({ length: consumers }, (_, index) => aConsumer({ name: `c${index}`, owner: 'svc' }));
  const limits = { ...LIMITS, secretsManagerWritesPerSecond: ceiling };
  const clock = new RealClock(0);
  const world = await World.create({ configuration: aConfiguration(all, { limits }), clock });
  try {
    for (const server of ['influxdb', 'secretsManager'] as const)
      world[server].faults.intercept(async () => {
        await sleep(LATENCY_MS[server]);
        return undefined;
      });
    world.secretsManager.limitWrites(quota);
    const began = performance.now();
    const { counts } = await reportOf(world.run());
    const seconds = (performance.now() - began) / 1000;
    const rate = Math.min(quota, ceiling);
    const writes = world.secretsManager.calls.filter(({ operation }) => WRITES.test(operation)).length;
    return {
      ...{ consumers, quota, ceiling, seconds, writes, leastSeconds: (2 * consumers) / rate },
      ...{ rotated: counts.rotated, failed: counts.failed },
      ...{ retried: counts.retriedCalls, throttled: counts.throttledCalls },
    };
  } finally {
    await world.close();
  }
}

const WRITES = /^(?:PutSecretValue|UpdateSecretVersionStage)$/;

/** Of a run that failed for some consumers, too. */
function reportOf(run: Promise<RunReport>): Promise<RunReport> {
  return run.catch((error: unknown) => {
    if (error instanceof Error && 'report' in error) return error.report as RunReport;
    throw error;
  });
}
