import type { Budget } from '../../calls/budget.ts';
import type { Clock } from '../../calls/clock.ts';
import type { Limits } from '../../config/configuration.ts';
import type { InfluxdbClient } from '../../influxdb/client.ts';
import type { Transport } from '../../influxdb/transport.ts';
import type { Log } from '../../log/log.ts';
import type { SecretStore } from '../../secrets-manager/store.ts';

/** A deletion that may follow, and why. */
export interface Intent {
  readonly consumer: string;
  readonly authorizationId: string;
  readonly reason: string;
  /** Of `docs/codes.md`. */
  readonly reasonCode: string;
}

/** Puts each deletion on record before it. */
export interface Intending {
  /** Never throws: what cannot be put on record is done all the same. */
  intend(intent: Intent): Promise<void>;
}

/** Everything outside that a run acts on. */
export interface Services {
  readonly influxdb: InfluxdbClient;
  /** For calls with a consumer's own token: the probes. */
  readonly transport: Transport;
  readonly store: SecretStore;
  readonly clock: Clock;
  readonly budget: Budget;
  readonly limits: Limits;
  readonly log: Log;
  readonly deployment: string;
  /** Undefined where no evidence is kept. */
  readonly witness?: Intending | undefined;
  /** A new UUID: the id of a rotation, and of the secret version that it makes. */
  readonly newId: () => string;
}
