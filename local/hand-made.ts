import { randomUUID } from 'node:crypto';
import { Parameters } from './secrets-manager/parameters.ts';
import { createSecret } from './secrets-manager/secret-operations.ts';
import type { SecretsManagerServer } from './secrets-manager/server.ts';

/** Who makes it, and where. */
interface Maker {
  readonly url: string;
  readonly org: string;
  readonly orgId: string;
  readonly bucketId: string;
  readonly operatorToken: string;
}

/** What somebody made by hand for Telegraf: a user, a token that writes the bucket, and a secret that holds the token. */
export async function makeByHand(maker: Maker, { store, rotations }: SecretsManagerServer): Promise<void> {
  const { url, org, orgId: orgID, bucketId, operatorToken } = maker;
  const post = async (path: string, body: object) => {
    const response = await fetch(`${url}/api/v2/${path}`, {
      method: 'POST',
      headers: { authorization: `Token ${operatorToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`making ${path} by hand failed with status ${response.status}`);
    return (await response.json()) as { readonly id: string; readonly token: string };
  };
  const { id: userID } = await post('users', { name: 'svc-telegraf' });
  const { token } = await post('authorizations', {
    ...{ orgID, userID, description: 'telegraf, do not delete' },
    permissions: [{ action: 'write', resource: { type: 'buckets', id: bucketId, orgID } }],
  });
  const secret = {
    Name: 'influxdb/acme/telegraf',
    SecretString: JSON.stringify({ url, org, token }),
    ClientRequestToken: randomUUID(),
  };
  await createSecret({ store, rotations }, new Parameters(secret));
}
