import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import type { SecretsManagerServer } from '../local/secrets-manager/server.ts';

/** What a client of this server is made with. */
export function connectionTo({ url }: SecretsManagerServer): SecretsManagerClientConfig {
  return { endpoint: url, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}
