import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BatchGetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Pool } from 'undici';
import { Floor, type FloorConfiguration, type Stored } from './floor-calls.ts';
import { FloorRotation } from './floor-rotation.ts';

// The least that a program must do that makes the calls of a run: the same SDK and HTTP client, and no engine. In the
// environment are the calls that a run made (FLOOR_CALLS), so that this makes as many, and how many at once.

interface Answer {
  readonly consumers: readonly unknown[];
}

export async function handler({ action }: { readonly action: string }): Promise<Answer> {
  const text = readFileSync(join(__dirname, 'rotation.json'), 'utf8');
  const configuration = JSON.parse(text) as FloorConfiguration;
  const floor = new Floor({
    configuration,
    client: new SecretsManagerClient({ maxAttempts: 1 }),
    pool: new Pool(configuration.influxdb.url),
    atOnce: Number(process.env.FLOOR_AT_ONCE ?? 8),
    calls: JSON.parse(process.env.FLOOR_CALLS ?? '{}'),
  });
  const values = await read(floor);
  if (action === 'run') await new FloorRotation(floor, values).rotateAll();
  await floor.close();
  return { consumers: configuration.consumers.map(({ secret }) => values.get(secret)?.text.length) };
}

/** The secrets and the list of authorizations, side by side as far as one does not need the other. */
async function read(floor: Floor): Promise<ReadonlyMap<string, Stored>> {
  const { influxdb, consumers } = floor.configuration;
  const values = new Map<string, Stored>();
  const readBatch = async (ids: string[]) => {
    const { SecretValues = [] } = await floor.client.send(new BatchGetSecretValueCommand({ SecretIdList: ids }));
    for (const { Name = '', ARN = '', VersionId = '', SecretString = '' } of SecretValues)
      values.set(Name, { arn: ARN, versionId: VersionId, text: SecretString });
  };
  const ids = [influxdb.tokenSecret, ...consumers.map(({ secret }) => secret)];
  const batches: string[][] = [];
  for (let start = 0; start < ids.length; start += 20) batches.push(ids.slice(start, start + 20));
  const [first = [], ...others] = batches;
  await readBatch(first);
  const { token } = JSON.parse(values.get(influxdb.tokenSecret)?.text ?? '{}') as { readonly token: string };
  floor.token = token;
  await Promise.all([floor.get(`/api/v2/authorizations?orgID=${influxdb.orgId}`), floor.sideBySide(others, readBatch)]);
  return values;
}
