import type { Request } from '../http/server.ts';
import { ServiceError } from './service-error.ts';

const TARGET = /^AWSEvents\.(\w+)$/;
const SIGNATURE =
  /^AWS4-HMAC-SHA256 Credential=[^/,\s]+\/\d{8}\/[\w-]+\/events\/aws4_request, ?SignedHeaders=[\w;-]+, ?Signature=[0-9a-f]+$/;

/** The operation that `X-Amz-Target` names, or an empty text. */
export function operationOf({ headers }: Request): string {
  const target = headers['x-amz-target'];
  return (typeof target === 'string' && TARGET.exec(target)?.[1]) || '';
}

/** Refuses what the service's front end refuses, whatever the operation. The signature's value is not verified. */
export function checkEnvelope({ method, url, headers }: Request): void {
  if (method !== 'POST' || url.pathname !== '/')
    throw new ServiceError('UnknownOperationException', `${method} ${url.pathname}`, 404);
  if (!headers['content-type']?.startsWith('application/x-amz-json-1.1'))
    throw new ServiceError('UnknownOperationException', 'The content type must be application/x-amz-json-1.1');
  const signed = /SignedHeaders=([\w;-]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
  if (!SIGNATURE.test(headers.authorization ?? '') || !signed.includes('host') || headers['x-amz-date'] === undefined)
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
}

/** The members of the request's body. */
export function readInput(body: Buffer): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString());
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not JSON');
  }
  if (isObject(parsed)) return parsed;
  throw new ServiceError('SerializationException', 'The request body is not a JSON object');
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
