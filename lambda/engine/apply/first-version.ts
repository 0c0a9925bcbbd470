import { hash } from 'node:crypto';
import type { ConsumerSettings } from '../../config/configuration.ts';
import { SecretsManagerError } from '../../secrets-manager/errors.ts';
import { identityOf } from '../document/marker.ts';
import type { Mint, StartingVersion } from '../plan/steps.ts';
import type { Services } from './services.ts';

/** The secret and the version that a rotation starts from; made first where there is none. */
export async function startingVersion(
  services: Services,
  settings: ConsumerSettings,
  { createFirst, start }: Mint,
): Promise<StartingVersion> {
  const { store, log, deployment } = services;
  const { name: consumer, secret } = settings;
  if (createFirst === undefined) {
    if (start === undefined) throw new Error('a mint that creates nothing starts from a version');
    return start;
  }
  const secretId = start?.secretId ?? (await createOrFind(services, settings));
  const versionId = firstVersionId(secretId);
  await store.putPending(secretId, versionId, '{}');
  log('SECRET_INITIALISED', { consumer, secret, versionId });
  return { secretId, identity: identityOf(deployment, consumer, secretId), versionId, text: '{}' };
}

/** Another run may have been as quick. Both go on from the same first version. */
async function createOrFind({ store, log }: Services, { name, secret }: ConsumerSettings): Promise<string> {
  try {
    const { arn, awsRequestId } = await store.create(secret);
    log('SECRET_CREATED', { consumer: name, secret, awsRequestId });
    return arn;
  } catch (error) {
    const exists = error instanceof SecretsManagerError && error.exception === 'ResourceExistsException';
    const found = exists ? (await store.describe(secret))?.arn : undefined;
    if (found === undefined) throw error;
    return found;
  }
}

/**
 * The id of a secret's first, empty version. A first version becomes current whatever its label, so two runs that both
 * find the secret empty must make the same one (docs/protocol.md, F10).
 */
function firstVersionId(secretArn: string): string {
  const digits = hash('sha256', secretArn, 'hex');
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32),
  ].join('-');
}
