import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BatchGetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Pool } from 'undici';

/** The least that a program must do that makes the calls of an idle run: the same SDK and client, and no engine. */
export async function handler(): Promise<{ readonly consumers: readonly unknown[] }> {
  const text = readFileSync(join(__dirname, 'rotation.json'), 'utf8');
  const { influxdb, consumers } = JSON.parse(text) as {
    readonly influxdb: { readonly url: string; readonly orgId: string; readonly tokenSecret: string };
    readonly consumers: readonly { readonly secret: string }[];
  };
  const client = new SecretsManagerClient({ maxAttempts: 1 });
  const pool = new Pool(influxdb.url);
  const ids = [influxdb.tokenSecret, ...consumers.map(({ secret }) => secret)];
  const values = new Map<string | undefined, string | undefined>();
  for (let start = 0; start < ids.length; start += 20) {
    const command = new BatchGetSecretValueCommand({ SecretIdList: ids.slice(start, start + 20) });
    const { SecretValues = [] } = await client.send(command);
    for (const { Name, SecretString } of SecretValues) values.set(Name, SecretString);
  }
  const { token } = JSON.parse(values.get(influxdb.tokenSecret) ?? '{}') as { readonly token?: string };
  const { body } = await pool.request({
    method: 'GET',
    path: `/api/v2/authorizations?orgID=${influxdb.orgId}`,
    headers: { authorization: `Token ${token}`, accept: 'application/json' },
  });
  // Read to its end, and forgotten.
  for await (const _chunk of body);
  client.destroy();
  await pool.destroy();
  return { consumers: ids.slice(1).map((id) => values.get(id)?.length) };
}
