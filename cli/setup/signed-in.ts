import type { InfluxdbClient } from '../../lambda/influxdb/client.ts';
import { InfluxdbError, RotatorRejectedError } from '../../lambda/influxdb/errors.ts';
import { UsageError } from '../function/rotator.ts';
import { TOKEN_VARIABLE } from './usual.ts';

/**
 * The user of the token that was given.
 * @throws {UsageError} if InfluxDB does not accept it.
 */
export async function signedInUser(influxdb: InfluxdbClient, url: string): Promise<string> {
  try {
    return await influxdb.ownUser();
  } catch (error) {
    // It may do all else, and not read whose it is.
    const user = error instanceof InfluxdbError && error.isMissingRight ? await influxdb.rotatorsOwner() : undefined;
    if (user !== undefined) return user;
    if (!(error instanceof RotatorRejectedError)) throw error;
    throw new UsageError(
      `InfluxDB at ${url} does not accept the token that was given: give one that is active there (${TOKEN_VARIABLE}, or typed when asked)`,
      { cause: error },
    );
  }
}
