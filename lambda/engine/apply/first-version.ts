import { hash } from 'node:crypto';
import type { ConsumerSettings } from '../../config/configuration.ts';
import { InfluxdbError } from '../../influxdb/errors.ts';
import { fingerprintOf } from '../document/marker.ts';
import type { Base, Mint } from '../plan/decision.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';

/** The secret and the version that a rotation starts from; made first where there is none. */
export async function prepareBase(
  services: Services,
  settings: ConsumerSettings,
  { prepare, base }: Mint,
): Promise<Base> {
  if (prepare === undefined) {
    if (base === undefined) throw new RotationError('nothing to start from');
    return base;
  }
  const { store, log } = services;
  let secretId = base?.secretId;
  if (secretId === undefined) {
    secretId = await store.create(settings.secret);
    log.info('SECRET_CREATED', { consumer: settings.name, secret: settings.secret });
  }
  const versionId = firstVersionId(secretId);
  await store.putPending(secretId, versionId, '{}');
  log.info('SECRET_INITIALISED', { consumer: settings.name, secret: settings.secret, versionId });
  const fingerprint = fingerprintOf(secretId);
  const deployment = base?.identity.deployment ?? services.deployment;
  return { secretId, identity: { deployment, consumer: settings.name, fingerprint }, versionId, text: '{}' };
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

/** Two consumers may share an owner, and their turns run side by side. */
async function createOrFind(influxdb: Services['influxdb'], name: string): Promise<string> {
  try {
    return await influxdb.createUser(name);
  } catch (error) {
    const found = error instanceof InfluxdbError && error.status === 422 ? await influxdb.findUser(name) : undefined;
    if (found === undefined) throw error;
    return found;
  }
}

/** Makes the owner that `createOwner` allows. A user needs neither a password nor a membership to own tokens. */
export async function prepareOwner({ influxdb, log }: Services, { name, owner }: ConsumerSettings): Promise<string> {
  const userId = await createOrFind(influxdb, owner ?? '');
  log.info('OWNER_CREATED', { consumer: name, userId });
  return userId;
}
