import type { Call } from '../../local/http/faults.ts';
import { SimulatedClock } from '../../local/simulated-clock.ts';
import type { World } from '../../simulation/world.ts';

/**
 * Turns of the event loop in which nobody else goes to sleep. Program and servers are in this process: a call of the same
 * moment has arrived by then, however busy the machine is.
 */
const QUIET_TURNS = 40;

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Simulated time in which what happens side by side takes as long as the slowest of it, as it does in life. */
export class OverlappingClock extends SimulatedClock {
  #sleepers: Sleeper[] = [];
  #quietTurns = 0;
  #isWatching = false;

  override sleep = (ms: number): Promise<void> =>
    new Promise((wake) => {
      this.#sleepers.push({ at: this.now() + ms, wake });
      this.#quietTurns = 0;
      if (!this.#isWatching) setImmediate(this.#watch);
      this.#isWatching = true;
    });

  readonly #watch = (): void => {
    this.#quietTurns += 1;
    if (this.#quietTurns >= QUIET_TURNS) this.#wakeFirst();
    this.#isWatching = this.#sleepers.length > 0;
    if (this.#isWatching) setImmediate(this.#watch);
  };

  #wakeFirst(): void {
    const first = this.#sleepers.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
    this.advance(Math.max(0, first - this.now()));
    const awake = this.#sleepers.filter(({ at }) => at <= this.now());
    this.#sleepers = this.#sleepers.filter(({ at }) => at > this.now());
    this.#quietTurns = 0;
    for (const { wake } of awake) wake();
  }
}

interface Slowness {
  /** How long each call takes, in simulated milliseconds. */
  readonly influxdb: number;
  readonly secretsManager: number;
  /** How many calls InfluxDB answers at once in that time; of more, each takes as much longer. @default any number */
  readonly knee?: number;
  /** How long InfluxDB refuses a token once it was switched on, in simulated milliseconds. @default not at all */
  readonly spread?: number;
}

/** From now on the servers are so slow. */
export function slowDown(
  { influxdb, secretsManager }: Pick<World, 'influxdb' | 'secretsManager'>,
  clock: SimulatedClock,
  latency: Slowness,
): void {
  const { knee = Number.POSITIVE_INFINITY, spread = 0 } = latency;
  const always = { on: () => true, times: Number.POSITIVE_INFINITY };
  for (const server of [influxdb, secretsManager]) server.faults.clear();
  const before = () => clock.sleep(latency.influxdb * Math.max(1, influxdb.underWay() / knee));
  const isForNewToken = ({ operation, path }: Call) =>
    operation === 'GET /api/v2/buckets/{id}' &&
    influxdb.store.authorizations().some(({ status, updatedAt, permissions }) => {
      const isNew = status === 'active' && clock.now() < Date.parse(updatedAt) + spread;
      return isNew && permissions.some(({ resource: { id } }) => id !== undefined && path.endsWith(id));
    });
  if (spread > 0) influxdb.faults.add({ ...always, on: isForNewToken, status: 401, before });
  influxdb.faults.add({ ...always, before });
  secretsManager.faults.add({ ...always, before: () => clock.sleep(latency.secretsManager) });
}
