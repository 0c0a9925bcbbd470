import { checkLength, type Parameters } from './parameters.ts';
import type { Version } from './secret.ts';
import { invalidParameter, invalidRequest, ServiceError } from './service-error.ts';

/** What a version holds: exactly one of the two. `binary` is base64. */
export type Content = { readonly value: string } | { readonly binary: string };

const BYTES = { min: 1, max: 65_536 };

/** The `SecretString` or the `SecretBinary` of a request. */
export function readContent(input: Parameters): Content | undefined {
  const value = input.text('SecretString');
  const binary = input.text('SecretBinary');
  if (value !== undefined && binary !== undefined) {
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (value !== undefined) {
    checkLength('SecretString', Buffer.byteLength(value), BYTES);
    return { value };
  }
  if (binary === undefined) return undefined;
  const bytes = Buffer.from(binary, 'base64');
  // Node skips characters that are not base64, so only a round trip shows whether there were any.
  if (bytes.toString('base64').replace(/=+$/, '') !== binary.replace(/=+$/, '')) {
    throw new ServiceError('SerializationException', 'SecretBinary must be base64');
  }
  checkLength('SecretBinary', bytes.length, BYTES);
  return { binary: bytes.toString('base64') };
}

export function sameContent(version: Version, content: Content): boolean {
  return 'value' in content ? version.value === content.value : version.binary === content.binary;
}

/** The id of the version to be written: the SDKs make one up when their caller gives none. */
export function requestToken(input: Parameters): string {
  const token = input.text('ClientRequestToken');
  if (token === undefined) {
    throw invalidRequest('You must provide a ClientRequestToken value. We recommend a UUID-type value.');
  }
  if (token.length < 32 || token.length > 64)
    throw invalidParameter('ClientRequestToken must be 32-64 characters long.');
  return token;
}
