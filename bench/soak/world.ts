import { parentPort, workerData } from 'node:worker_threads';
import type { Configuration } from '../../lambda/config/configuration.ts';
import { Auditor } from '../../simulation/auditor.ts';
import { World } from '../../simulation/world.ts';
import { RandomFaults } from './faults.ts';
import { SharedClock } from './shared-clock.ts';

// The thread of the servers and the auditor.

export interface ThreadOptions {
  readonly configuration: Configuration;
  readonly memory: SharedArrayBuffer;
  readonly seed: number;
}

export interface Opened {
  readonly configuration: Configuration;
  readonly secretsManagerUrl: string;
}

export type Order = 'inspect' | { readonly share: number };

/** What there was to see since the last look. */
export interface Seen {
  readonly violations: readonly string[];
  readonly calls: number;
  readonly failed: number;
  /** Of all consumers, now. */
  readonly liveTokens: number;
}

const { configuration, memory, seed } = workerData as ThreadOptions;
const world = await World.create({ configuration, clock: new SharedClock(memory) });
const servers = [world.influxdb, world.secretsManager];
// Where calls fail, nothing says how soon a superseded token ends; and nobody prunes versions here.
const auditor = new Auditor(world, { healthy: false, keepsVersions: true });
let faults = new RandomFaults(seed, 0);
for (const server of servers) server.faults.intercept(() => faults.next());

function look(): Seen {
  const violations = auditor.inspect();
  const calls = servers.reduce((sum, server) => sum + server.calls.splice(0).length, 0);
  const failed = faults.hits;
  faults.hits = 0;
  const live = world.influxdb.store.storedAuthorizations().filter(({ status }) => status === 'active');
  // Beside those of the administrator and the rotator.
  return { violations, calls, failed, liveTokens: live.length - 2 };
}

parentPort?.on('message', (order: Order) => {
  if (order !== 'inspect') faults = new RandomFaults(seed, order.share);
  parentPort?.postMessage(look());
});
const opened: Opened = { configuration: world.configuration, secretsManagerUrl: world.secretsManager.url };
parentPort?.postMessage(opened);
