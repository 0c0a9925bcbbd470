import type { Configuration, ConsumerSettings } from '../lambda/config/configuration.ts';
import type { TokenMode } from '../local/influxdb/store.ts';
import type { SimulatedClock } from '../local/simulated-clock.ts';
import type { EvidenceMemory } from './evidence-memory.ts';

export interface WorldOptions {
  readonly configuration: Configuration;
  readonly tokens?: TokenMode;
  /** Milliseconds since the epoch. */
  readonly startsAt?: number;
  /** The clock of the servers and of the runs; by default one that begins at `startsAt`. */
  readonly clock?: SimulatedClock;
  /** The value that a consumer's secret has at first; undefined for a secret without one. */
  readonly initialValue?: (settings: ConsumerSettings) => string | undefined;
  /** Where evidence is kept, whatever the configuration says; without it, where the configuration does. */
  readonly evidence?: EvidenceMemory | undefined;
}
