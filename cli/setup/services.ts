import { randomUUID } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Budget } from '../../lambda/calls/budget.ts';
import { systemClock } from '../../lambda/calls/clock.ts';
import { ServiceClocks } from '../../lambda/calls/service-clocks.ts';
import type { Configuration } from '../../lambda/config/configuration.ts';
import type { Services } from '../../lambda/engine/apply/services.ts';
import { InfluxdbClient } from '../../lambda/influxdb/client.ts';
import { Transport } from '../../lambda/influxdb/transport.ts';
import { connectingWithin } from '../../lambda/secrets-manager/connecting.ts';
import { CredentialReasons } from '../../lambda/secrets-manager/credential-reasons.ts';
import { SecretStore } from '../../lambda/secrets-manager/store.ts';

/** What a person's own session acts on: the server with the token that they gave, and the account of their environment. */
export interface OwnServices extends Services {
  readonly secretsManager: SecretsManagerClient;
  readonly serviceClocks: ServiceClocks;
}

/** Opens them for what `act` does. No time-out but that of each call holds: a person waits, or breaks off. */
export async function withServices<T>(
  { influxdb, limits, deployment, consumers }: Configuration,
  token: string,
  act: (services: OwnServices) => Promise<T>,
): Promise<T> {
  const clock = systemClock;
  const budget = new Budget(clock, Number.POSITIVE_INFINITY, limits);
  const serviceClocks = new ServiceClocks(clock);
  const calls = { clock, budget, limits };
  const secretsManager = new SecretsManagerClient({
    requestHandler: connectingWithin(limits.callTimeoutMs),
    logger: new CredentialReasons(),
    maxAttempts: 1,
  });
  const transport = new Transport({ ...calls, url: influxdb.url, ca: influxdb.ca, serviceClocks });
  const tokenKeys = [influxdb, ...consumers].map(({ tokenKey }) => tokenKey);
  try {
    return await act({
      ...{ clock, budget, limits, deployment, transport, secretsManager, serviceClocks },
      ...{ log: () => {}, newId: randomUUID },
      influxdb: new InfluxdbClient(transport, token),
      store: new SecretStore(secretsManager, { ...calls, environment: process.env }, serviceClocks, tokenKeys),
    });
  } finally {
    secretsManager.destroy();
    await transport.close();
  }
}
