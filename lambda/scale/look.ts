import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Secrets } from '../calls/secrets.ts';
import { ServiceClocks } from '../calls/service-clocks.ts';
import { allSideBySide } from '../calls/side-by-side.ts';
import { markerHash } from '../engine/document/marker.ts';
import { readSecretContent } from '../engine/document/secret-content.ts';
import { holdingOf } from '../engine/observe/elsewhere.ts';
import { connectingWithin } from '../secrets-manager/connecting.ts';
import { SecretStore } from '../secrets-manager/store.ts';
import { configurationOf } from './batch-configuration.ts';
import type { BatchEvent } from './events.ts';
import { type Invocation, type ScaleParts, withObjects } from './parts.ts';
import { standInConfiguration } from './stand-in.ts';
import { type Plan, Work } from './work.ts';

/**
 * Reads the secrets of a batch, and writes down which values they hold, for the other batches: what one of them holds must
 * not be ended by another (T2). Before any batch does more.
 */
export function lookAt(parts: ScaleParts, { execution, batch }: BatchEvent, context: Invocation): Promise<object> {
  const { clock, settings, environment } = parts;
  const { limits } = standInConfiguration(parts);
  return withObjects(parts, limits, context, async (objects, budget) => {
    const work = new Work(objects, settings.work, execution);
    const [plan, listed] = await Promise.all([work.readPlan(), work.readBatch(batch)]);
    const { consumers, ...configuration } = configurationOf(parts, listed, plan.consumers);
    const requestHandler = connectingWithin(limits.callTimeoutMs);
    const client = new SecretsManagerClient({ requestHandler, ...parts.secretsManager, maxAttempts: 1 });
    const calls = { clock, budget, limits: configuration.limits, environment };
    const tokenKeys = consumers.map(({ tokenKey }) => tokenKey);
    const store = new SecretStore(client, calls, new ServiceClocks(clock), tokenKeys);
    try {
      await new Secrets().during(async () => {
        const readings = await store.readCurrent(consumers.map(({ secret }) => secret));
        const holdings = consumers.flatMap(({ name, secret, tokenKey }): [string, string][] => {
          const reading = readings.get(secret);
          if (reading?.kind !== 'value') return [];
          const { token } = readSecretContent(reading.text, reading.versionId, tokenKey);
          return token ? [[name, holdingOf(markerHash(token))]] : [];
        });
        await work.writeHoldings(batch, holdings);
      });
    } finally {
      client.destroy();
    }
    return { batch };
  });
}

/** Who holds what, in all batches, except for these consumers. */
export async function holdersIn(
  work: Work,
  { batches }: Plan,
  except: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const holders = new Map<string, string>();
  await allSideBySide([...Array(batches).keys()], async (batch) => {
    for (const [consumer, value] of await work.readHoldings(batch))
      if (!except.has(consumer)) holders.set(value, consumer);
  });
  return holders;
}
