import type { InfluxdbSettings } from '../../config/configuration.ts';
import { SELF } from '../../config/self.ts';
import type { ErrorCode } from '../../log/coded-error.ts';
import type { SecretReading } from '../../secrets-manager/secret.ts';
import { identityOf } from '../document/marker.ts';
import { whoseDocument } from '../document/own.ts';
import { readSecretContent } from '../document/secret-content.ts';

interface Copied {
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * The rotator's secret holds a copy of a token that a deployment rotates in another secret. Whoever rotates it cannot
 * know of the copy; only its document shows it. Nothing fails yet.
 */
export function copiedToken(
  reading: SecretReading | undefined,
  { tokenSecret, tokenKey }: InfluxdbSettings,
): readonly Copied[] {
  if (reading?.kind !== 'value') return [];
  const content = readSecretContent(reading.text, reading.versionId, tokenKey);
  const own = identityOf('', SELF, reading.arn);
  const found = content.kind === 'foreign' ? undefined : whoseDocument(content, own);
  if (found?.kind !== 'another' || found.owner.consumer !== SELF) return [];
  const { deployment, fingerprint } = found.owner;
  if (fingerprint === own.fingerprint) return [];
  const message = `secret ${tokenSecret} holds a copy of the token that deployment ${deployment} rotates in another secret (${fingerprint}), and will switch off: name that secret as influxdb.tokenSecret, or make this deployment a token of its own, as docs/rotator-token.md says`;
  return [{ code: 'ROTATOR_TOKEN_COPIED', message }];
}
