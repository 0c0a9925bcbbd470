import type { SecretReading } from '../../secrets-manager/secret.ts';
import { readSecretContent, type SecretContent } from '../document/secret-content.ts';

/** A consumer's secret as this run read it, its text parsed once for all who ask. */
export type ObservedSecret =
  | Exclude<SecretReading, { readonly kind: 'value' }>
  | (Extract<SecretReading, { readonly kind: 'value' }> & { readonly content: SecretContent });

export function observed(reading: SecretReading, tokenKey: string): ObservedSecret {
  if (reading.kind !== 'value') return reading;
  return { ...reading, content: readSecretContent(reading.text, reading.versionId, tokenKey) };
}

/** The secret's ARN; undefined where the answer did not tell it. */
export function arnOf(secret: ObservedSecret): string | undefined {
  return 'arn' in secret ? secret.arn : undefined;
}

/** What the secret holds; undefined where it has no text that could be read. */
export function contentOf(secret: ObservedSecret | undefined): SecretContent | undefined {
  return secret?.kind === 'value' ? secret.content : undefined;
}
