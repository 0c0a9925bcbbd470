import type { ConsumerSettings } from '../../config/configuration.ts';
import type { SecretReading } from '../../secrets-manager/secret.ts';
import { tokenHash } from '../document/document.ts';
import { fingerprintOf, type Identity, identityOf } from '../document/marker.ts';
import { readSecretContent, type SecretContent } from '../document/secret-content.ts';

/** A consumer's secret as this run read it, parsed and hashed once for all who ask. */
export type ObservedSecret =
  | Exclude<SecretReading, { readonly kind: 'value' }>
  | (Extract<SecretReading, { readonly kind: 'value' }> & {
      readonly content: SecretContent;
      /** Who the consumer is, with this secret. */
      readonly identity: Identity;
      /** Of the token that it holds; undefined without one. */
      readonly tokenHash: string | undefined;
    });

export function observed(
  reading: SecretReading,
  deployment: string,
  { name, tokenKey }: Pick<ConsumerSettings, 'name' | 'tokenKey'>,
): ObservedSecret {
  if (reading.kind !== 'value') return reading;
  const content = readSecretContent(reading.text, reading.versionId, tokenKey);
  return {
    ...{ ...reading, content, identity: identityOf(deployment, name, reading.arn) },
    tokenHash: content.token === undefined ? undefined : tokenHash(content.token),
  };
}

/** The secret's ARN; undefined where the answer did not tell it. */
export function arnOf(secret: ObservedSecret): string | undefined {
  return 'arn' in secret ? secret.arn : undefined;
}

/** Of the secret's ARN; undefined where the answer did not tell it. */
export function fingerprintIn(secret: ObservedSecret): string | undefined {
  if (secret.kind === 'value') return secret.identity.fingerprint;
  const arn = arnOf(secret);
  return arn === undefined ? undefined : fingerprintOf(arn);
}

/** What the secret holds; undefined where it has no text that could be read. */
export function contentOf(secret: ObservedSecret | undefined): SecretContent | undefined {
  return secret?.kind === 'value' ? secret.content : undefined;
}
