import type { Budget } from '../../calls/budget.ts';
import type { Clock } from '../../calls/clock.ts';
import type { Limits } from '../../config/configuration.ts';
import type { InfluxdbClient } from '../../influxdb/client.ts';
import type { Transport } from '../../influxdb/transport.ts';
import type { Log } from '../../log/log.ts';
import type { SecretStore } from '../../secrets-manager/store.ts';

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
  /** A new UUID: the id of a rotation, and of the secret version that it makes. */
  readonly newId: () => string;
}
