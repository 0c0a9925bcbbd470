import { randomUUID } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Budget } from '../../lambda/calls/budget.ts';
import { ServiceClocks } from '../../lambda/calls/service-clocks.ts';
import type { Services } from '../../lambda/engine/apply/services.ts';
import { InfluxdbClient } from '../../lambda/influxdb/client.ts';
import { Transport } from '../../lambda/influxdb/transport.ts';
import { SecretStore } from '../../lambda/secrets-manager/store.ts';
import { SILENT, type World } from '../../simulation/world.ts';

/** What a run acts on, for the tests of a single step: the real clients, and the servers of a world. */
export interface OpenServices extends Services {
  readonly serviceClocks: ServiceClocks;
  close(): Promise<void>;
}

export function servicesOf({ configuration, clock, rotatorToken, secretsManagerConfig }: World): OpenServices {
  const { limits, influxdb, deployment, consumers } = configuration;
  const budget = new Budget(clock, limits.functionTimeoutMs, limits);
  const serviceClocks = new ServiceClocks(clock);
  const calls = { clock, budget, limits };
  const tokenKeys = [influxdb, ...consumers].map(({ tokenKey }) => tokenKey);
  const client = new SecretsManagerClient({ ...secretsManagerConfig, maxAttempts: 1 });
  const transport = new Transport({ ...calls, url: influxdb.url, ca: influxdb.ca, serviceClocks });
  return {
    ...{ clock, budget, limits, deployment, transport, serviceClocks, log: SILENT, newId: randomUUID },
    influxdb: new InfluxdbClient(transport, rotatorToken),
    store: new SecretStore(client, { ...calls, environment: {} }, serviceClocks, tokenKeys),
    close: async () => {
      client.destroy();
      await transport.close();
    },
  };
}
