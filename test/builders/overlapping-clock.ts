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

/** From now on each call takes so long, in simulated milliseconds. */
export function slowDown(
  { influxdb, secretsManager }: Pick<World, 'influxdb' | 'secretsManager'>,
  clock: SimulatedClock,
  latency: { readonly influxdb: number; readonly secretsManager: number },
): void {
  const always = { on: () => true, times: Number.POSITIVE_INFINITY };
  for (const server of [influxdb, secretsManager]) server.faults.clear();
  influxdb.faults.add({ ...always, before: () => clock.sleep(latency.influxdb) });
  secretsManager.faults.add({ ...always, before: () => clock.sleep(latency.secretsManager) });
}
