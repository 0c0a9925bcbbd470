import { CONCURRENCY } from '../../lambda/calls/side-by-side.ts';
import { SimulatedClock } from '../../local/simulated-clock.ts';
import type { World } from '../../simulation/world.ts';

/** In real milliseconds: who sends another call at the same simulated moment has done so by then. */
const QUIET_MS = 4;

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Simulated time in which what happens side by side takes as long as the slowest of it, as it does in life. */
export class OverlappingClock extends SimulatedClock {
  #sleepers: Sleeper[] = [];
  #timer: NodeJS.Timeout | undefined;

  override sleep = (ms: number): Promise<void> =>
    new Promise((wake) => {
      this.#sleepers.push({ at: this.now() + ms, wake });
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#wakeFirst(), this.#sleepers.length < CONCURRENCY ? QUIET_MS : 0);
    });

  #wakeFirst(): void {
    const first = this.#sleepers.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
    this.advance(Math.max(0, first - this.now()));
    const awake = this.#sleepers.filter(({ at }) => at <= this.now());
    this.#sleepers = this.#sleepers.filter((each) => !awake.includes(each));
    if (this.#sleepers.length > 0) this.#timer = setTimeout(() => this.#wakeFirst(), QUIET_MS);
    for (const { wake } of awake) wake();
  }
}

/** From now on each call takes so long, in simulated milliseconds. */
export function slowDown(
  { influxdb, secretsManager, clock }: Pick<World, 'influxdb' | 'secretsManager' | 'clock'>,
  latency: { readonly influxdb: number; readonly secretsManager: number },
): void {
  const always = { on: () => true, times: Number.POSITIVE_INFINITY };
  for (const server of [influxdb, secretsManager]) server.faults.clear();
  influxdb.faults.add({ ...always, before: () => clock.sleep(latency.influxdb) });
  secretsManager.faults.add({ ...always, before: () => clock.sleep(latency.secretsManager) });
}
