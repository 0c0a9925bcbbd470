import type { HandlerOptions } from '../../../lambda/handler.ts';
import type { Call, FaultEffect } from '../../../local/http/faults.ts';
import { SECOND } from '../../builders/a-configuration.ts';
import { Gate, landed, type Scene } from '../../builders/a-scene.ts';

/** A call of a run, by its server and its number there. */
export interface CallOf {
  readonly server: ServerName;
  /** 1 for the run's first call to that server. */
  readonly call: number;
}

type ServerName = 'influxdb' | 'secretsManager';
const SERVERS: readonly ServerName[] = ['influxdb', 'secretsManager'];

/** The way in by which a run can be told from another one that is under way. */
export type Door = Readonly<Record<ServerName, string>>;

export async function openDoor({ world }: Scene): Promise<Door> {
  return { influxdb: await world.influxdb.openDoor(), secretsManager: await world.secretsManager.openDoor() };
}

/** Longer than a run trusts that what it saw is still so, and shorter than a call may take. */
const PAUSE_MS = 5 * SECOND;

/** What the first one does, by the door that tells its calls from the other's. */
type First<T> = (options: Partial<HandlerOptions>) => Promise<T>;

/** Two runs, of which the first stops at a call: with all that it does, or with this one request only. */
export class Overlap<T> {
  readonly #scene: Scene;
  readonly #door: Door;
  readonly #first: First<T>;
  readonly #stop: CallOf;
  readonly #lands: CallOf | undefined;
  readonly #look: () => void;
  readonly #isStopped = new Gate();
  readonly #mayGoOn = new Gate();
  readonly #hasLanded = new Gate();
  readonly #made = { first: { influxdb: 0, secretsManager: 0 }, second: { influxdb: 0, secretsManager: 0 } };
  #stopped = false;
  #dead = false;

  /**
   * @param lands the call of the second run before which the first run's request takes effect.
   */
  constructor(
    { scene, door, look }: { readonly scene: Scene; readonly door: Door; readonly look: () => void },
    first: First<T>,
    stop: CallOf,
    lands?: CallOf,
  ) {
    this.#scene = scene;
    this.#door = door;
    this.#first = first;
    this.#stop = stop;
    this.#look = look;
    this.#lands = lands;
  }

  /** The first run waits while the second one comes and goes. */
  async paused(meanwhile: () => Promise<void>, goesOn: () => void): Promise<T> {
    this.#intercept(() => this.#pause());
    const first = this.#begin();
    await Promise.race([first, this.#isStopped.opened]);
    // What it does for other consumers at this moment ends first.
    if (this.#stopped) await this.#settled();
    this.#scene.world.clock.advance(PAUSE_MS);
    await meanwhile();
    goesOn();
    this.#mayGoOn.open();
    return this.#over(first);
  }

  /** The first run gives up on the request, or dies over it, and the request takes effect while the second one works. */
  async late(dies: boolean, second: (first: T) => Promise<void>): Promise<void> {
    this.#intercept(() => this.#hold(dies));
    const first = this.#begin();
    await second(await first);
    this.#mayGoOn.open();
    await this.#over(first);
  }

  #begin(): Promise<T> {
    const { world } = this.#scene;
    const configuration = {
      ...world.configuration,
      influxdb: { ...world.configuration.influxdb, url: this.#door.influxdb },
    };
    const secretsManager = { ...world.secretsManagerConfig, endpoint: this.#door.secretsManager };
    return this.#first({ configuration, secretsManager });
  }

  async #over(first: Promise<T>): Promise<T> {
    const report = await first;
    const { influxdb, secretsManager } = this.#scene.world;
    await landed(influxdb, secretsManager);
    for (const server of [influxdb, secretsManager]) server.faults.clear();
    return report;
  }

  #intercept(stop: () => FaultEffect | undefined | Promise<FaultEffect | undefined>): void {
    for (const server of SERVERS) {
      const port = Number(new URL(this.#door[server]).port);
      this.#scene.world[server].faults.intercept(async (call: Call) => {
        this.#look();
        const run = call.port === port ? 'first' : 'second';
        this.#made[run][server] += 1;
        const at = (point: CallOf | undefined) => point?.server === server && point.call === this.#made[run][server];
        if (run === 'second') {
          if (this.#stopped && at(this.#lands)) await this.#land();
          return undefined;
        }
        if (this.#dead) return { refuse: true };
        if (at(this.#stop)) this.#stopped = true;
        else if (!this.#waits) return undefined;
        return stop();
      });
    }
  }

  /** A paused run makes no other call either. */
  get #waits(): boolean {
    return this.#stopped && this.#lands === undefined;
  }

  async #pause(): Promise<FaultEffect | undefined> {
    const { clock, configuration } = this.#scene.world;
    const sentAt = clock.now();
    this.#held += 1;
    this.#isStopped.open();
    await this.#mayGoOn.opened;
    this.#held -= 1;
    // A1: a command that came meanwhile may have waited for longer than any request lives.
    return clock.now() - sentAt > configuration.limits.requestLifeMs ? { refuse: true } : undefined;
  }

  #held = 0;

  async #settled(): Promise<void> {
    const { influxdb, secretsManager } = this.#scene.world;
    await landed({ underWay: () => influxdb.underWay() + secretsManager.underWay() - this.#held });
  }

  #hold(dies: boolean): FaultEffect {
    const { clock, configuration } = this.#scene.world;
    const { callTimeoutMs, requestLifeMs } = configuration.limits;
    const sentAt = clock.now();
    this.#dead = dies;
    const effect: { refuse: boolean } & FaultEffect = {
      refuse: false,
      before: async () => {
        clock.advance(callTimeoutMs + SECOND);
        await this.#mayGoOn.opened;
        // A1: no request lives for longer.
        effect.refuse = clock.now() - sentAt > requestLifeMs;
        if (effect.refuse) this.#hasLanded.open();
      },
      after: () => this.#hasLanded.open(),
    };
    return effect;
  }

  async #land(): Promise<void> {
    this.#mayGoOn.open();
    await this.#hasLanded.opened;
  }
}
