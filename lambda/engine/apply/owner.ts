import type { ConsumerSettings } from '../../config/configuration.ts';
import { InfluxdbError } from '../../influxdb/errors.ts';
import type { Services } from './services.ts';

/**
 * Makes the owner that `createOwner` allows. A user needs neither a password nor a membership to own tokens.
 * @returns the user's id.
 */
export async function makeOwner({ influxdb, log }: Services, { name, owner }: ConsumerSettings): Promise<string> {
  const userId = await createOrFind(influxdb, owner ?? '');
  log('OWNER_CREATED', { consumer: name, userId });
  return userId;
}

/** Two consumers may share an owner, and are served side by side. */
async function createOrFind(influxdb: Services['influxdb'], name: string): Promise<string> {
  try {
    return await influxdb.createUser(name);
  } catch (error) {
    const found =
      error instanceof InfluxdbError && error.status === 422 ? (await influxdb.findUser(name))?.id : undefined;
    if (found === undefined) throw error;
    return found;
  }
}
