import type { InfluxdbSettings } from '../../config/configuration.ts';
import { CodedError } from '../../log/coded-error.ts';
import { parseObject } from '../../secrets-manager/json-object.ts';
import type { SecretReading } from '../../secrets-manager/secret.ts';

/** The run cannot begin: the secret with the rotator's own token does not give one. */
export class RotatorTokenError extends CodedError {
  override readonly name = 'RotatorTokenError';
  override readonly code = 'ROTATOR_TOKEN';
}

/**
 * The token that the run authenticates with: the value itself, or a key of its JSON object.
 * @throws {RotatorTokenError}
 */
export function readRotatorToken(
  reading: SecretReading | undefined,
  { tokenSecret, tokenKey }: InfluxdbSettings,
): string {
  const refuse = (problem: string): never => {
    throw new RotatorTokenError(`secret ${tokenSecret}, which holds the rotator's own token, ${problem}`);
  };
  switch (reading?.kind) {
    case undefined:
    case 'not-found':
      return refuse(
        `does not exist or has no value${reading?.where === undefined ? '' : ` (${reading.where})`}: create an authorization for the rotator, and store its token there; if it is elsewhere, correct the Region, or sign in to its account`,
      );
    case 'deleted':
      return refuse('is scheduled for deletion: restore it, or name another one as influxdb.tokenSecret');
    case 'binary':
      return refuse('holds binary data: store the token as a SecretString');
    case 'unreadable':
      return refuse(
        `cannot be read (${reading.detail}): ${reading.remedy ?? 'allow secretsmanager:GetSecretValue on it'}`,
      );
    case 'value': {
      const object = parseObject(reading.text);
      const token = object === undefined ? reading.text.trim() : object[tokenKey];
      if (typeof token === 'string' && token !== '') return token;
      return refuse(`has no token under the key "${tokenKey}": store it there, or name its key as influxdb.tokenKey`);
    }
  }
}
